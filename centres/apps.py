"""How Django sets up this room."""

from django.apps import AppConfig


class CentresConfig(AppConfig):
    """The network: centres, policy areas, rating scales and history."""

    name = "centres"
    verbose_name = "The What Works Network"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the network into the snapshot of what is published."""
        # Imported here because models can only be imported once all apps are set up.
        from . import published  # noqa: F401 - it registers the part
