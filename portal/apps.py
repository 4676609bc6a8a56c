"""How Django sets up this room, and the admin site that all rooms share."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    """Puts the portal's own admin site in the place of Django's."""

    default_site = "portal.accounts.admin_site.PortalAdminSite"


class PortalConfig(AppConfig):
    """The portal: what all rooms share, and the accounts of editors."""

    name = "portal"
    verbose_name = "Portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the signals of signing in, and register the check of the clock, lookups and the part of former addresses."""
        # Imported here because models can only be imported once all apps are set up.
        from axes.models import AccessAttempt
        from django.contrib.auth.signals import user_logged_in
        from django.db.models.signals import pre_save

        from . import (
            clock,  # noqa: F401 - its check registers itself
            former_addresses,  # noqa: F401 - it registers the part
            lookups,  # noqa: F401 - they register themselves
        )
        from .accounts import sign_in

        user_logged_in.connect(sign_in.start_session)
        pre_save.connect(sign_in.remove_posted_values, sender=AccessAttempt)
