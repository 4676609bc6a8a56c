"""Would it work here? What is known of where and with whom something was tried, beside what a reader says of their own place.

Each answer rests on words that are shown beside it, and nothing is added up to a score.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial

from centres.vocabulary import Nation
from evidence.models import Edition
from evidence.models.content_fields import label_of, lines_of

from .here import Here, LocalChoice
from .places import Answer, Reading, names_kind_of_place, read_kind_of_place, read_nation

# A school of either kind is a school; which kind "Schools" means is not stated.
BROADER_SETTINGS = {"primary-schools": "schools", "secondary-schools": "schools"}

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_DELIVERED_BY = re.compile(
    r"\b(delivered|led|run|taught|provided|staffed|given) (?:\w+ )?by\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Verdict:
    """One choice set against what is stated of an edition."""

    choice: LocalChoice
    reading: Reading
    field: str  # where the words stand, as people name it

    @property
    def answer(self) -> Answer:
        """Same, different or not stated."""
        return self.reading.answer

    @property
    def basis(self) -> str:
        """The words that the answer rests on, and where they stand; that there are none, if so."""
        if not self.reading.stated:
            return "Nothing is stated on the pages read."
        return f"{self.field}: “{self.reading.stated}” {self.reading.note}".rstrip()


@dataclass(frozen=True)
class Fact:
    """What is known of an edition in one respect; no lines where it is not stated."""

    label: str
    lines: Sequence[str]
    is_quoted: bool = False  # sentences found in the summary, because no field holds it


@dataclass(frozen=True)
class Fit:
    """What is known of where and with whom an edition's evidence was found, and how that compares with a place."""

    edition: Edition
    here: Here

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """An answer for each choice, in the order of the form."""
        return [_verdict(self.edition, choice) for choice in self.here.choices]

    @cached_property
    def facts(self) -> list[Fact]:
        """What is known of place, people, scale, delivery and date."""
        return list(_facts(self.edition))

    @property
    def quoted(self) -> list[Fact]:
        """What sentences of the summary state that no field holds."""
        return [fact for fact in self.facts if fact.is_quoted and fact.lines]

    @property
    def known(self) -> list[str]:
        """What is stated, by name."""
        return [fact.label for fact in self.facts if fact.lines]

    @property
    def unknown(self) -> list[str]:
        """What is not stated, by name, and what no field holds: the page names empty fields at its top."""
        return [fact.label for fact in self.facts if fact.is_quoted and not fact.lines]


def fit_rows(
    editions: Sequence[Edition], here: Here
) -> list[tuple[LocalChoice, list[tuple[Edition, Callable[[], Verdict]]]]]:
    """Return, for each choice, what says how each of several editions compares with it. A page keeps what it shows of that."""
    return [
        (choice, [(one, cache(partial(_verdict, one, choice))) for one in editions])
        for choice in here.choices
    ]


def _verdict(edition: Edition, choice: LocalChoice) -> Verdict:
    if choice.group == "nation":
        reading = read_nation(edition.countries, Nation(choice.label))
        return Verdict(choice, reading, label_of("countries"))
    if choice.group == "kind":
        return Verdict(choice, *_kind_of_place(edition, choice.value))
    if choice.group == "setting":
        stated = {setting.slug: setting.label for setting in edition.settings.all()}
        return Verdict(choice, _setting(stated, choice.value), label_of("settings"))
    labels = lines_of(edition, "age_groups")
    return Verdict(choice, _listed(choice.label, labels), label_of("age_groups"))


def _kind_of_place(edition: Edition, kind: str) -> tuple[Reading, str]:
    """Read town or country from the title, the bottom line and the place of the studies, and from no other words."""
    places = Reading(Answer.NOT_STATED), ""
    for name, sentences in _about_place(edition):
        reading = read_kind_of_place(sentences, kind)
        if reading.answer is not Answer.NOT_STATED:
            return reading, name
        if reading.stated and not places[0].stated:
            places = reading, name
    if places[0].stated:
        return places
    # A setting such as "Regions, rural areas and whole countries" names it as one of several.
    named = [line for line in lines_of(edition, "settings") if names_kind_of_place(line)]
    if named:
        note = "Which of these it was is not stated."
        return Reading(Answer.NOT_STATED, "; ".join(named), note), label_of("settings")
    return places


def _about_place(edition: Edition) -> Iterator[tuple[str, list[str]]]:
    yield label_of("countries"), [edition.countries]
    yield label_of("title"), [edition.title]
    yield label_of("bottom_line"), _SENTENCE_END.split(edition.bottom_line)


def _setting(stated: dict[str, str], chosen: str) -> Reading:
    if not stated:
        return Reading(Answer.NOT_STATED)
    words = "; ".join(stated.values())
    if chosen in stated or chosen in {BROADER_SETTINGS.get(slug) for slug in stated}:
        return Reading(Answer.SAME, words)
    broader = BROADER_SETTINGS.get(chosen, "")
    if broader in stated:
        return Reading(Answer.NOT_STATED, words, f"“{stated[broader]}” does not say which.")
    return Reading(Answer.DIFFERENT, words)


def _listed(chosen: str, stated: Sequence[str]) -> Reading:
    if not stated:
        return Reading(Answer.NOT_STATED)
    answer = Answer.SAME if chosen in stated else Answer.DIFFERENT
    return Reading(answer, "; ".join(stated))


def _facts(edition: Edition) -> Iterator[Fact]:
    yield Fact(label_of("countries"), lines_of(edition, "countries"))
    kinds = [
        sentence
        for _, sentences in _about_place(edition)
        for sentence in sentences
        if names_kind_of_place(sentence)
    ]
    yield Fact("Rural or urban", kinds, is_quoted=True)
    yield Fact(label_of("settings"), lines_of(edition, "settings"))
    yield Fact(label_of("age_groups"), lines_of(edition, "age_groups"))
    yield Fact(label_of("studies"), lines_of(edition, "studies"))
    delivery = [line for line in _sentences(edition) if _DELIVERED_BY.search(line)]
    yield Fact("Who delivers it", delivery, is_quoted=True)
    yield Fact(label_of("updated"), lines_of(edition, "updated"))


def _sentences(edition: Edition) -> list[str]:
    return [
        *_SENTENCE_END.split(edition.bottom_line),
        *edition.key_findings,
        *edition.implementation,
    ]
