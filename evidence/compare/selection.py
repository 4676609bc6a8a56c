"""Reads which summaries are to be compared."""

from collections.abc import Iterable
from dataclasses import dataclass

from evidence.catalogue.documents import Documents
from portal import published

FEWEST, MOST = 2, 6  # summaries that are compared
MAX_READ = 50  # summaries of an address that are looked at


@dataclass(frozen=True)
class Choice:
    """What an address asks to compare. Each of them is the id of a summary, which is its slug."""

    summaries: tuple[str, ...]  # published, each once, at most MOST, in the order given
    left_out: tuple[str, ...]  # published, but too many
    withdrawn: tuple[str, ...]
    unknown: tuple[str, ...]  # neither published nor withdrawn

    @classmethod
    def of(cls, slugs: Iterable[str]) -> "Choice":
        """Sort out the ids of an address."""
        documents = published.current()[Documents]
        once = [slug for slug in dict.fromkeys(slugs) if slug][:MAX_READ]
        known = [slug for slug in once if slug in documents.published]
        withdrawn = [slug for slug in once if slug not in known and slug in documents.withdrawn]
        unknown = [slug for slug in once if slug not in known and slug not in withdrawn]
        return cls(tuple(known[:MOST]), tuple(known[MOST:]), tuple(withdrawn), tuple(unknown))

    @property
    def is_enough(self) -> bool:
        """Whether there is something to compare."""
        return len(self.summaries) >= FEWEST


def keys_of(slugs: Iterable[str]) -> list[int]:
    """Return the keys of the published editions of these summaries. KeyError for one that is not published."""
    documents = published.current()[Documents]
    return [documents.published[slug] for slug in slugs]
