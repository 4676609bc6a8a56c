"""The search of the lists of editions and summaries in admin: every word in the title, the reference or the address.

What Django does by itself turns every title into capital letters by the rules of all languages, and does so twice; with 20,000
editions that takes most of the time of the page.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Collate, Upper
from django.utils.text import smart_split, unescape_string_literal

from ..models import Edition, Summary


def search_editions(rows: "QuerySet[Edition]", typed: str) -> "QuerySet[Edition]":
    """Return the editions that have every word that was typed."""
    names = ("title", "code")
    rows = rows.alias(**{f"{name}_upper": Upper(Collate(name, "C")) for name in names})
    for word in _words(typed):
        addresses = Summary.objects.filter(slug__contains=word.lower()).order_by()
        found = Q(summary__in=addresses.values("pk"))
        for name in names:
            # Without letters beyond A to Z in the word, the rules of all languages find no more.
            plain = {f"{name}_upper__contains": word.upper()}
            found |= Q(**plain if word.isascii() else {f"{name}__icontains": word})
        rows = rows.filter(found)
    return rows


def search_summaries(rows: "QuerySet[Summary]", typed: str) -> "QuerySet[Summary]":
    """Return the summaries that have every word that was typed, in an edition each."""
    for word in _words(typed):
        editions: Any = search_editions(Edition.objects.order_by(), f'"{word}"')
        rows = rows.filter(pk__in=editions.values("summary"))
    return rows


def _words(typed: str) -> Iterator[str]:
    for word in smart_split(typed):
        is_quoted = word[0] in "\"'" and word[0] == word[-1]
        yield unescape_string_literal(word) if is_quoted else word
