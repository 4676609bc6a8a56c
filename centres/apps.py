"""How Django sets up this room."""

from django.apps import AppConfig


class CentresConfig(AppConfig):
    """The network: centres, policy areas, rating scales and history."""

    name = "centres"
    verbose_name = "The What Works Network"
    default_auto_field = "django.db.models.BigAutoField"
