"""The network as readers see it: its members, policy areas, rating scales and history, in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from django.db.models import Prefetch

from portal import published

from .members import Members
from .models import (
    Centre,
    CentreFunder,
    CentreHost,
    CentreName,
    CentreNote,
    CentreSuccessor,
    CommonLevel,
    MembershipValue,
    NetworkAudience,
    NetworkAudienceSource,
    NetworkEvent,
    NetworkEventCentre,
    NetworkFunction,
    NetworkNote,
    NetworkSource,
    NetworkStatement,
    NetworkStatementCentre,
    NetworkTotal,
    Organisation,
    PolicyArea,
    Publication,
    RatingDimension,
    RatingLevel,
    RatingReference,
    RatingScale,
    RatingScaleUser,
    SpendingFigure,
)

TABLES = (
    Centre, CentreFunder, CentreHost, CentreName, CentreNote, CentreSuccessor, CommonLevel,
    MembershipValue, NetworkAudience, NetworkAudienceSource, NetworkEvent, NetworkEventCentre,
    NetworkFunction, NetworkNote, NetworkSource, NetworkStatement, NetworkStatementCentre, NetworkTotal,
    Organisation, PolicyArea, Publication, RatingDimension, RatingLevel, RatingReference, RatingScale,
    RatingScaleUser, SpendingFigure,
)  # fmt: skip


@published.register
@dataclass(frozen=True)
class Network(published.Part):
    """All that is known of the network, in order, with all related rows that pages show: none of them asks the database."""

    checksums: tuple[str, ...]
    # By their keys
    centres: Mapping[int, Centre]
    policy_areas: Mapping[int, PolicyArea]
    scales: Mapping[int, RatingScale]
    levels: Mapping[int, RatingLevel]
    # Of the pages of the network and of ratings
    statements: Sequence[NetworkStatement]
    common_levels: Sequence[CommonLevel]  # the highest first
    rating_references: Sequence[RatingReference]
    functions: Sequence[NetworkFunction]
    values: Sequence[MembershipValue]
    audiences: Sequence[NetworkAudience]
    totals: Sequence[NetworkTotal]
    events: Sequence[NetworkEvent]
    publications: Sequence[Publication]
    notes: Mapping[str, NetworkNote]  # by slug

    @classmethod
    def load(cls, before: Self | None, snapshot: published.Snapshot) -> Self:
        """Read the rows, if any has changed."""
        checksums = published.checksums(TABLES)
        if before is not None and before.checksums == checksums:
            return before
        centres = Centre.objects.prefetch_related(
            "policy_area__figures",
            "other_names",
            "notes",
            "events",
            "rating_scales__levels",
            "successors",
            "predecessors",
            Prefetch("hosts", CentreHost.objects.select_related("organisation")),
            Prefetch("funders", CentreFunder.objects.select_related("organisation")),
        )
        scales = RatingScale.objects.select_related("centre").prefetch_related(
            "levels", "dimensions", "used_by"
        )
        areas = PolicyArea.objects.prefetch_related("figures", "centres")
        by_key = {scale.pk: scale for scale in scales}
        return cls(
            checksums,
            centres={centre.pk: centre for centre in centres},
            policy_areas={area.pk: area for area in areas},
            scales=by_key,
            levels={level.pk: level for scale in by_key.values() for level in scale.levels.all()},
            common_levels=list(CommonLevel.objects.order_by("-rank")),
            rating_references=list(RatingReference.objects.all()),
            statements=list(
                NetworkStatement.objects.select_related("source").prefetch_related("centres")
            ),
            functions=list(NetworkFunction.objects.all()),
            values=list(MembershipValue.objects.all()),
            audiences=list(NetworkAudience.objects.prefetch_related("named_in")),
            totals=list(NetworkTotal.objects.all()),
            events=list(NetworkEvent.objects.prefetch_related("centres")),
            publications=list(Publication.objects.all()),
            notes={note.slug: note for note in NetworkNote.objects.all()},
        )

    @property
    def members(self) -> Members:
        """How many members it has today, and had."""
        return Members.of(centre.status for centre in self.centres.values())

    @property
    def latest_total(self) -> NetworkTotal | None:
        """What the network last said of its size, if it is known."""
        return next((total for total in self.totals if total.latest), None)


def current_network() -> Network:
    """Return the network as it is published. Raises NothingPublished if that has never been read."""
    return published.current()[Network]
