"""Numbers, years, ages and key stages in one form: "Y6", "yr 6" and "year six" are all "year 6"."""

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
NUMBER_WORDS = frozenset({*VALUES, *SIZES, *PLURALS})

DIGIT = re.compile("[0-9]")
MIXED = re.compile("[0-9][a-z]|[a-z][0-9]")
THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")  # the comma in "1,000"


def in_digits(words: Sequence[str]) -> list[str]:
    """Return plain words with their numbers in digits, and years, ages and key stages in words.

    A range is its two numbers, however it is written: "16 to 18" and "16-18" are "16 18".
    """
    text = " ".join(words)
    if MIXED.search(text) or not SHORT.isdisjoint(words):
        text = _replaced(text, MIXED_FORMS)
    if not NUMBER_WORDS.isdisjoint(words):
        text = _replaced(text, WORD_FORMS)
    if DIGIT.search(text):
        text = _replaced(text, JOINED_FORMS)
    return text.split()


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
    (r"\bkey ?stages?(?=[0-9])", "key stage "),
    (r"\bkeystages?\b", "key stage"),
    (r"\bks ?(?=[0-9])", "key stage "),
    (r"\b([0-9]{1,2})(?:st|nd|rd|th)\b", _ordinal),
    (r"\by(?:rs?|ears?)? ?([0-9]{1,2})s?\b", r"year \1"),
    (r"\byrs?\b", "year"),
    (r"\bu([0-9]{1,2})s?\b", r"under \1"),
    (r"\b([0-9]+)to([0-9]+)s?\b", r"\1 to \2"),
    (r"\b([0-9]+) ?yos?\b", r"\1 year old"),
    (r"\b([0-9]+)(?:y|yrs?)\b", r"\1 year"),
    (r"\b([0-9]+)s\b", r"\1"),  # "under 25s" are those under 25, and "year 7s" the pupils of year 7
    (r"\b([a-z]{4,})([0-9]+)\b", r"\1 \2"),  # "covid19"; but "ng222" is a reference
    (r"\b([0-9]+)([a-z]{3,})\b", r"\1 \2"),  # "11plus"
)
WORD_FORMS = _forms(
    (rf"\b{_any(PLURALS)}\b", lambda match: PLURALS[match[0]]),
    (
        rf"\b(?:(?:{SMALL}|one|[0-9]+) )?{SIZE}\b(?: (?:and )?{SMALL}\b(?! {SIZE}))?|\b{SMALL}\b",
        _value,
    ),
    # Where "one" is a number, and no pronoun.
    (r"\b(years?|stages?|level|phase|tier|grade|age|aged|under) one\b", r"\1 1"),
    (r"\bone (?=(?:year|month|week|day|hour|minute|term)s?\b)", "1 "),
    (r"\bone (?=(?:to|in|on) [0-9]|(?:to|on) one\b|2 one\b)", "1 "),
    (r"(?<=\b1 to )one\b|(?<=\b1 on )one\b|(?<=\b1 2 )one\b|(?<=[0-9] to )one\b", "1"),
)
JOINED_FORMS = _forms(
    (r"(?<=[0-9]) to (?=[0-9])", " "),
    (r"\b1 (?:on|2) 1\b", "1 1"),
)
