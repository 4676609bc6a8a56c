from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from axes.models import AccessAttempt
        from django.contrib.auth.signals import user_logged_in
        from django.db.models.signals import pre_save

        from .accounts import sign_in

        user_logged_in.connect(sign_in.note_beginning)
        pre_save.connect(sign_in.keep_no_form, sender=AccessAttempt)
