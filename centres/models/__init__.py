"""The What Works Network: its centres, their policy areas and money, their rating scales, and its history.

Every figure keeps the page that it was read on. Empty means "not stated on the pages read", never zero or none.
"""

from .centres import (
    Centre,
    CentreFunder,
    CentreHost,
    CentreName,
    CentreNote,
    Organisation,
)
from .membership import Membership
from .network import (
    MembershipValue,
    NetworkAudience,
    NetworkEvent,
    NetworkFunction,
    NetworkNote,
    NetworkSource,
    NetworkStatement,
    NetworkTotal,
    Publication,
)
from .ratings import (
    CommonLevel,
    RatingDimension,
    RatingLevel,
    RatingReference,
    RatingScale,
)
from .spending import PolicyArea, SpendingFigure
from .through_tables import (
    CentreSuccessor,
    NetworkAudienceSource,
    NetworkEventCentre,
    NetworkStatementCentre,
    RatingScaleUser,
)

__all__ = [
    "Centre",
    "CentreFunder",
    "CentreHost",
    "CentreName",
    "CentreNote",
    "CentreSuccessor",
    "CommonLevel",
    "Membership",
    "MembershipValue",
    "NetworkAudience",
    "NetworkAudienceSource",
    "NetworkEvent",
    "NetworkEventCentre",
    "NetworkFunction",
    "NetworkNote",
    "NetworkSource",
    "NetworkStatement",
    "NetworkStatementCentre",
    "NetworkTotal",
    "Organisation",
    "PolicyArea",
    "Publication",
    "RatingDimension",
    "RatingLevel",
    "RatingReference",
    "RatingScale",
    "RatingScaleUser",
    "SpendingFigure",
]
