"""What a page of a site says: its words, and the day that it gives itself.

A page may be broken or made to do harm, so there is a limit to its bytes (evidence.link_checks.http), time and words. What is
on many pages of a site or differs at each visit is left out: menus, scripts, notices of cookies, lists of what to read next.
"""

import datetime
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from .words import fingerprint_of, words_of

SECONDS = 5.0  # the most processor time for the words of one page
MOST_WORDS = 60_000
FEWEST_WORDS = 30  # with fewer, scripts make the page, or it asks for something first
CHUNK = 16_384  # characters between two looks at the time, and the most in a block
JSON_CHARACTERS = 100_000
LINE_CHARACTERS = 10_000  # of an attribute with words
BEFORE_THE_WEB = datetime.date(1990, 1, 1)

LEFT_OUT = {
    "script", "style", "noscript", "template", "svg", "math", "canvas", "iframe", "object", "nav", "footer", "aside",
    "dialog", "button", "select", "textarea", "title",
}  # fmt: skip
LEFT_OUT_ROLES = {
    "navigation",
    "banner",
    "contentinfo",
    "search",
    "dialog",
    "alertdialog",
    "complementary",
}
# As a word of a class or an id.
LEFT_OUT_NAMES = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|onetrust|breadcrumbs?|menu|navbar|sidebar|related|newsletter|share|sharing|"
    r"social-(?:icons|links|media|share)|advert|popup|modal|skip-?link)(?:$|[\s_-])",
    re.IGNORECASE,
)
# Not left out by their class: the page, its main part, and what need not be closed, so that it would take the rest along.
KEPT = {"html", "body", "main", "article", "p", "li", "dt", "dd", "tr", "td", "th"}
EMPTY = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
}  # fmt: skip
INLINE = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u",
    "var", "wbr",
}  # fmt: skip
MODIFIED_META = {
    "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified", "last-modified",
}  # fmt: skip
MODIFIED_JSON = re.compile(r'"dateModified"\s*:\s*"([^"]{10,40})"')
CHARSETS = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "cp1252", "ascii": "cp1252", "iso-8859-1": "cp1252", "latin1": "cp1252",
    "windows-1252": "cp1252", "cp1252": "cp1252", "iso-8859-15": "iso-8859-15", "utf-16": "utf-16",
}  # fmt: skip
CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{1,40})""", re.IGNORECASE)


class NotComparable(Exception):
    """There are no words to compare. The message says why."""


@dataclass(frozen=True)
class Page:
    """What can be compared of a page: the fingerprint of its main part, all its words, and the day that it gives itself."""

    fingerprint: bytes
    words: Sequence[str]
    dated: datetime.date | None


def read_html(body: bytes, charset: str = "") -> Page:
    """Return what a page says; `charset` is what the site calls its encoding. Raises NotComparable."""
    text = decode(body, charset)
    parser, until = _Parser(), time.thread_time() + SECONDS
    for at in range(0, len(text), CHUNK):
        try:
            parser.feed(text[at : at + CHUNK])
        except (
            AssertionError,
            ValueError,
        ) as error:  # as Python's parser says of a mark or number that is none
            raise NotComparable("Its code is not HTML.") from error
        if time.thread_time() > until:
            raise NotComparable("Its code takes too long to read.")
        if parser.number > MOST_WORDS:
            raise NotComparable(f"It has more than {MOST_WORDS:,} words.")
    # Not close(): what a broken page leaves open at its end would be tried character by character.
    parser.end_block()
    main, rest = _size(parser.main), _size(parser.blocks)
    if main + rest < FEWEST_WORDS:
        raise NotComparable("It has almost no text that a program can read.")
    blocks = parser.main if main >= FEWEST_WORDS else [*parser.main, *parser.blocks]
    words = [
        word
        for part in (parser.main, parser.blocks, parser.labels)
        for block in part
        for word in block
    ]
    return Page(fingerprint_of(blocks), words, parser.dated or day_of(parser.json_day()))


def decode(body: bytes, charset: str) -> str:
    """Return the text of a page, in the encoding that its mark, the site or the page itself names, or else in UTF-8."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", errors="replace")
    named = CHARSETS.get(charset.strip("\"' ").lower())
    if named is None:
        inside = CHARSET.search(body[:2048])
        name = inside[1].decode().lower() if inside else ""
        named = "utf-8" if name == "utf-16" else CHARSETS.get(name, "utf-8")
    return body.decode(named, errors="replace").removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")


