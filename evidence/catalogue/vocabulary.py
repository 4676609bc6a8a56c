"""The lists that the evidence is sorted by and the approaches that it assesses, in memory."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from centres.published import Network
from evidence.models import (
    Approach,
    ApproachMember,
    Audience,
    Kind,
    Outcome,
    Product,
    ProductRule,
    Setting,
    SynonymGroup,
    Topic,
    TopicPolicyArea,
)
from portal import published
from portal.rows import ListRows

TABLES = (
    Approach, ApproachMember, Audience, Kind, Outcome, Product, ProductRule, Setting, SynonymGroup, Topic,
    TopicPolicyArea,
)  # fmt: skip


@published.register
@dataclass(frozen=True)
class Vocabulary(published.Part, published.MakesOnce):
    """The rows of each list by their keys, in order. None of them asks the database.

    It is the same object for as long as nothing in it or in the network changes, so what is made from an edition and
    from labels can be kept in `cache`.
    """

    checksums: tuple[str, ...]
    network: Network
    topics: ListRows[Topic]  # each with its policy areas
    topics_of: Mapping[int, Sequence[Topic]]  # by the key of a policy area
    audiences: ListRows[Audience]
    outcomes: ListRows[Outcome]
    kinds: ListRows[Kind]
    settings: ListRows[Setting]
    approaches: ListRows[Approach]
    # Of those that have not ended:
    members: Mapping[int, Sequence[str]]  # the slugs of the summaries of each approach, in order
    approaches_of: Mapping[str, Sequence[Approach]]  # by the slug of a summary
    synonym_groups: Sequence[SynonymGroup]
    products: Mapping[int, Product]  # each with its rules
    cache: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def terms(self, field: str) -> Mapping[int, Any]:
        """Return the rows that a field of an edition refers to, by their keys. KeyError for a field without such rows."""
        return {
            "policy_areas": self.network.policy_areas,
            "topics": self.topics,
            "audiences": self.audiences,
            "settings": self.settings,
            "kind": self.kinds,
        }[field]

    def in_order(self, field: str, keys: Iterable[int]) -> list[Any]:
        """Return the rows of these keys that a field of an edition refers to, in the order of their list."""
        places = self.get_or_make(
            ("places", field), lambda: {key: place for place, key in enumerate(self.terms(field))}
        )
        terms = self.terms(field)
        present = {terms[key].pk for key in keys}
        return [terms[key] for key in sorted(present, key=places.__getitem__)]

    def line(self, centre: int, name: str) -> Product | None:
        """Return the product line of a centre, by its key, that has this name."""
        lines = self.get_or_make(
            "product lines",
            lambda: {
                (one.centre_id, its_name): one
                for one in self.products.values()
                for its_name in one.names
            },
        )
        return lines.get((centre, name))

    @classmethod
    def load(cls, before: Self | None, snapshot: published.Snapshot) -> Self:
        """Read the rows, if any of them or of the network has changed."""
        network = snapshot[Network]
        checksums = published.checksums(TABLES)
        if before is not None and before.checksums == checksums and before.network is network:
            return before
        approaches = ListRows(Approach.objects.all())
        members: dict[int, list[str]] = {
            pk: [] for pk, approach in approaches.items() if not approach.ended
        }
        approaches_of: dict[str, list[Approach]] = {}
        rows = ApproachMember.objects.filter(approach__ended="").order_by(
            "approach__order", "approach__label", "order", "pk"
        )
        for approach, slug in rows.values_list("approach", "summary__slug"):
            members[approach].append(slug)
            approaches_of.setdefault(slug, []).append(approaches[approach])
        topics = ListRows(Topic.objects.prefetch_related("policy_areas"))
        topics_of: dict[int, list[Topic]] = {pk: [] for pk in network.policy_areas}
        for topic in topics.values():
            for area in topic.policy_areas.all():
                topics_of[area.pk].append(topic)
        return cls(
            checksums,
            network,
            topics=topics,
            topics_of=topics_of,
            audiences=ListRows(Audience.objects.all()),
            outcomes=ListRows(Outcome.objects.all()),
            kinds=ListRows(Kind.objects.all()),
            settings=ListRows(Setting.objects.all()),
            approaches=approaches,
            members=members,
            approaches_of=approaches_of,
            synonym_groups=list(SynonymGroup.objects.all()),
            products=_products(network),
        )


def _products(network: Network) -> dict[int, Product]:
    """Return every product line with its rules, its centre and its scales."""
    products = {one.pk: one for one in Product.objects.prefetch_related("rules")}
    for product in products.values():
        product.centre = network.centres[product.centre_id]
        for rule in product.rules.all():
            rule.product, rule.scale = product, network.scales.get(rule.scale_id or 0)
    return products


def current_vocabulary() -> Vocabulary:
    """Return the lists as they are published. Raises NothingPublished if that has never been read."""
    return published.current()[Vocabulary]
