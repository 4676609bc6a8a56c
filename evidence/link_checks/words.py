"""The words of a text and their fingerprint, by which two versions of a page are compared without keeping either."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from heapq import nsmallest

RUN = 3  # words in a row that are compared as one
HASH_BYTES = 4
# The most hashes in a fingerprint. The share of words that changed is then right within 2 points, nearly always.
HASHES = 256
LONGEST = 100  # characters of a word
LONG = 20  # characters of a word with digits that is the number of a session and no word

_TOKEN = re.compile(
    r"(?:\+|(?<![\w%])-)?[£$€]?\d[\d,]*(?:\.\d+)?%?"  # a number with its sign and unit
    r"|£+"  # a rating in pounds
    r"|[^\W\d_]+"  # a word
)
# Dashes are one; and what only says where a word or number may be broken, or may not, is none.
_ALIKE = str.maketrans("‐‑‒–—−", "------", "\u00ad\u200b\u200c\u200d\u2060\ufeff")
_LONG = re.compile(rf"[\w-]{{{LONG},}}")
_PER_CENT = re.compile(r"(?<=\d)\s*(?:%|per ?cent\b)")
_APART = re.compile(r"(?<=[+£$€])\s+(?=\d)")


def words_of(text: str) -> list[str]:
    """Return the words and numbers of a text, so that the same ones are equal however they were written."""
    # Upper case last: what NFKC makes may have some.
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = _LONG.sub(_unless_code, plain.translate(_ALIKE))
    plain = _APART.sub("", _PER_CENT.sub("%", plain))
    return [word.replace(",", "")[:LONGEST] for word in _TOKEN.findall(plain)]


def fingerprint_of(blocks: Iterable[Sequence[str]]) -> bytes:
    """Return the fingerprint of a text in blocks of words: a sample of the hashes of each three words in a row.

    It does not depend on the order of the blocks, and tells nobody what the text is.
    """
    hashes = {_hash(run) for block in blocks for run in _runs(block)}
    return b"".join(nsmallest(HASHES, hashes))


def share_changed(before: bytes | memoryview, after: bytes | memoryview) -> int:
    """Return the part of a text that is different, in per cent, from the fingerprints of its two versions."""
    old, new = _hashes(before), _hashes(after)
    sample = nsmallest(HASHES, old | new)  # the smallest of both are as good as drawn by lot
    if not sample:
        return 0
    different = sum(1 for one in sample if one not in old or one not in new)
    # Words that were replaced are counted twice, once as gone and once as new.
    return round(100 * different / (2 * len(sample) - different))


def _unless_code(long: re.Match[str]) -> str:
    return " " if any(map(str.isdigit, long[0])) else long[0]


def _runs(block: Sequence[str]) -> Iterable[str]:
    if len(block) < RUN:
        return [" ".join(block)] if block else []
    return (" ".join(block[at : at + RUN]) for at in range(len(block) - RUN + 1))


def _hash(run: str) -> bytes:
    return blake2b(run.encode(errors="replace"), digest_size=HASH_BYTES).digest()


def _hashes(fingerprint: bytes | memoryview) -> set[bytes]:
    whole = bytes(fingerprint)
    return {whole[at : at + HASH_BYTES] for at in range(0, len(whole), HASH_BYTES)}
