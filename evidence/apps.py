from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "evidence"
    verbose_name = "Evidence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.core.signals import request_finished

        from portal import page_cache

        from .catalogue.current import current_stamp, prepare

        request_finished.connect(prepare)
        page_cache.stamp_with(current_stamp)
