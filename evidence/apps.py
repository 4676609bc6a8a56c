from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "evidence"
    verbose_name = "Evidence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal import page_cache

        from . import catalogue

        page_cache.stamp_with(lambda: catalogue.current().stamp)