def day_of(text: str) -> datetime.date | None:
    """Return the day that a page gives itself as 2026-11-29..., or None if it is not a possible one."""
    try:
        day = datetime.date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None
    latest = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)
    return day if BEFORE_THE_WEB <= day <= latest else None


def _size(blocks: Sequence[Sequence[str]]) -> int:
    return sum(map(len, blocks))


@dataclass
class _Inside:
    """Whether the parser is inside an element, and inside how many of the same name in it."""

    name: str = ""
    depth: int = 0

    def begin(self, name: str) -> None:
        if not self.depth:
            self.name, self.depth = name, 1
        elif name == self.name:
            self.depth += 1

    def end(self, name: str) -> None:
        if self.depth and name == self.name:
            self.depth -= 1


class _Parser(HTMLParser):
    """Collects the words of a page. It keeps no tree, so that depth costs nothing."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.main: list[list[str]] = []  # blocks of words in the main part
        self.blocks: list[list[str]] = []  # and elsewhere
        self.labels: list[list[str]] = []  # and what is read out to people who cannot see
        self.number = 0
        self.dated: datetime.date | None = None
        self._left_out, self._in_main = _Inside(), _Inside()
        self._text: list[str] = []
        self._characters = 0
        self._json: list[str] | None = None
        self._json_found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "script":
            self._json = [] if said.get("type", "").lower() == "application/ld+json" else None
        if tag in {"meta", "time"}:
            self._note_day(tag, said)
        if self._left_out.depth:
            self._left_out.begin(tag)
            return
        if tag not in INLINE:
            self.end_block()
        if tag not in EMPTY and _is_left_out(tag, said):
            self.end_block()
            self._left_out.begin(tag)
            return
        for name in ("alt", "aria-label"):
            if label := said.get(name):
                self._add(self.labels, label[:LINE_CHARACTERS])
        if self._in_main.depth or tag == "main" or said.get("role") == "main":
            self._in_main.begin(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._json:
            self._json_found.append("".join(self._json)[:JSON_CHARACTERS])
            self._json = None
        if self._left_out.depth:
            self._left_out.end(tag)
            return
        if tag not in INLINE:
            self.end_block()
        self._in_main.end(tag)

    def handle_data(self, data: str) -> None:
        if self._left_out.depth:
            if self._json is not None and len(self._json) < JSON_CHARACTERS // 100:
                self._json.append(data)
            return
        self._text.append(data)
        self._characters += len(data)
        if self._characters > CHUNK:
            self.end_block()

    def end_block(self) -> None:
        """Take what was collected since the last block as one."""
        if self._text:
            text, self._text, self._characters = "".join(self._text), [], 0
            self._add(self.main if self._in_main.depth else self.blocks, text)

    def json_day(self) -> str:
        """Return the first day in the page's data for search engines, or an empty text."""
        for text in self._json_found:
            if day := MODIFIED_JSON.search(text):
                return day[1]
        return ""

    def _add(self, to: list[list[str]], text: str) -> None:
        if self.number <= MOST_WORDS and (words := words_of(text)):
            to.append(words)
            self.number += len(words)

    def _note_day(self, tag: str, said: dict[str, str]) -> None:
        if tag == "time":
            is_modified = said.get("itemprop", "").lower() == "datemodified" or bool(
                re.search(r"\b(?:updated|modified)\b", said.get("class", "")[:200])
            )
            value = said.get("datetime", "")
        else:
            names = {
                said.get(key, "").lower() for key in ("property", "name", "itemprop", "http-equiv")
            }
            is_modified, value = bool(names & MODIFIED_META), said.get("content", "")
        if is_modified and self.dated is None:
            self.dated = day_of(value)


def _is_left_out(tag: str, said: dict[str, str]) -> bool:
    if tag in LEFT_OUT or said.get("role", "").lower() in LEFT_OUT_ROLES:
        return True
    if tag in KEPT or tag in INLINE:
        return False
    return any(LEFT_OUT_NAMES.search(said.get(name, "")[:500]) for name in ("id", "class"))
