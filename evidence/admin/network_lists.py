"""Lists of the network whose words readers rely on: two people change them too, so their pages propose changes."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from centres.admin.network import (
    MembershipValueAdmin,
    NetworkEventAdmin,
    NetworkStatementAdmin,
    NetworkTotalAdmin,
)
from centres.admin.ratings import CommonLevelAdmin, RatingLevelAdmin, RatingScaleAdmin
from centres.admin.spending import PolicyAreaAdmin
from centres.models import (
    CommonLevel,
    MembershipValue,
    NetworkEvent,
    NetworkStatement,
    NetworkTotal,
    PolicyArea,
    RatingLevel,
    RatingScale,
)
from portal.admin_base import ReadOnlyAdmin

from .list_changes import ProposesChanges

admin.site.unregister(
    [CommonLevel, MembershipValue, NetworkEvent, NetworkStatement, NetworkTotal, PolicyArea]
)
admin.site.unregister([RatingLevel, RatingScale])


@admin.register(CommonLevel)
class ProposedCommonLevelAdmin(ProposesChanges, CommonLevelAdmin):
    """A level of the portal's own scale."""


@admin.register(MembershipValue)
class ProposedMembershipValueAdmin(ProposesChanges, MembershipValueAdmin):
    """A value that every member shares."""


@admin.register(NetworkEvent)
class ProposedNetworkEventAdmin(ProposesChanges, NetworkEventAdmin):
    """An event in the history of the network."""


@admin.register(NetworkStatement)
class ProposedNetworkStatementAdmin(ProposesChanges, NetworkStatementAdmin):
    """What a founding text says of the network."""


@admin.register(NetworkTotal)
class ProposedNetworkTotalAdmin(ProposesChanges, NetworkTotalAdmin):
    """How many members the network had."""


@admin.register(PolicyArea)
class ProposedPolicyAreaAdmin(ProposesChanges, PolicyAreaAdmin):
    """A policy area with the figures of its spending."""


@admin.register(RatingScale)
class ProposedRatingScaleAdmin(ProposesChanges, RatingScaleAdmin):
    """A centre's own scale with its steps. One of no centre, which is only compared with, is changed by one person."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Keep a scale with its centre."""
        return ["centre"] if obj else []


@admin.register(RatingLevel)
class ReadRatingLevelAdmin(ReadOnlyAdmin, RatingLevelAdmin):
    """A step of a scale. It is changed with its scale; this page lets editors search for the step of a rating."""
