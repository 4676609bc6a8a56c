"""The network as readers see it: its members, policy areas and rating scales, in memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from portal import published

from .models import (
    Centre,
    CentreFunder,
    CentreHost,
    CentreName,
    CentreNote,
    CentreSuccessor,
    NetworkEvent,
    NetworkEventCentre,
    Organisation,
    PolicyArea,
    RatingDimension,
    RatingLevel,
    RatingScale,
    RatingScaleUser,
    SpendingFigure,
)

TABLES = (
    Centre, CentreFunder, CentreHost, CentreName, CentreNote, CentreSuccessor, NetworkEvent,
    NetworkEventCentre, Organisation, PolicyArea, RatingDimension, RatingLevel, RatingScale,
    RatingScaleUser, SpendingFigure,
)  # fmt: skip


@published.register
@dataclass(frozen=True)
class Network(published.Part):
    """Rows by their keys, in their order, with all related rows that pages show: none of them asks the database."""

    checksums: tuple[str, ...]
    centres: Mapping[int, Centre]
    policy_areas: Mapping[int, PolicyArea]
    scales: Mapping[int, RatingScale]
    levels: Mapping[int, RatingLevel]

    @classmethod
    def load(cls, before: Self | None, snapshot: published.Snapshot) -> Self:
        """Read the rows, if any has changed."""
        checksums = published.checksums(TABLES)
        if before is not None and before.checksums == checksums:
            return before
        scales = RatingScale.objects.select_related("centre").prefetch_related(
            "levels", "dimensions", "used_by"
        )
        areas = PolicyArea.objects.prefetch_related("figures", "centres")
        by_key = {scale.pk: scale for scale in scales}
        return cls(
            checksums,
            centres={centre.pk: centre for centre in Centre.objects.for_page()},
            policy_areas={area.pk: area for area in areas},
            scales=by_key,
            levels={level.pk: level for scale in by_key.values() for level in scale.levels.all()},
        )
