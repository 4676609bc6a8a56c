"""Mail to a person when somebody else has changed how they sign in, so that nobody can do it behind their back."""

from logging import getLogger

from django.conf import settings
from django.core.mail import send_mail

from portal.mail.server import is_set_up

log = getLogger(__name__)

TEXT = """{what} on the What Works evidence portal by {by}.

If you asked for this, there is nothing to do. If you did not, somebody may be using your account: speak to another
administrator now{contact}.
"""


def tell(address: str, what: str, *, by: str) -> bool:
    """Mail what happened to an account, such as "Your password was changed", and return whether that reaches anybody."""
    if not address:
        return False
    contact = f", or write to {settings.CONTACT_EMAIL}" if settings.CONTACT_EMAIL else ""
    try:
        send_mail(what, TEXT.format(what=what, by=by, contact=contact), None, [address])
    # What was done is done: it must not fail for want of a mail server, nor because no mail can be written to that address.
    except (OSError, ValueError):
        log.exception("A notice could not be mailed")
        return False
    return is_set_up()
