"""The tables behind many-to-many fields: they have no class of their own to carry triggers, so a proxy gives them one."""

from portal.content_version import MovesContentVersion

from .centres import Centre
from .network import NetworkAudience, NetworkEvent, NetworkStatement
from .ratings import RatingScale


class CentreSuccessor(Centre.successors.through):  # type: ignore[name-defined]  # made by Django
    """A centre that took over from another."""

    class Meta:
        proxy = True
        triggers = [MovesContentVersion(name="moves_content_version")]


class NetworkEventCentre(NetworkEvent.centres.through):  # type: ignore[name-defined]  # made by Django
    """A centre that an event of the network was about."""

    class Meta:
        proxy = True
        triggers = [MovesContentVersion(name="moves_content_version")]


class NetworkAudienceSource(NetworkAudience.named_in.through):  # type: ignore[name-defined]  # made by Django
    """A page that names an audience of the network."""

    class Meta:
        proxy = True
        triggers = [MovesContentVersion(name="moves_content_version")]


class NetworkStatementCentre(NetworkStatement.centres.through):  # type: ignore[name-defined]  # made by Django
    """A centre that a statement about the network is about."""

    class Meta:
        proxy = True
        triggers = [MovesContentVersion(name="moves_content_version")]


class RatingScaleUser(RatingScale.used_by.through):  # type: ignore[name-defined]  # made by Django
    """A centre that uses a scale of somebody else."""

    class Meta:
        proxy = True
        triggers = [MovesContentVersion(name="moves_content_version")]
