"""What several summaries say of the same approach, side by side and never averaged."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch

from centres.models import PolicyArea
from centres.vocabulary import Direction, Strength
from evidence.models import Approach, ApproachMember, Edition


def approach_context(approach: Approach) -> dict[str, Any]:
    """Return what the page of an approach shows: its published editions, in the order of its grouping."""
    editions = Edition.objects.published().filter(summary__memberships__approach=approach)
    in_order = editions.for_reading().order_by("summary__memberships__order")
    return {"approach": approach, "overview": ApproachOverview(list(in_order))}


def approach_list_context(policy_area: str) -> dict[str, Any]:
    """Return the approaches that are assessed more than once, of one policy area or, for an unknown slug, of all."""
    areas = list(PolicyArea.objects.all())
    area = next((area for area in areas if area.slug == policy_area), None)
    rows = approach_overviews(area.slug if area else "")
    return {
        "areas": areas,
        "area": area,
        "shared": [row for row in rows if len(row[1].centres) > 1],
        "single": [row for row in rows if len(row[1].centres) == 1 < len(row[1].editions)],
    }


@dataclass(frozen=True)
class ApproachOverview:
    """What several summaries of one approach say together. Nothing in it is averaged."""

    editions: Sequence[Edition]

    @property
    def centres(self) -> list[str]:
        """The centres behind them, by their short names, each once."""
        return list(dict.fromkeys(one.summary.centre.short_name for one in self.editions))

    @property
    def directions(self) -> list[tuple[Direction, int]]:
        """The directions that occur, and how often."""
        counted = Counter(one.direction for one in self.editions)
        return [(one, counted[one]) for one in Direction if counted[one]]

    @property
    def strengths(self) -> list[tuple[Strength, int]]:
        """The levels of strength that occur, strongest first, and how often."""
        counted = Counter(one.strength for one in self.editions)
        return [(one, counted[one]) for one in Strength if counted[one]]

    @property
    def verdict(self) -> str:
        """Say in a sentence whether their directions agree; nothing for one alone.

        The directions may be of different outcomes, so no agreement of the evidence is claimed.
        """
        number = len(self.editions)
        if number < 2:
            return ""
        clear = [
            (direction, count)
            for direction, count in self.directions
            if direction not in (Direction.NOT_ASSESSED, Direction.INSUFFICIENT)
        ]
        if not clear:
            return "None of them gives a clear direction of effect."
        if len(clear) > 1:
            return "Their headline directions of effect differ."
        direction, count = clear[0]
        gives = "gives" if count == 1 else "give"
        return (
            f"{count} of {number} {gives} a clear direction of effect: {direction.label.lower()}."
        )


def approach_overviews(policy_area: str = "") -> list[tuple[Approach, ApproachOverview]]:
    """Return each approach with its published editions, those that most centres assess first.

    Given the slug of a policy area, only approaches with an edition in it.
    """
    areas = PolicyArea.objects.filter(editions=OuterRef("pk")).values("slug")
    published = Edition.objects.published().annotate(area_slugs=ArraySubquery(areas))
    approaches = Approach.objects.prefetch_related(
        Prefetch("memberships", ApproachMember.objects.select_related("summary__centre")),
        Prefetch("memberships__summary__editions", published, to_attr="published_editions"),
    )
    rows = []
    for approach in approaches:
        editions = [
            edition
            for membership in approach.memberships.all()
            for edition in membership.summary.published_editions  # type: ignore[attr-defined]  # prefetched above
        ]
        if any(not policy_area or policy_area in edition.area_slugs for edition in editions):
            rows.append((approach, ApproachOverview(editions)))
    return sorted(rows, key=lambda pair: (-len(pair[1].centres), pair[0].label.casefold()))
