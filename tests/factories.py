"""Make content for tests. Editions are made by evidence.editorial.actions, as in the product.

    edition = make_edition(title="Mentoring", strength="high")  # published, and complete
    draft = make_draft(summary=edition.summary, title="Mentoring, revised")
    publish_draft(draft)  # supersedes the first
    make_editions(50)  # many in a few statements, to compare numbers of queries

Each function takes fields of its model as keywords, and fills in those that you leave out. An edition
also takes `slug` and `centre` (of its summary), `policy_areas`, `topics`, `audiences` and
`settings` (lists of rows), and `findings` and `sources` (lists of fields by name). If you leave
out vocabulary, it is shared: two editions have the same kind and topic unless you pass others.
"""

import itertools
from typing import Any, TypeVar

from centres.models import (
    Centre,
    NetworkEvent,
    PolicyArea,
    RatingLevel,
    RatingScale,
    SpendingFigure,
)
from evidence.editorial import actions
from evidence.editorial.content import CLASSIFICATION, Content, NewSummary, content_of
from evidence.models import (
    Approach,
    ApproachMember,
    Audience,
    Edition,
    Kind,
    Outcome,
    Product,
    ProductRule,
    Setting,
    Summary,
    Term,
    Topic,
)

TermModel = TypeVar("TermModel", bound=Term)
_numbers = itertools.count(1)


def make_policy_area(slug: str = "crime-reduction", **fields: Any) -> PolicyArea:
    """Make a policy area, or return the one of this slug. `spending` is in billions of pounds."""
    spending = fields.pop("spending", None)
    area, made = PolicyArea.objects.get_or_create(
        slug=slug,
        defaults={"order": next(_numbers), "label": _label(slug), "description": "A field."}
        | fields,
    )
    if made and spending is not None:
        SpendingFigure.objects.create(
            policy_area=area,
            role="main",
            order=1,
            gbp_bn=spending,
            annual=True,
            year="2024-25",
            scope="Everything",
            sources=["https://example.org/spending"],
        )
    return area


def make_centre(slug: str = "yef", **fields: Any) -> Centre:
    """Make a What Works Centre, or return the one of this slug."""
    defaults = {
        "order": next(_numbers),
        "name": f"Centre {slug}",
        "acronym": slug.upper()[:20],
        "status": "what-works-centre",
        "policy_area_label": "Crime reduction",
        "description": "It sums up evidence.",
    }
    if "policy_area" not in fields:
        fields["policy_area"] = make_policy_area()
    return Centre.objects.get_or_create(slug=slug, defaults=defaults | fields)[0]


def make_scale(*labels: str, slug: str = "yef-scale", **fields: Any) -> RatingScale:
    """Make a strength scale of a centre with steps of these labels, from worst to best."""
    if "centre" not in fields:
        fields["centre"] = make_centre()
    defaults = {"order": next(_numbers), "name": "Evidence security", "rates": "strength"}
    scale = RatingScale.objects.create(slug=slug, **defaults | fields)
    common = ["very-low", "low", "moderate", "high", "very-high"]
    RatingLevel.objects.bulk_create(
        RatingLevel(
            scale=scale,
            order=number,
            rank=number,
            label=label,
            common=common[number - 1] if scale.rates == "strength" else "",
        )
        for number, label in enumerate(labels, start=1)
    )
    return scale


def make_topic(slug: str = "mentoring", **fields: Any) -> Topic:
    areas = fields.pop("policy_areas", None)
    defaults = {"order": next(_numbers), "label": _label(slug), "description": "A topic."}
    topic, made = Topic.objects.get_or_create(slug=slug, defaults=defaults | fields)
    if made:
        topic.policy_areas.set([make_policy_area()] if areas is None else areas)
    return topic


def make_audience(slug: str = "headteachers", **fields: Any) -> Audience:
    return _term(Audience, slug, {"decides": "What to buy."} | fields)


def make_setting(slug: str = "schools", **fields: Any) -> Setting:
    return _term(Setting, slug, fields)


def make_kind(slug: str = "toolkit-strand", **fields: Any) -> Kind:
    return _term(Kind, slug, {"what": "An entry of a toolkit."} | fields)


def make_outcome(slug: str = "reoffending", **fields: Any) -> Outcome:
    return _term(Outcome, slug, {"domain": "crime", "better_when": "lower"} | fields)


def make_product(slug: str = "toolkit", **fields: Any) -> Product:
    """Make a product line; `rules` has what the centre gives by value: {"cost": "never"}, as inferred from the summaries."""
    rules = fields.pop("rules", {})
    if "centre" not in fields:
        fields["centre"] = make_centre()
    defaults = {
        "order": next(_numbers),
        "name": _label(slug),
        "names": ["Toolkit"],
        "what": "A toolkit.",
        "read_on": "2026-11-28",
    }
    product = Product.objects.create(slug=slug, **defaults | fields)
    ProductRule.objects.bulk_create(
        ProductRule(product=product, order=number, field=field, given=given, basis="entries")
        for number, (field, given) in enumerate(rules.items(), start=1)
    )
    return product


