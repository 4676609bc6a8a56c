"""Reads from a centre's wording whether a study was done in a nation of the UK, and whether in town or country.

The rule is strict, because a reader may act on the answer. A place is the same only where it is named, and different only
where the wording names other places and leaves room for no more. Anything else is not stated.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from centres.vocabulary import Nation


class Answer(StrEnum):
    """How what is stated of the evidence compares with what a reader chose."""

    SAME = "Same"
    DIFFERENT = "Different"
    NOT_STATED = "Not stated"

    @property
    def slug(self) -> str:
        """Its name in styles, such as "not-stated"."""
        return self.value.lower().replace(" ", "-")


@dataclass(frozen=True)
class Reading:
    """An answer with the words that it rests on; without words, nothing at all was stated."""

    answer: Answer
    stated: str = ""
    note: str = ""  # why the words do not settle it


# Names under which any nation of the UK may be meant.
WHOLE_UK = ("United Kingdom", "UK", "U.K.", "Great Britain", "Britain", "British Isles")
# Places that are surely outside the UK. A name that is missing here leaves the answer "not stated", and never makes it wrong.
ELSEWHERE = (
    "United States of America", "United States", "USA", "US", "New South Wales", "New England", "Canada", "Australia",
    "New Zealand", "Republic of Ireland", "Ireland", "France", "Germany", "Netherlands", "Belgium", "Luxembourg", "Spain",
    "Portugal", "Italy", "Greece", "Austria", "Switzerland", "Denmark", "Sweden", "Norway", "Finland", "Iceland", "Estonia",
    "Latvia", "Lithuania", "Poland", "Czech Republic", "Hungary", "Romania", "Turkey", "Israel", "India", "China", "Japan",
    "South Korea", "Taiwan", "Singapore", "Hong Kong", "South Africa", "Kenya", "Uganda", "Mexico", "Brazil", "Chile",
)  # fmt: skip
KINDS = {"urban": ("urban", "inner city", "inner-city"), "rural": ("rural", "countryside")}

# After one of these words, a name need not be a place where anything was done.
_DOUBT = re.compile(
    r"\b(no|not|none|never|nor|neither|without|outside|except|excluding|excludes|excluded|apart|but|rather|than|few|fewer|less"
    r"|little|lack|lacks|unclear|unknown|may|might|could|would|should|whether|if)\b|n[’']t\b|\?",
    re.IGNORECASE,
)
_NONE_IN_UK = re.compile(
    r"(none|no studies|no study|outside) (of them )?(was |were )?(in |from )?the (UK|United Kingdom)\.?",
    re.IGNORECASE,
)
# What may stand beside names in a complete list: numbers of studies, and a detail in brackets that lets no others in.
_BRACKETS = re.compile(r"\(([^()]*)\)")
_OPEN = re.compile(
    r"\b(others?|elsewhere|includ\w*|most\w*|main\w*|e\.?g|such|etc|some)\b", re.IGNORECASE
)
_FILLER = re.compile(r"\b(and|the|of|in|from|stud(y|ies)|trials?|only)\b|[\d,;.&]+", re.IGNORECASE)


def _one_of(names: Iterable[str], flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(
        rf"(?<!\w)({'|'.join(re.escape(name) for name in longest_first)})(?!\w)", flags
    )


_PLACES = _one_of([*Nation.values, *WHOLE_UK, *ELSEWHERE])
_KIND_NAMES = {kind: _one_of(names, re.IGNORECASE) for kind, names in KINDS.items()}


def read_nation(wording: str, nation: Nation) -> Reading:
    """Say whether the studies were done in a nation, from the field `countries` of an edition."""
    if not wording:
        return Reading(Answer.NOT_STATED)
    if _NONE_IN_UK.fullmatch(wording.strip()):
        return Reading(Answer.DIFFERENT, wording)
    named = {match.group() for match in _PLACES.finditer(wording)}
    doubtful = bool(_DOUBT.search(wording))
    if nation in named and not doubtful:
        return Reading(Answer.SAME, wording)
    if named & set(WHOLE_UK):
        return Reading(Answer.NOT_STATED, wording, "Which nations of the UK is not stated.")
    if nation is Nation.NORTHERN_IRELAND and "Ireland" in named:
        return Reading(Answer.NOT_STATED, wording, "“Ireland” may include Northern Ireland.")
    if named and not doubtful and _is_complete(wording):
        return Reading(Answer.DIFFERENT, wording)
    return Reading(Answer.NOT_STATED, wording, f"Whether that includes {nation} is not stated.")


def _is_complete(wording: str) -> bool:
    """Say whether a list of places names nothing but places that are known, and no others beside them."""

    def without_detail(brackets: re.Match[str]) -> str:
        detail = brackets[1]
        return brackets[0] if _OPEN.search(detail) or _PLACES.search(detail) else ""

    rest = _PLACES.sub("", _BRACKETS.sub(without_detail, wording))
    return not _FILLER.sub("", rest).strip()


def read_kind_of_place(sentences: Iterable[str], kind: str) -> Reading:
    """Say whether sentences about the evidence name a kind of place of KINDS, from the first that names one plainly."""
    doubtful = Reading(Answer.NOT_STATED)
    for sentence in sentences:
        named = {one for one, names in _KIND_NAMES.items() if names.search(sentence)}
        if named and not _DOUBT.search(sentence):
            return Reading(Answer.SAME if kind in named else Answer.DIFFERENT, sentence)
        if named and not doubtful.stated:
            note = f"This does not say plainly that it was {kind}."
            doubtful = Reading(Answer.NOT_STATED, sentence, note)
    return doubtful


def names_kind_of_place(text: str) -> bool:
    """Say whether a text has a word for town or country."""
    return any(names.search(text) for names in _KIND_NAMES.values())
