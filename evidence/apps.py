"""How Django sets up this room."""

from django.apps import AppConfig
from django.core.signals import request_finished

from portal import page_cache


class EvidenceConfig(AppConfig):
    """Evidence summaries, and the catalogue that each worker holds of them."""

    name = "evidence"
    verbose_name = "Evidence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the catalogue up to date between requests, and let the page cache know which content it has."""
        # Imported here because models can only be imported once all apps are set up.
        from .catalogue.current import current_stamp, prepare

        request_finished.connect(prepare)
        page_cache.set_stamp_function(current_stamp)
