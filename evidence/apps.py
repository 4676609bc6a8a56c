from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "evidence"
    verbose_name = "Evidence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.core.signals import request_finished

        from evidence.editorial.dashboard import dashboard
        from portal import page_cache
        from portal.accounts.admin_site import DASHBOARD

        from .catalogue.current import current_stamp, prepare

        DASHBOARD.append(dashboard)
        request_finished.connect(prepare)
        page_cache.stamp_with(current_stamp)
