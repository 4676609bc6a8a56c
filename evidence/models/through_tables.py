"""The tables behind many-to-many fields: they have no class of their own to carry triggers, so a proxy gives them one."""

from portal.content_version import MovesContentVersion

from .editions import Edition
from .rules import PART_TRIGGERS
from .vocabulary import Topic


class TopicPolicyArea(Topic.policy_areas.through):  # type: ignore[name-defined]  # made by Django
    """A policy area that a topic belongs to."""

    class Meta:
        proxy = True
        triggers = [MovesContentVersion(name="moves_content_version")]


class EditionPolicyArea(Edition.policy_areas.through):  # type: ignore[name-defined]  # made by Django
    """A policy area of an edition."""

    class Meta:
        proxy = True
        triggers = PART_TRIGGERS


class EditionTopic(Edition.topics.through):  # type: ignore[name-defined]  # made by Django
    """A topic of an edition."""

    class Meta:
        proxy = True
        triggers = PART_TRIGGERS


class EditionAudience(Edition.audiences.through):  # type: ignore[name-defined]  # made by Django
    """An audience of an edition."""

    class Meta:
        proxy = True
        triggers = PART_TRIGGERS


class EditionSetting(Edition.settings.through):  # type: ignore[name-defined]  # made by Django
    """A setting of an edition."""

    class Meta:
        proxy = True
        triggers = PART_TRIGGERS
