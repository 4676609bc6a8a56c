"""What a mail says: plain text with absolute links, made of notices."""

import unicodedata
from collections.abc import Sequence
from itertools import groupby

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.urls import reverse

from .kinds import KINDS, Kind
from .outbox import Notice

LONGEST_SUBJECT = 120  # characters
PORTAL = "the What Works evidence portal"


def letter(person: User, notices: Sequence[Notice], *, daily: bool) -> EmailMessage:
    """Return the mail of one kind of notices or, if it is the daily one, of several."""
    kinds = list(KINDS)
    ordered = sorted(notices, key=lambda one: (kinds.index(one.kind), one.pk))
    groups = [
        (KINDS[name], list(rows)) for name, rows in groupby(ordered, key=lambda one: one.kind)
    ]
    parts = []
    for kind, rows in groups:
        parts += [f"{kind.label.upper()}\n"] if daily else []
        stands = kind.stands({row.about for row in rows})
        parts += [_paragraph(row, stands.get(row.about, "")) for row in rows]
    parts.append(_reasons([kind for kind, _ in groups], daily=daily))
    return EmailMessage(
        subject=one_line(_subject(groups, daily=daily), LONGEST_SUBJECT),
        body="\n".join(parts),
        to=[person.email],
        headers={"Auto-Submitted": "auto-generated"},  # so that no absence note answers it
    )


def one_line(text: str, longest: int = 0) -> str:
    """Return a text on one line without control characters, and with "…" where it was too long.

    A line break in a title must begin neither another header nor a paragraph that the portal never wrote.
    """
    line = " ".join(text.split())
    line = "".join(one for one in line if not unicodedata.category(one).startswith("C"))
    return f"{line[: longest - 1].rstrip()}…" if longest and len(line) > longest else line


def absolute(path: str) -> str:
    """Return the whole address of a page."""
    return f"{settings.SITE_URL}{path}"


def _subject(groups: Sequence[tuple[Kind, Sequence[Notice]]], *, daily: bool) -> str:
    if daily:
        number = sum(len(rows) for _, rows in groups)
        return f"Your daily mail of {PORTAL}: {number} notice{'s' if number > 1 else ''}"
    [(kind, rows)] = groups
    number = len({row.about for row in rows})
    return f"{rows[-1].headline}: {rows[-1].title}" if number == 1 else f"{number} {kind.many}"


def _paragraph(notice: Notice, stands: str) -> str:
    comment = "".join(f"> {one_line(line)}\n" for line in notice.comment.splitlines())
    text = one_line(f"{notice.text} {stands}")
    return f"{one_line(notice.title)}\n{text}\n{comment}{absolute(notice.path)}\n"


def _reasons(kinds: Sequence[Kind], *, daily: bool) -> str:
    """Say why somebody gets a mail, and where to change that."""
    why = "; ".join(kind.why for kind in kinds)
    page = absolute(reverse("admin:my_mail"))
    if all(kind.always for kind in kinds):
        return f"You get this because {why}. This mail cannot be switched off. Your mail: {page}\n"
    once = " once a day" if daily else ""
    return f"You get this{once} because {why}. Choose which mail you get, and when: {page}\n"
