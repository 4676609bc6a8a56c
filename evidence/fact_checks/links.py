"""The addresses of fact checks. Each is signed, so that nobody can guess one, and is the only credential of whoever answers."""

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from evidence.models import Edition, FactCheck
from portal.errors import PageNotFound

SALT = "evidence.fact-check"
WRONG = "This link is not complete, or not right. Copy all of it from the message that you got, or ask the person who sent it."


def link_to(fact_check: FactCheck) -> str:
    """Return the address of the page on which somebody answers. It is always the same, so it can be shown again."""
    return reverse("evidence:fact-check", args=[Signer(salt=SALT).sign(_named(fact_check))])


def is_signed(token: str) -> bool:
    """Say whether the portal made this token. It asks nothing of the database."""
    return _unsigned(token) is not None


def asked_by(token: str) -> tuple[FactCheck, Edition | None]:
    """Return the fact check of a link, and what is to be checked; None if that was discarded. Raises PageNotFound."""
    named = _unsigned(token)
    if named is None:
        raise PageNotFound(WRONG)
    rows = FactCheck.objects.select_related("summary__centre")
    fact_check = rows.filter(pk=named.partition("-")[0]).first()
    if fact_check is None or _named(fact_check) != named:
        raise PageNotFound(WRONG)
    editions = Edition.objects.for_reading().filter(summary=fact_check.summary_id)
    return fact_check, editions.filter(number=fact_check.edition_number).first()


def _named(fact_check: FactCheck) -> str:
    # With the time, because a database that was restored may give a key a second time.
    return f"{fact_check.pk}-{fact_check.asked_at.timestamp():.0f}"


def _unsigned(token: str) -> str | None:
    try:
        return Signer(salt=SALT).unsign(token)
    except BadSignature:
        return None
