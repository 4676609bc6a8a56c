from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "evidence"
    verbose_name = "Evidence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.core.signals import request_finished

        from portal import page_cache

        from .catalogue import current as catalogue

        request_finished.connect(catalogue.prepare)
        page_cache.stamp_with(lambda: catalogue.current().stamp)
