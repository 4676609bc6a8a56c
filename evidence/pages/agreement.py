"""What the summaries of an approach say of each outcome, where they agree, and what differs among them.

Directions are counted and never averaged. A sentence is made by the rule that the page gives beside it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.text import capfirst

from centres.models import Centre
from centres.vocabulary import Direction
from evidence.compare.comparison import NONE_HERE, Cell, Comparison
from evidence.models import Edition, Outcome
from evidence.models.content_fields import NOT_STATED, label_of, lack_of, lines_of

SEVERAL = "several"  # the direction of a summary that measured an outcome in several ways, with different results
# What a summary found of an outcome of which less is better, and of one of which more is.
FOUND: Mapping[str, Mapping[str, str]] = {
    Outcome.Better.LOWER: {Direction.BENEFICIAL: "a fall", Direction.HARMFUL: "a rise, which is harm"},
    Outcome.Better.HIGHER: {
        Direction.BENEFICIAL: "an improvement",
        Direction.HARMFUL: "a worsening, which is harm",
    },
}  # fmt: skip
FOUND_OF_ANY: Mapping[str, str] = {
    Direction.MIXED: "mixed results",
    Direction.NO_EFFECT: "no effect",
    Direction.INSUFFICIENT: "too little evidence to say",
    SEVERAL: "different results for different measures",
}
ORDER = [*Direction.values, SEVERAL]
# Fields in which the members of an approach often differ.
FIELDS = ("age_groups", "settings", "countries", "kind", "studies", "updated")


class Said(NamedTuple):
    """What one summary says of an outcome."""

    edition: Edition
    cell: Cell


@dataclass(frozen=True)
class CentreCell:
    """What the summaries of one centre say of an outcome."""

    centre: Centre
    said: Sequence[Said]
    has_several: bool  # summaries of the approach, so that each has to be named


@dataclass(frozen=True)
class OutcomeRow:
    """One outcome, with what each centre says of it."""

    outcome: Outcome
    cells: Sequence[CentreCell]

    @property
    def silent(self) -> str:
        """Say which centres say nothing of it; nothing if all of them say something."""
        names = [cell.centre.short_name for cell in self.cells if not cell.said]
        if len(names) > 1:
            return f"{capfirst(NONE_HERE)} by the other {len(names)} centres"
        return f"{capfirst(NONE_HERE)} by {names[0]}" if names else ""


@dataclass(frozen=True)
class Agreement:
    """What those summaries found that have a result for an outcome, in words."""

    outcome: Outcome
    number: int  # of the summaries
    directions: Mapping[str, int]  # how many of them found each, in ORDER

    @property
    def with_result(self) -> int:
        """How many summaries have a result for it."""
        return sum(self.directions.values())

    @property
    def verdict(self) -> str:
        """Whether all with a result for it found the same clear direction, or did not."""
        unclear = {Direction.INSUFFICIENT, SEVERAL, Direction.MIXED}
        if unclear & set(self.directions):
            return "Not clear"
        return "Agree" if len(self.directions) == 1 else "Differ"

    @property
    def text(self) -> str:
        """Say how many have a result for it here, and what each found."""
        number = f"{self.with_result} of {self.number} summaries have a result for it"
        if len(self.directions) == 1:
            return f"{number}, and all found {self._found(*self.directions)}."
        *others, last = (
            f"{count} found {self._found(direction)}"
            for direction, count in self.directions.items()
        )
        return f"{number}: {', '.join(others)} and {last}."

    def _found(self, direction: str) -> str:
        return FOUND[self.outcome.better_when].get(direction) or FOUND_OF_ANY[direction]


@dataclass(frozen=True)
class Difference:
    """One respect in which members may differ: who says what."""

    label: str
    groups: Sequence[tuple[str, Sequence[str]]]  # each text with the members that say it

    @property
    def differs(self) -> bool:
        """Whether they do."""
        return len(self.groups) > 1


def outcome_rows(editions: Sequence[Edition]) -> list[OutcomeRow]:
    """Return every outcome that a member has, with what each centre says of it, what most of them have first."""
    comparison = Comparison(tuple(editions))
    centres = list(dict.fromkeys(one.summary.centre for one in editions))
    outcomes = {f"outcome-{one.slug}": one for one in _outcomes(editions)}
    rows = []
    for row in comparison.rows:
        if outcome := outcomes.get(row.name):
            said = list(map(Said, editions, row.cells))
            rows.append(OutcomeRow(outcome, [_centre_cell(centre, said) for centre in centres]))
    return rows


def agreements(editions: Sequence[Edition]) -> list[Agreement]:
    """Return the outcomes for which any of several summaries has a result, with what each found: first that which most have."""
    found = [
        Agreement(one, len(editions), _directions(editions, one)) for one in _outcomes(editions)
    ]
    return sorted((one for one in found if one.with_result), key=lambda one: -one.with_result)


def differences(editions: Sequence[Edition]) -> list[Difference]:
    """Return in what the members may differ: people, place, rule of rating and date, with who says what."""
    names = _names(editions)

    def difference(label: str, text: Callable[[Edition], str]) -> Difference:
        groups: dict[str, list[str]] = {}
        for name, edition in zip(names, editions, strict=True):
            groups.setdefault(text(edition), []).append(name)
        return Difference(label, list(groups.items()))

    return [
        difference("Outcomes", _measured),
        *(difference(label_of(name), _text_of(name)) for name in FIELDS),
        difference("Scale of the strength", _scale),
    ]


def _measured(edition: Edition) -> str:
    labels = dict.fromkeys(row.outcome.label for row in edition.findings.all())
    return "; ".join(labels) or NOT_STATED


def _text_of(name: str) -> Callable[[Edition], str]:
    return lambda edition: "; ".join(lines_of(edition, name)) or lack_of(edition, name)


def _scale(edition: Edition) -> str:
    return edition.strength_scale.name if edition.strength_scale else "none named"


def _names(editions: Sequence[Edition]) -> list[str]:
    """Return what to call each member: by its centre, and by its title too if the centre has several."""
    centres = [one.summary.centre.short_name for one in editions]
    return [
        f"{centre} ({one.title})" if centres.count(centre) > 1 else centre
        for one, centre in zip(editions, centres, strict=True)
    ]


def _outcomes(editions: Sequence[Edition]) -> list[Outcome]:
    rows = (row for edition in editions for row in edition.findings.all())
    return list(dict.fromkeys(row.outcome for row in rows))


def _centre_cell(centre: Centre, said: Sequence[Said]) -> CentreCell:
    own = [one for one in said if one.edition.summary.centre == centre]
    return CentreCell(centre, [one for one in own if not one.cell.is_empty], len(own) > 1)


def _directions(editions: Sequence[Edition], outcome: Outcome) -> dict[str, int]:
    """Return how many summaries found each direction of an outcome; those that did not assess it are left out."""
    found = list(_found(editions, outcome))
    return {direction: found.count(direction) for direction in ORDER if direction in found}


def _found(editions: Sequence[Edition], outcome: Outcome) -> Iterator[str]:
    for edition in editions:
        directions = {row.direction for row in edition.findings.all() if row.outcome == outcome}
        directions.discard(Direction.NOT_ASSESSED)
        if directions:
            yield directions.pop() if len(directions) == 1 else SEVERAL
