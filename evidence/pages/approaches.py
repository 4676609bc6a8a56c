"""What several summaries say of the same approach, side by side and never averaged."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.text import get_text_list
from pyroaring import BitMap

from centres.models import PolicyArea
from centres.published import current_network
from centres.vocabulary import Direction
from evidence.catalogue.build import current_catalogue
from evidence.catalogue.reading import editions, members_of
from evidence.catalogue.studies import resting_on, syntheses_first
from evidence.catalogue.vocabulary import current_vocabulary
from evidence.compare.selection import Choice
from evidence.models import Approach, Edition, Kind, Outcome
from portal.former_addresses import row_of_former_slug

from .agreement import Agreement, Difference, OutcomeRow, agreements, differences, outcome_rows
from .grouping import Grouping

# What an edition rests on, as part of a sentence.
_LESS: dict[str, str] = {
    Kind.RestsOn.MANY: "many studies",
    Kind.RestsOn.PROGRAMME: "one programme",
    Kind.RestsOn.STUDY: "a single study",
}


def approach_context(approach: Approach) -> dict[str, Any]:
    """Return what the page of an approach shows."""
    return {"approach": approach, "members": Members(approach), "grouping": Grouping(approach)}


@dataclass(frozen=True)
class Members:
    """The published editions of an approach, those of many studies first and otherwise in the order of its grouping.

    What they say together is worked out when the page first asks for it, because the page is kept.
    """

    approach: Approach

    @cached_property
    def editions(self) -> list[Edition]:
        """The editions."""
        return editions(syntheses_first(members_of(self.approach)))

    @property
    def rests_on(self) -> str:
        """Say how many rest on many studies, on one programme and on one study; nothing if all are alike."""
        keys = BitMap(members_of(self.approach))
        numbers = [(_LESS[name], len(keys & bits)) for name, bits in resting_on().items()]
        parts = [
            f"{number} on {what}{' each' if number > 1 else ''}"
            for what, number in numbers
            if number
        ]
        if len(parts) < 2:
            return ""
        return f"{get_text_list(parts, 'and')}: those of many studies stand first."

    @property
    def overview(self) -> "ApproachOverview":
        """What they say together."""
        return ApproachOverview.of(members_of(self.approach))

    @property
    def choice(self) -> Choice:
        """The comparison of them."""
        return Choice.of(edition.summary.slug for edition in self.editions)

    @cached_property
    def _with_results(self) -> list[Agreement]:
        return agreements(self.editions)

    @property
    def agreements(self) -> list[Agreement]:
        """The outcomes for which several of them have a result, with what they found."""
        return [one for one in self._with_results if one.with_result > 1]

    @property
    def with_one_result(self) -> list[Outcome]:
        """The outcomes for which one of them alone has a result."""
        return [one.outcome for one in self._with_results if one.with_result == 1]

    @property
    def outcomes(self) -> list[OutcomeRow]:
        """Every outcome, with what each centre says of it."""
        return outcome_rows(self.editions)

    @property
    def differences(self) -> list[Difference]:
        """In what they may differ; nothing for one alone."""
        return differences(self.editions) if len(self.editions) > 1 else []


def approach_list_context(policy_area: str) -> dict[str, Any]:
    """Return the approaches that are assessed more than once, of one policy area or, for an unknown slug, of all."""
    areas = current_network().policy_areas.values()
    area = next((area for area in areas if area.slug == policy_area), None)
    area = area or row_of_former_slug(PolicyArea, policy_area, current_network().policy_areas)
    catalogue = current_catalogue()
    rows = approach_overviews(
        catalogue.having("policy_area", area.slug) if area else catalogue.everything
    )
    return {
        "areas": areas,
        "area": area,
        "shared": [row for row in rows if len(row[1].centres) > 1],
        "single": [row for row in rows if len(row[1].centres) == 1 < row[1].number],
    }


@dataclass(frozen=True)
class Counted:
    """How many summaries have a direction or a level, or have none for one reason."""

    level: str  # empty where there is none
    label: str  # of the level, or why there is none
    number: int

    @property
    def lack(self) -> str:
        """Why there is none, as the partials of a rating take it; empty if there is one."""
        return "" if self.level else self.label


@dataclass(frozen=True)
class ApproachOverview:
    """What several summaries of one approach say together. Nothing in it is averaged."""

    number: int  # of the summaries
    centres: Sequence[str]  # the centres behind them, by their short names, each once
    directions: Sequence[Counted]  # those that occur, last why there is none
    strengths: Sequence[Counted]  # the same, the strongest first

    @classmethod
    def of(cls, keys: Sequence[int]) -> "ApproachOverview":
        """Count what some published editions say in the catalogue."""
        catalogue = current_catalogue()
        bits = BitMap(keys)

        def counted(parameter: str) -> list[Counted]:
            facet = catalogue.facets[parameter]
            return [
                Counted("" if value in facet.lacking else value, facet.labels[value], number)
                for value, own in facet.bits.items()
                if (number := bits.intersection_cardinality(own))
            ]

        centres = catalogue.facets["centre"]
        theirs = {slug: bits & own for slug, own in centres.bits.items() if bits.intersect(own)}
        # In the order of the editions.
        in_order = sorted(theirs, key=lambda slug: min(map(keys.index, theirs[slug])))
        return cls(
            len(keys),
            [centres.labels[slug] for slug in in_order],
            counted("impact"),
            counted("strength"),
        )

    @property
    def verdict(self) -> str:
        """Say in a sentence whether their directions agree; nothing for one alone.

        The directions may be of different outcomes, so no agreement of the evidence is claimed.
        """
        if self.number < 2:
            return ""
        clear = [one for one in self.directions if one.level not in ("", Direction.INSUFFICIENT)]
        if not clear:
            return "None of them gives a clear direction of effect."
        if len(clear) > 1:
            return "Their headline directions of effect differ."
        only = clear[0]
        gives = "gives" if only.number == 1 else "give"
        return f"{only.number} of {self.number} {gives} a clear direction of effect: {only.label.lower()}."


def approach_overviews(among: BitMap) -> list[tuple[Approach, ApproachOverview]]:
    """Return each approach that has an edition in a bitmap, with what all of its published editions say.

    What most centres assess comes first.
    """
    rows = [
        (approach, ApproachOverview.of(members_of(approach)))
        for approach, _ in approaches_among(among)
    ]
    return sorted(rows, key=lambda pair: (-len(pair[1].centres), pair[0].label.casefold()))


def approaches_among(bits: BitMap) -> list[tuple[Approach, int]]:
    """Return the approaches that the editions of a bitmap assess, in order, and how many of these editions each has."""
    numbers = [
        (approach, BitMap(members_of(approach)).intersection_cardinality(bits))
        for approach in current_vocabulary().approaches.values()
    ]
    return [(approach, number) for approach, number in numbers if number]
