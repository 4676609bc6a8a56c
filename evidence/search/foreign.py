"""Which words of a query are names or foreign words, and so no typing errors."""

import re
import unicodedata

from .words import plain_words

APOSTROPHES = "'’‘ʼ`´"
# "O'Brien" and "D'Arcy"; in "teacher's" and "don't" the apostrophe comes later, and little follows it
APOSTROPHE_NAME = re.compile(rf"\b[^\W\d_]{{1,2}}[{APOSTROPHES}][^\W\d_]{{3,}}")
SCOTTISH_NAME = re.compile(r"\b(?:Mac[A-Z]|[Mm]c[A-Za-z])[^\W\d_]+")
# "COPD" and "PPOs"; but somebody who types in capitals only types words in them too.
ACRONYM = re.compile(r"\b[A-Z]{2,4}s?\b")
ACCENTED = re.compile(r"[^\W\d_]*[^\W\d_\x00-\x7f][^\W\d_]*")


def names_in(text: str) -> frozenset[str]:
    """Return the words of a text that have an accent ("café") or are an acronym or a name such as "O'Brien", as plain words."""
    found = [match[0] for one in (APOSTROPHE_NAME, SCOTTISH_NAME) for match in one.finditer(text)]
    acronyms = ACRONYM.findall(text)
    if len(acronyms) < len(text.split()) or len(acronyms) == 1:
        found += acronyms
    if not text.isascii():
        whole = unicodedata.normalize("NFC", text)
        found += [match[0] for match in ACCENTED.finditer(whole) if _has_accent(match[0])]
    return frozenset(word for name in found for word in plain_words(name))


def _has_accent(word: str) -> bool:
    return any(map(unicodedata.combining, unicodedata.normalize("NFD", word)))