def make_draft(*, summary: Summary | None = None, **fields: Any) -> Edition:
    """Make a draft: the first edition of a new summary, or the next edition of `summary`."""
    if summary is None:
        new = _new_summary(fields)
        return actions.make_drafts(first=[new])[0]
    draft = actions.open_edition(summary=summary)
    now = content_of(draft)
    actions.write(
        edition=draft, content=_content(fields, findings=now.findings, sources=now.sources)
    )
    return draft


def publish_draft(draft: Edition, change_note: str = "Changed for a test.") -> Edition:
    """Take a draft through review to the public; return it as it then is."""
    actions.submit(edition=draft, change_note=change_note)
    actions.publish(edition=draft)
    return Edition.objects.get(pk=draft.pk)


def make_edition(*, summary: Summary | None = None, **fields: Any) -> Edition:
    """Make a published edition: the first of a new summary, as the shipped data set is loaded, or the next of `summary`.

    Most tests need only that it is there: a draft that goes through review takes two and a half times as long.
    """
    if summary is None:
        return make_editions(1, **fields)[0]
    return publish_draft(make_draft(summary=summary, **fields))


def make_editions(number: int, **fields: Any) -> list[Edition]:
    """Make many summaries, each with one published edition, in a few statements."""
    made = actions.publish_first_editions(
        summaries=[_new_summary(dict(fields)) for _ in range(number)], change_note="First edition."
    )
    return list(Edition.objects.filter(summary__in=made.values()).order_by("pk"))


def make_approach(slug: str = "mentoring", *, members: list[Edition], **fields: Any) -> Approach:
    """Make an approach that the summaries of these editions assess."""
    defaults = {
        "order": next(_numbers),
        "label": _label(slug),
        "description": "The same thing, done in several places.",
        "reviewed_on": "2026-11-22",
    }
    approach = Approach.objects.create(slug=slug, **defaults | fields)
    ApproachMember.objects.bulk_create(
        ApproachMember(approach=approach, summary_id=edition.summary_id, order=number)
        for number, edition in enumerate(members, start=1)
    )
    return approach


def make_event(slug: str = "", **fields: Any) -> NetworkEvent:
    number = next(_numbers)
    defaults = {
        "order": number,
        "date": "2013-03-04",
        "kind": "founding",
        "title": f"Event {number}",
        "sentence": "It happened.",
    }
    return NetworkEvent.objects.create(slug=slug or f"event-{number}", **defaults | fields)


def _term(model: type[TermModel], slug: str, fields: dict[str, Any]) -> TermModel:
    defaults = {"order": next(_numbers), "label": _label(slug)} | fields
    made: Any = model._default_manager.get_or_create(slug=slug, defaults=defaults)[0]
    return made


def _label(slug: str) -> str:
    return slug.replace("-", " ").capitalize()


def _new_summary(fields: dict[str, Any]) -> NewSummary:
    """Return a new summary with everything that it must have."""
    number = next(_numbers)
    centre = fields.pop("centre", None) or make_centre()
    slug = fields.pop("slug", None) or f"{centre.slug}-summary-{number}"
    complete = {
        "title": f"Summary {number}",
        "product": _product_of(centre),
        "kind": fields.get("kind") or make_kind(),
        "bottom_line": "It helps most people who take part.",
        "key_findings": ["Reoffending fell by 19%."],
        "direction": "beneficial",
        "strength": "moderate",
        "source_url": f"https://example.org/{slug}",
        "updated": "2025-03",
        "policy_areas": fields.get("policy_areas") or [make_policy_area()],
        "topics": fields.get("topics") or [make_topic()],
        "audiences": fields.get("audiences") or [make_audience()],
        "settings": [],
    }
    findings = [{"outcome": make_outcome(), "direction": "beneficial", "effect": "19% reduction"}]
    sources = [{"url": f"https://example.org/{slug}", "note": "centre's page"}]
    said = complete | fields
    if said["strength"] != "not-rated":
        said.setdefault("strength_native", "As the centre words it")
    if said.get("cost"):
        said.setdefault("cost_native", "As the centre prices it")
    content = _content(said, findings=findings, sources=sources)
    return NewSummary(slug=slug, centre_id=centre.pk, content=content)


def _product_of(centre: Centre) -> str:
    """Return the name of a product line that the centre has: any will do for one without lines, as all are in most tests."""
    line = Product.objects.filter(centre=centre).first()
    return line.names[0] if line else "Toolkit"


def _content(fields: dict[str, Any], *, findings: Any, sources: Any) -> Content:
    """Return content from keywords; findings and sources are used where there are none in them."""
    fields = dict(fields)
    findings, sources = fields.pop("findings", findings), fields.pop("sources", sources)
    classification = {name: fields.pop(name) for name in CLASSIFICATION if name in fields}
    return Content(fields, classification, findings, sources)
