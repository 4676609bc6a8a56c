"""Reads which summaries are to be compared, and makes every link that changes that."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from evidence.catalogue.documents import Documents
from evidence.find.addresses import find_url
from portal import published

from .here import here_of

FEWEST, MOST = 2, 6  # summaries that are compared
MAX_READ = 50  # summaries of an address are looked at


@dataclass(frozen=True)
class Choice:
    """What the address of a comparison asks for. A summary is named by its id, which is its slug."""

    summaries: tuple[str, ...]  # published, each once, at most MOST, in the order given
    left_out: tuple[str, ...] = ()  # published, but too many
    withdrawn: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()  # neither published nor withdrawn
    here: tuple[str, ...] = ()  # the place that a reader asks about: values of `Here`
    only_differences: bool = False

    @classmethod
    def of(cls, slugs: Iterable[str], **others: Any) -> "Choice":
        """Sort out the ids of an address."""
        documents = published.current()[Documents]
        once = [slug for slug in dict.fromkeys(slugs) if slug][:MAX_READ]
        known = [slug for slug in once if slug in documents.published]
        withdrawn = [slug for slug in once if slug not in known and slug in documents.withdrawn]
        unknown = [slug for slug in once if slug not in known and slug not in withdrawn]
        return cls(
            tuple(known[:MOST]), tuple(known[MOST:]), tuple(withdrawn), tuple(unknown), **others
        )

    @classmethod
    def read(cls, data: QueryDict) -> "Choice":
        """Read a query string. Whatever it holds, there is a choice."""
        here = tuple(here_of(data).values)
        only_differences = data.get("differences") == "1"
        return cls.of(data.getlist("summary"), here=here, only_differences=only_differences)

    @property
    def is_enough(self) -> bool:
        """Whether there is something to compare."""
        return len(self.summaries) >= FEWEST

    @property
    def is_full(self) -> bool:
        """Whether no other summary can be added."""
        return len(self.summaries) == MOST

    # Links

    def url(self, view: str = "evidence:compare", /, **changes: Any) -> str:
        """Return the address of this comparison with some parameters changed."""
        parameters: dict[str, Any] = {
            "summary": self.summaries,
            "here": self.here,
            "differences": "1" if self.only_differences else "",
        }
        return find_url(parameters | changes, view)

    def url_with(self, slug: str) -> str:
        """Return the address with one more summary."""
        return self.url(summary=(*self.summaries, slug))

    def url_without(self, slug: str) -> str:
        """Return the address without one of the summaries."""
        return self.url(summary=[one for one in self.summaries if one != slug])

    def url_moving(self, slug: str, by: int) -> str:
        """Return the address with one of the summaries moved by a number of places; nothing if there is no such place."""
        order: Sequence[str] = [one for one in self.summaries if one != slug]
        place = self.summaries.index(slug) + by
        if not 0 <= place <= len(order):
            return ""
        return self.url(summary=[*order[:place], slug, *order[place:]])


def keys_of(slugs: Iterable[str]) -> list[int]:
    """Return the keys of the published editions of these summaries. KeyError for one that is not published."""
    documents = published.current()[Documents]
    return [documents.published[slug] for slug in slugs]
