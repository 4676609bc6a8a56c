"""Whether there is a server that sends mail: without EMAIL_HOST it is printed on the console of the portal."""

from django.conf import settings

CONSOLE = "django.core.mail.backends.console.EmailBackend"


def is_set_up() -> bool:
    """Say whether mail reaches anybody."""
    return settings.EMAIL_BACKEND != CONSOLE
