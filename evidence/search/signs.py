"""The signs of a query: "quoted phrases", -minus, NOT, OR and |, and those that other searches read and this one does not."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from .words import STOP_WORDS, plain_words

# A quoted phrase, perhaps after a minus sign, or anything between spaces.
PIECES = re.compile(r'(-?)"([^"]*)"|(\S+)')
OR, NOT, AND = frozenset({"OR", "|", "||"}), "NOT", "AND"
# "mentoring NEAR/5 school"
NEARNESS = re.compile(r"NEAR|(?:NEAR|ONEAR|WITHIN|ADJ)/?[0-9]+|(?:N|W|PRE)/[0-9]+")
# "mentor*", "wom?n", "mentor~2", "mentor^2". A question mark after a word ends a question.
IN_WORDS = re.compile(r"(?<=\w)(?:\*|~[0-9.]*|\^[0-9.]+)|[*~](?=\w)|(?<=[^\W\d_])\?(?=[^\W\d_])")
# "title:phonics"; not the scheme of an address
FIELD = re.compile(r"^[A-Za-z_]{2,}:(?=[^\s:/])")
BRACKETS = re.compile(r"[()]")
# What some sign has: most queries have none.
MAY_BE_SIGN = re.compile(r"""["|*~^?:/-]|\b(?:OR|NOT|AND)\b|NEAR|WITHIN|ADJ""")


class Piece(NamedTuple):
    """Words of a query that no sign parts."""

    text: str
    quotation: int = 0  # the number of the phrase that it is; 0 if it is none
    is_quoted: bool = False
    excluded: bool = False
    after_or: bool = False


class Signs(NamedTuple):
    """A query without its signs."""

    pieces: list[Piece]
    unread: tuple[str, ...]  # the signs that are not read, once each


def read_signs(words: str) -> Signs:
    """Read the signs of a query. Those that are not read are left out of its pieces."""
    if not MAY_BE_SIGN.search(words):
        return Signs([Piece(words)] if words else [], ())
    unread: dict[str, None] = {}
    pieces = list(_read(words))
    operates = f" {AND} " in words or any(one.excluded or one.after_or for one in pieces)
    for place, piece in enumerate(pieces):
        text = piece.text
        if piece.is_quoted:
            continue
        if NEARNESS.fullmatch(text) and words != words.upper():
            unread[text], text = None, ""
        if text.isalnum():  # as most are, so that no sign is in it
            continue
        for pattern in (FIELD, IN_WORDS):
            unread.update(dict.fromkeys(pattern.findall(text)))
            text = pattern.sub("", text)
        # In "tutoring (small group)" brackets are no signs.
        if operates and BRACKETS.search(text):
            unread["()"] = None
        pieces[place] = piece._replace(text=text)
    if re.fullmatch(r"\w+\?", words):
        unread["?"] = None  # after several words, it ends a question
    return Signs(list(_joined(pieces)), tuple(unread))


def _read(words: str) -> Iterator[Piece]:
    """Yield what stands between spaces or quotation marks."""
    found = list(PIECES.finditer(words))
    any_wanted = not all(map(_has_minus, found))
    after_or, after_not, before = False, False, ""
    wanted = 0
    for number, match in enumerate(found, start=1):
        if match[0] in OR:
            after_or = wanted > 0
            continue
        if match[0] == NOT and wanted and number < len(found) and _may_exclude(before):
            after_not = True
            continue
        quoted = match[2] is not None
        excluded = after_not or (any_wanted and _has_minus(match))
        # What is excluded is one phrase too: "-self-harm" excludes self-harm, not all that has "self".
        quotation = number if quoted or excluded else 0
        text = match[2] if quoted else match[3]
        yield Piece(text, quotation, quoted, excluded, after_or)
        if _has_words(text):
            wanted += not excluded
            after_or, after_not, before = False, False, match[0]


def _may_exclude(before: str) -> bool:
    """Say whether NOT may be a sign after a word: in "what does NOT work" it is none."""
    return before == AND or not STOP_WORDS.issuperset(plain_words(before))


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """Yield pieces, those as one between which there is no sign."""
    previous: Piece | None = None
    for piece in pieces:
        if previous and not (previous.quotation or piece.quotation or piece.after_or):
            previous = previous._replace(text=f"{previous.text} {piece.text}")
            continue
        if previous:
            yield previous
        previous = piece
    if previous:
        yield previous


def _has_words(text: str) -> bool:
    return (text.isascii() and text.isalnum()) or bool(plain_words(text))


def _has_minus(match: re.Match[str]) -> bool:
    return match[1] == "-" or bool(match[3] and re.match(r"-[^\W_]", match[3]))
