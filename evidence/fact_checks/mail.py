"""The mail that asks somebody for a fact check. Its address is used for that, and is not stored."""

from logging import getLogger

from django.conf import settings
from django.core.mail import send_mail

from evidence.models import Edition, FactCheck
from portal.templatetags.portal_tags import day

log = getLogger(__name__)

TEXT = """{centre} asks you to check a text of the What Works evidence portal before it is published:

{title}
{question}
Read it and answer here. You need no account, and the address works until {until}:

{link}

Whoever has this address can read the text and answer, so please do not pass it on. If you do not know why you were
asked, you can ignore this mail{contact}.
"""


def mail_link(address: str, link: str, fact_check: FactCheck, edition: Edition) -> bool:
    """Mail the whole address of a fact check, `link`, and return whether that worked."""
    text = TEXT.format(
        centre=edition.summary.centre.name,
        title=edition.title,
        question=f"\n{fact_check.question}\n" if fact_check.question else "",
        until=day(fact_check.expires_at),
        link=link,
        contact=f", or write to {settings.CONTACT_EMAIL}" if settings.CONTACT_EMAIL else "",
    )
    try:
        send_mail("Please check a text before it is published", text, None, [address])
    # The link can still be copied. ValueError: no mail can be written to that address.
    except (OSError, ValueError):
        log.exception("A fact check could not be mailed")
        return False
    return True
