"""Numbers, years, ages and key stages in one form: "Y6", "yr 6" and "year six" are all "year 6"."""

import functools
import re
from collections.abc import Callable, Iterable, Sequence

Other = str | Callable[[re.Match[str]], str]
Forms = Sequence[tuple[re.Pattern[str], Other]]

ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth"),
    *("seventeenth", "eighteenth", "nineteenth", "twentieth"),
)

VALUES = {word: number for number, word in enumerate(ONES + TEENS, 1)} | {
    word: 10 * number for number, word in enumerate(TENS, 2)
}
SIZES = {"hundred": 100, "thousand": 1000}
# "Under fives" and "in their fifties".
PLURALS = {f"{word}es" if word == "six" else f"{word}s": word for word in (*ONES[1:], *TEENS)} | {
    word.removesuffix("y") + "ies": word for word in TENS
}

# Words that may have another form here, besides those with a digit.
SHORT = frozenset(["keystage", "keystages", "ks", "y", "yo", "yos", "yr", "yrs"])
NUMBER_WORDS = frozenset({*VALUES, *SIZES, *PLURALS}) - {"one"}

DIGIT = re.compile("[0-9]")
MAY_BE_MIXED = re.compile(r"[0-9](?:[a-z]|(?<=[a-z][0-9]))")
MIXED = re.compile(r"\b(?:[a-z]+[0-9]|[0-9]+[a-z])[a-z0-9]*")
THOUSANDS = re.compile(r",(?<=[0-9],)(?=[0-9]{3}(?![0-9]))")  # the comma in "1,000"


def in_digits(words: Sequence[str]) -> list[str]:
    """Return plain words with their numbers in digits, and years, ages and key stages in words.

    A range is its two numbers, however it is written: "16 to 18" and "16-18" are "16 18".
    """
    text = " ".join(words)
    if MAY_BE_MIXED.search(text):
        text = MIXED.sub(_parted, text)
        words = text.split()  # "one2one" has a word now that has another form
    if not SHORT.isdisjoint(words):
        text = _replaced(text, SHORT_FORMS)
    if not NUMBER_WORDS.isdisjoint(words):
        text = " ".join([PLURALS.get(word, word) for word in text.split()])
        text = NUMBER.sub(_value, text)
    if "one" in words:
        text = _replaced(text, FORMS_OF_ONE)
    if " to " in text or "1 on 1" in text or "1 2 1" in text:
        text = _replaced(text, JOINED_FORMS)
    return text.split()


def _parted(match: re.Match[str]) -> str:
    return _words_of(match[0])


@functools.lru_cache(10_000)
def _words_of(mixed: str) -> str:
    """Return the words for a word of letters and digits: "year 6" for "y6"."""
    return next(
        (pattern.sub(other, mixed) for pattern, other in MIXED_FORMS if pattern.fullmatch(mixed)),
        mixed,
    )


def _replaced(text: str, forms: Forms) -> str:
    for pattern, other in forms:
        text = pattern.sub(other, text)
    return text


def _forms(*forms: tuple[str, Other]) -> Forms:
    return [(re.compile(pattern), other) for pattern, other in forms]


def _any(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(words)})"


def _value(match: re.Match[str]) -> str:
    """Return a number in words as digits."""
    number, total = 0, 0
    for word in match[0].split():
        if word in SIZES:
            number = max(1, number) * SIZES[word]
            total, number = total + number, 0
        elif word != "and":
            number += int(word) if word.isdigit() else VALUES[word]
    return str(total + number)


def _ordinal(match: re.Match[str]) -> str:
    """Return "first" for "1st", and larger ones as they are."""
    number = int(match[1])
    return ORDINALS[number - 1] if 0 < number <= len(ORDINALS) else match[0]


# Numbers below 100 in words. "One" by itself is left out, because it is often a pronoun.
SMALL = rf"(?:{_any(TENS)} {_any(ONES)}|{_any((*ONES[1:], *TEENS, *TENS))})"
SIZE = _any(SIZES)


MIXED_FORMS = _forms(
    (r"key(?:stage|stages)?([0-9])", r"key stage \1"),
    (r"ks([0-9])", r"key stage \1"),
    (r"([0-9]{1,2})(?:st|nd|rd|th)", _ordinal),
    (r"y(?:rs?|ears?)?([0-9]{1,2})s?", r"year \1"),
    (r"u([0-9]{1,2})s?", r"under \1"),
    (r"([0-9]+)to([0-9]+)s?", r"\1 to \2"),
    (r"([a-z]{3,})2([a-z]{3,})", r"\1 to \2"),  # "one2one", "face2face"
    (r"([0-9]+)yos?", r"\1 year old"),
    (r"([0-9]+)(?:y|yrs?)", r"\1 year"),
    (r"([0-9]+)s", r"\1"),  # "under 25s" are those under 25, and "year 7s" the pupils of year 7
    (r"([a-z]{4,})([0-9]+)s?", r"\1 \2"),  # "covid19"; but "ng222" is a reference
    (r"([0-9]+)([a-z]{3,})", r"\1 \2"),  # "11plus"
)
SHORT_FORMS = _forms(
    (r"\bkeystages?\b", "key stage"),
    (r"\bks (?=[0-9])", "key stage "),
    (r"\by (?=[0-9])", "year "),
    (r"\byrs?\b", "year"),
    (r"(?<=[0-9] )yos?\b", "year old"),
)
NUMBER = re.compile(
    rf"\b(?:(?:{SMALL}|one|[0-9]+) )?{SIZE}\b(?: (?:and )?{SMALL}\b(?! {SIZE}))?|\b{SMALL}\b"
)
# Where "one" is a number, and no pronoun.
FORMS_OF_ONE = _forms(
    (r"\b(years?|stages?|level|phase|tier|grade|age|aged|under) one\b", r"\1 1"),
    (r"\bone (?=(?:year|month|week|day|hour|minute|term)s?\b)", "1 "),
    (r"\bone (?=(?:to|in|on) [0-9]|(?:to|on) one\b|2 one\b)", "1 "),
    (r"one(?:(?<=\b1 to one)|(?<=\b1 on one)|(?<=\b1 2 one)|(?<=[0-9] to one))\b", "1"),
)
JOINED_FORMS = _forms(
    (r"(?<=[0-9]) to (?=[0-9])", " "),
    (r"\b1 (?:on|2) 1\b", "1 1"),
)
