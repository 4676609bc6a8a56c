"""Addresses that are pasted into a search: those of sources and of the portal itself lead to their summaries."""

import re
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from evidence.catalogue.documents import SOURCE_COLUMNS, Document, Documents

URL = SOURCE_COLUMNS.index("url")

# With a scheme, or beginning with "www.", a host with a path, or a page of the portal.
ADDRESS = re.compile(
    r"""https?://[^\s<>"]+ | (?<!\S)(?://)?(?:www\.[^\s/]+\.|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?::[0-9]+)?/)[^\s<>"]*
      | (?<!\S)[^\s<>"]*/evidence/[\w-]+/?[^\s<>"]*""",
    re.IGNORECASE | re.VERBOSE,
)
OF_PORTAL = re.compile(r"/evidence/([\w-]+)(?:/history(?:/[0-9]+)?)?")


def address_in(words: str) -> str | None:
    """Return the address in a query, None if there is none."""
    match = ADDRESS.search(words)
    return match[0].rstrip(".,;)") if match else None


def plain_address(address: str) -> str:
    """Return an address without what makes no difference: scheme, www, query, fragment, the last slash and capitals."""
    address = re.sub(r"^(?:https?:)?//", "", address.strip(), flags=re.IGNORECASE)
    try:
        parts = urlsplit(f"//{address}")
    except ValueError:  # such as half an address of IPv6
        return address.casefold()
    host = parts.netloc.rpartition("@")[2].removesuffix(":80").removesuffix(":443")
    plain = f"{host.casefold().removeprefix('www.')}{unquote(parts.path).casefold()}"
    return plain.rstrip("/")


def addresses_of(document: Document) -> list[str]:
    """Return the plain addresses of an edition's sources, first that of the page which it sums up."""
    return list(map(plain_address, _urls(document)))


def _urls(document: Document) -> list[str]:
    urls = (document.value("source_url"), *(row[URL] for row in document.sources))
    return [url for url in urls if url]


@dataclass(frozen=True)
class Addresses:
    """Which editions may have a source at an address.

    Each number is the checksum of an address and the key of an edition: 8 bytes, since there may be hundreds of thousands.
    """

    stored: "array[int]" = field(default_factory=lambda: array("Q"))
    later: Sequence[int] = ()  # of editions that were published later; like the others, in order

    @classmethod
    def of(cls, documents: Iterable[tuple[int, Iterable[str]]]) -> "Addresses":
        """Collect the plain addresses of some editions, by key."""
        return cls(array("Q", sorted(_numbers(documents))))

    def with_more(self, documents: Iterable[tuple[int, Iterable[str]]]) -> "Addresses":
        """Return these and the plain addresses of other editions."""
        return Addresses(self.stored, sorted({*self.later, *_numbers(documents)}))

    def possible(self, address: str) -> Iterator[int]:
        """Yield the keys of editions that may have a source at a plain address, or did so before they were replaced."""
        first = _checksum(address) << 32
        for numbers in (self.stored, self.later):
            place = bisect_left(numbers, first)
            while place < len(numbers) and numbers[place] >> 32 == first >> 32:
                yield numbers[place] & 0xFFFFFFFF
                place += 1


def editions_at(address: str, documents: Documents, addresses: Addresses) -> list[int]:
    """Return the keys of the published editions that an address leads to, best first.

    Those of the source come before those that only read the page.
    """
    plain = plain_address(address)
    if match := OF_PORTAL.fullmatch(plain, max(0, plain.rfind("/evidence/"))):
        slug = match[1]
        if slug in documents.withdrawn:
            slug = documents.withdrawn[slug].replaced_by
        if slug in documents.published:
            return [documents.published[slug]]
    found = []
    for key in dict.fromkeys(addresses.possible(plain)):
        document = documents.document(key)
        if documents.published.get(document.slug) != key:
            continue
        urls = _urls(document)
        places = [place for place, url in enumerate(urls) if plain_address(url) == plain]
        if places:
            # Some sources differ in the query of their address only.
            is_same = any(_query(urls[place]) == _query(address) for place in places)
            found.append((not is_same, places[0] > 0, key))
    return [key for *_, key in sorted(found)]


def _query(address: str) -> str:
    return address.partition("?")[2].partition("#")[0].casefold()


def _numbers(documents: Iterable[tuple[int, Iterable[str]]]) -> Iterator[int]:
    for key, addresses in documents:
        yield from {(_checksum(address) << 32) | key for address in addresses}


def _checksum(address: str) -> int:
    return zlib.crc32(address.encode(errors="replace"))
