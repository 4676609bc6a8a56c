"""How Django sets up this room."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Evidence summaries, and the catalogue that each worker holds of them."""

    name = "evidence"
    verbose_name = "Evidence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the evidence into the snapshot of what is published, and its kinds of mail among all."""
        # Imported here because models can only be imported once all apps are set up.
        from .catalogue import build, list_history  # noqa: F401 - they register the parts
        from .dataset import list_mail  # noqa: F401 - it registers kinds of mail
        from .editorial import mail_kinds  # noqa: F401 - it does so too
        from .search import index, names  # noqa: F401 - they do so too
