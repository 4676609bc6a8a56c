"""The search of the lists of editions, summaries, links and what was done to summaries: every word in one of their texts.

The address of a summary is looked for among the summaries first, which are fewer than what belongs to them.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q, QuerySet
from django.utils.text import smart_split, unescape_string_literal

from portal.admin_lists import first_words
from portal.lookups import IsAnyOf

from ..models import AuditEntry, Edition, LinkCheck, Summary


def search_editions(rows: "QuerySet[Edition]", typed: str) -> "QuerySet[Edition]":
    """Return the editions that have every word that was typed: in the title, the reference or the address."""
    for word in _words(typed):
        rows = rows.filter(_address_has(word) | Q(title__says=word) | Q(code__says=word))
    return rows


def search_links(rows: "QuerySet[LinkCheck]", typed: str) -> "QuerySet[LinkCheck]":
    """Return the links that have every word that was typed: in the address, or in what is wrong.

    Of the many that answer, all is said by the same words, which would take as long to search as the addresses.
    """
    is_said = ~Q(outcome=LinkCheck.Outcome.ANSWERS)
    for word in _words(typed):
        rows = rows.filter(Q(url__says=word) | is_said & Q(reason__says=word))
    return rows


def search_audit(rows: "QuerySet[AuditEntry]", typed: str) -> "QuerySet[AuditEntry]":
    """Return the entries that have every word that was typed: in the address of the summary or the comment."""
    for word in _words(typed):
        rows = rows.filter(_address_has(word) | Q(comment__says=word))
    return rows


def search_summaries(rows: "QuerySet[Summary]", typed: str) -> "QuerySet[Summary]":
    """Return the summaries that have every word that was typed, in an edition each."""
    for word in _words(typed):
        editions: Any = search_editions(Edition.objects.order_by(), f'"{word}"')
        rows = rows.filter(pk__in=editions.values("summary"))
    return rows


def _address_has(word: str) -> Q:
    """Return the condition for what belongs to a summary with a word in its address."""
    addresses = Summary.objects.filter(slug__contains=word.lower()).order_by().values("pk")
    return Q(IsAnyOf("summary_id", ArraySubquery(addresses)))


def _words(typed: str) -> Iterator[str]:
    for word in smart_split(first_words(typed)):
        is_quoted = word[0] in "\"'" and word[0] == word[-1]
        yield unescape_string_literal(word) if is_quoted else word
