"""Summaries that may be the same as another one: of the same title, or about the same page of the same product line.

They are only pointed out. Two summaries may well share a page that lists many products.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from evidence.models import Edition

WORDS = re.compile(r"\w+")


def plain_title(title: str) -> str:
    """Return a title without capitals, accents and punctuation."""
    if not title.isascii():  # of 20,000 titles few are not, and the rest takes long
        letters = unicodedata.normalize("NFKD", title)
        title = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(WORDS.findall(title.casefold()))


@dataclass(frozen=True)
class Twin:
    """An edition, published or open, for which another one may be mistaken."""

    key: int
    summary: int
    slug: str
    title: str
    state: str

    @property
    def state_in_sentence(self) -> str:
        """What it is said to be: "a draft", "in review"."""
        return Edition.State(self.state).in_sentence


@dataclass
class Twins:
    """All titles and pages of some centres, to look for twins in: one query for any number of editions."""

    by_title: dict[tuple[str, str], list[Twin]] = field(default_factory=dict)
    by_page: dict[tuple[str, str, str], list[Twin]] = field(default_factory=dict)

    @classmethod
    def of(cls, centres: Iterable[str]) -> "Twins":
        """Read what is published or open of centres, by their slugs. What is published comes first."""
        found = cls()
        shown = Edition.published_q() | Edition.open_q()
        rows: Any = Edition.objects.filter(shown, summary__centre__slug__in=centres).values_list(
            "summary__centre__slug", "product", "source_url", "pk", "summary", "summary__slug", "title", "state"
        )  # fmt: skip
        for centre, product, page, *said in rows.order_by("summary", "number"):
            twin = Twin(*said)
            found.by_title.setdefault((centre, plain_title(twin.title)), []).append(twin)
            found.by_page.setdefault((centre, product, page), []).append(twin)
        return found

    def same_title(self, centre: str, title: str, summary: int | None = None) -> list[Twin]:
        """Return what has the same title, one for each summary other than `summary`."""
        return _others(self.by_title.get((centre, plain_title(title)), ()), summary)

    def same_page(
        self, centre: str, product: str, page: str, summary: int | None = None
    ) -> list[Twin]:
        """Return what is about the same page in the same product line."""
        return _others(self.by_page.get((centre, product, page), ()) if page else (), summary)


def _others(found: Iterable[Twin], summary: int | None) -> list[Twin]:
    first: dict[int, Twin] = {}
    for twin in found:
        if twin.summary != summary:
            first.setdefault(twin.summary, twin)
    return list(first.values())
