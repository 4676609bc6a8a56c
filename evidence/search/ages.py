"""Ages in a query, as the age groups of the filter: "under 5s" are "early-years"."""

import re
from collections.abc import Mapping

from centres.vocabulary import AgeGroup

from .words import Phrase, listed

OLDEST = 110
AGES = {  # in years; a test asks for those of every age group
    AgeGroup.EARLY_YEARS: (0, 5),
    AgeGroup.CHILDREN: (5, 11),
    AgeGroup.YOUNG_PEOPLE: (11, 24),
    AgeGroup.WORKING_AGE: (18, 64),
    AgeGroup.OLDER_PEOPLE: (50, OLDEST),
}
MIN_SHARED = 1 / 3  # of the ages that were typed, or of those of a group, whichever are fewer
_OLD = r"(?: years? (?:olds?|of age))?"
_AGED = "aged|ages|age"
# In plain words, which have "16-18s" and "16 to 18" as "16 18", and "yr" as "year".
AGES_TYPED = [
    re.compile(pattern)
    for pattern in (
        rf"(?:for )?(?:{_AGED} )?(?:the )?(?:under|below) (?:the )?(?:age of )?(?P<under>\d+){_OLD}",
        rf"(?:for )?(?:{_AGED} )?(?:the )?(?:over|above) (?:the )?(?:age of )?(?P<over>\d+){_OLD}",
        rf"(?:for )?(?:{_AGED} )?(?P<under>\d+){_OLD} (?:and|or) (?:under|below|younger)",
        rf"(?:for )?(?:{_AGED} )?(?P<over>\d+){_OLD} (?:(?:and|or) (?:over|above|older)|plus)",
        rf"(?:for|{_AGED}|for ages|between) (?P<first>\d+)(?: and)? (?P<last>\d+){_OLD}",
        r"(?:for )?(?P<first>\d+)(?: and)? (?P<last>\d+) years? olds?",
        rf"(?:for )?(?:(?:{_AGED}) (?P<first>\d+)|(?P<old>\d+) years? olds?)",
    )
]
BEGIN_AGES = listed("for aged ages age the under below over above between")
# After a number, these say that it is no age.
UNITS = listed(
    "year years months month weeks week days day hours hour minutes minute sessions mph mile miles km pounds percent per cent",
    "million billion thousand k m times people studies",
)


def age_groups(words: Phrase) -> tuple[tuple[str, ...], int]:
    """Return the groups of the ages that some words of a query begin with, and how many words say so; if none do, () and 0."""
    may_begin = words[0] in BEGIN_AGES or words[0].isdigit()
    if not may_begin or not any(word[0].isdigit() for word in words):
        return (), 0
    for length in range(len(words), 1, -1):
        text = " ".join(words[:length])
        for pattern in AGES_TYPED:
            if match := pattern.fullmatch(text):
                is_no_age = words[length : length + 1] and words[length] in UNITS
                return ((), 0) if is_no_age else (_groups(match.groupdict()), length)
    return (), 0


def _groups(typed: Mapping[str, str | None]) -> tuple[str, ...]:
    """Return the groups that have many of the ages that were typed, or of whose ages many are among them."""
    first, last = 0, OLDEST
    if under := typed.get("under"):
        last = int(under) - 1
    elif over := typed.get("over"):
        first = int(over)
    else:
        first = int(typed.get("first") or typed.get("old") or 0)
        last = int(typed.get("last") or first)
        if typed.get("last") and first >= last:
            return ()  # "1 to 1" is no age
    if not first <= last <= OLDEST:
        return ()
    found = []
    for group, (youngest, oldest) in AGES.items():
        shared = min(last, oldest) - max(first, youngest) + 1
        if shared > MIN_SHARED * min(last - first + 1, oldest - youngest + 1):
            found.append(group.value)
    return tuple(found)
