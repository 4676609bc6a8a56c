"""Every field of the data set, named once: for reading, loading, comparing and writing out.

TABLES is in the order of loading: a table comes after those that it refers to. Parts are in the
order of the keys in the files.
"""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models import F, Q

from centres.models import (
    Centre,
    CentreFunder,
    CentreHost,
    CentreName,
    CentreNote,
    CommonLevel,
    MembershipValue,
    NetworkAudience,
    NetworkEvent,
    NetworkFunction,
    NetworkNote,
    NetworkSource,
    NetworkStatement,
    NetworkTotal,
    Organisation,
    PolicyArea,
    Publication,
    RatingDimension,
    RatingLevel,
    RatingReference,
    RatingScale,
    SpendingFigure,
)
from centres.vocabulary import Direction, Nation, Rated, Reason, Strength
from evidence.models import (
    Approach,
    ApproachMember,
    Audience,
    Edition,
    Finding,
    Kind,
    ListRow,
    Outcome,
    Product,
    ProductRule,
    Setting,
    Source,
    Summary,
    SynonymGroup,
    Topic,
)
from evidence.models.content_fields import FIELDS
from portal.models import PartialDateField

from .parts import Dated, Links, Mirror, Part, Reference, Rows, Value
from .paths import Entry
from .records import Table
from .values import (
    AMOUNT,
    BOOLEAN,
    COUNT,
    DAY,
    MAYBE_NAME,
    MAYBE_TEXT,
    MAYBE_URL,
    NAMES,
    TEXT,
    TEXTS,
    URL,
    URLS,
    WHOLE,
    InvalidValue,
    ValueKind,
    blank,
    kind_of,
    list_of,
    nullable,
    one_of,
)


def value(key: str, kind: ValueKind, attribute: str = "") -> Value:
    """Return a single value. Its field is called like the key unless `attribute` names another."""
    return Value(key, attribute or key.replace(".", "_"), kind)


def dated(group: str) -> Dated:
    """Return the date of a group {date, precision, ...}."""
    return Dated(f"{group}.date", f"{group}.precision", group)


NATIONS = value("nations", list_of(one_of(Nation)))
NOTE = value("note", MAYBE_TEXT)
SOURCES = value("sources", URLS)
DATE = Dated("date", "precision", "date")
# Of a row that is in use, an entry leaves these out.
IN_USE: dict[str, Any] = {"ended": None, "instead": None}
ALSO_KNOWN_AS = value("also_known_as", TEXTS)


def ending(model: type[ListRow]) -> tuple[Part, ...]:
    """Return the parts that say that a row of a list was retired, or merged into another one of it."""
    return (
        value("ended", blank(one_of(ListRow.Ended))),
        Reference("instead", "instead", model, optional=True),
    )


ORGANISATION = Reference("organisation", "organisation", Organisation)


def _from_file_spending(entry: Entry) -> Entry:
    """Put the main figure before its components: one list of figures."""
    spending = entry.get("spending")
    if spending is None:
        return entry | {"spending": []} if "spending" in entry else entry
    if not isinstance(spending, dict) or not isinstance(spending.get("components"), list):
        raise InvalidValue("spending: should be a mapping with a list of components")
    main = {key: value for key, value in spending.items() if key != "components"}
    return entry | {"spending": [{"role": "main", **main}, *spending["components"]]}


def _to_file_spending(entry: Entry) -> Entry:
    if not entry["spending"]:
        return entry | {"spending": None}
    main, *components = entry["spending"]
    main = {key: value for key, value in main.items() if key != "role"}
    return entry | {"spending": {**main, "components": components}}


POLICY_AREAS = Table(
    file="network/policy-areas.yaml",
    path="policy_areas",
    model=PolicyArea,
    order_from=1,
    parts=(
        value("label", TEXT),
        value("label_note", MAYBE_TEXT),
        Mirror(
            "centre",
            MAYBE_NAME,
            "centres",
            lambda centres: next((one.slug for one in centres if one.leads_policy_area), None),
        ),
        value("description", TEXT),
        ALSO_KNOWN_AS,
        Rows(
            "spending",
            "figures",
            SpendingFigure,
            "policy_area",
            parts=(
                value("role", one_of(SpendingFigure.Role)),
                value("official_gbp_bn", nullable(AMOUNT)),
                value("indicative_gbp_bn", nullable(AMOUNT), "gbp_bn"),
                value("year", MAYBE_TEXT),
                NATIONS,
                value("basis", MAYBE_TEXT),
                value("annual", nullable(BOOLEAN)),
                value("scope", TEXT),
                value("confidence", blank(one_of(SpendingFigure.Confidence))),
                NOTE,
                value("in_sum", BOOLEAN),
                value("publication", MAYBE_TEXT),
                value("publication_url", MAYBE_URL),
                value("read_on", blank(one_of(SpendingFigure.ReadOn))),
                SOURCES,
            ),
        ),
    ),
    values_if_missing={"also_known_as": []},
    from_file=_from_file_spending,
    to_file=_to_file_spending,
)

ORGANISATIONS = Table(
    file="network/organisations.yaml",
    path="organisations",
    model=Organisation,
    ordering=("slug",),
    parts=(
        value("name", TEXT),
        value("type", blank(one_of(Organisation.Type))),
        value("sector", blank(one_of(Organisation.Sector))),
        value("website", MAYBE_URL),
        NOTE,
    ),
)

CENTRES = Table(
    file="network/centres.yaml",
    path="centres",
    model=Centre,
    order_from=1,
    optional_groups=("became_full_member", "left"),
    release={"leads_policy_area": False},
    defaults={"leads_policy_area": False, "unrated_note": "", "unrated_sources": []},
    parts=(
        value("name", TEXT),
        value("acronym", MAYBE_TEXT),
        Rows(
            "other_names",
            "other_names",
            CentreName,
            "centre",
            parts=(value("name", TEXT), NOTE),
        ),
        value("status", one_of(Centre.Status)),
        Reference("policy_area", "policy_area", PolicyArea, optional=True),
        value("policy_area_label", TEXT),
        value("description", TEXT),
        value("website", MAYBE_URL),
        dated("founded"),
        value("founded.note", MAYBE_TEXT),
        dated("joined"),
        value("joined.note", MAYBE_TEXT),
        dated("became_full_member"),
        value("became_full_member.note", MAYBE_TEXT),
        dated("left"),
        value("left.reason", MAYBE_TEXT),
        Mirror("predecessors", NAMES, "predecessors"),
        Links("successors", "successors", Centre),
        Rows(
            "hosts",
            "hosts",
            CentreHost,
            "centre",
            parts=(
                ORGANISATION,
                value("role", TEXT),
                value("from_year", nullable(COUNT)),
                value("to_year", nullable(COUNT)),
                NOTE,
            ),
        ),
        Rows(
            "funders",
            "funders",
            CentreFunder,
            "centre",
            parts=(
                ORGANISATION,
                value("kind", one_of(CentreFunder.Kind)),
                value("amount_gbp_m", nullable(AMOUNT)),
                value("year", MAYBE_TEXT),
                NOTE,
            ),
        ),
        value("legal_form", MAYBE_TEXT),
        NATIONS,
        value("nations_note", MAYBE_TEXT),
        Rows(
            "notes",
            "notes",
            CentreNote,
            "centre",
            parts=(value("about", MAYBE_TEXT), value("text", TEXT)),
        ),
        SOURCES,
    ),
)

COMMON_LEVELS = Table(
    file="network/rating-scales.yaml",
    path="common_scale.levels",
    model=CommonLevel,
    key="level",
    key_kind=one_of(Strength),
    key_attribute="level",
    ordering=("rank",),
    release={"rank": F("rank") + 1000},
    parts=(value("rank", COUNT), value("label", TEXT), value("meaning", TEXT)),
)

LEVELS = Rows(
    "levels",
    "levels",
    RatingLevel,
    "scale",
    parts=(
        value("order", COUNT),
        value("rank", nullable(WHOLE)),
        value("label", TEXT),
        value("meaning", MAYBE_TEXT),
        value("common", blank(one_of(Strength))),
        value("direction", blank(one_of(Direction))),
        value("reason", MAYBE_TEXT),
    ),
    identity="label",  # editions are rated by it, so it must stay the same row
    release={"order": F("order") + 1000},
)

RATING_SCALES = Table(
    file="network/rating-scales.yaml",
    path="scales",
    model=RatingScale,
    key="id",
    order_from=1,
    only=Q(centre__isnull=False),
    parts=(
        Reference("centre", "centre", Centre),
        value("name", TEXT),
        value("rates", one_of(RatingScale.Rates)),
        value("unit", MAYBE_TEXT),
        value("form", blank(one_of(RatingScale.Form))),
        value("complete", nullable(BOOLEAN)),
        value("address", MAYBE_URL),
        value("address_note", MAYBE_TEXT),
        LEVELS,
        value("levels_from", MAYBE_TEXT),
        Rows(
            "dimensions",
            "dimensions",
            RatingDimension,
            "scale",
            parts=(
                value("order", COUNT),
                value("letter", TEXT),
                value("name", TEXT),
                value("meaning", TEXT),
            ),
        ),
        value("contestable", MAYBE_TEXT),
        NOTE,
        SOURCES,
    ),
)

# Why a centre has no scale: it fills fields of the centre, so it is not loaded by itself.
UNRATED = Table(
    file="network/rating-scales.yaml",
    path="no_scale",
    model=Centre,
    key="centre",
    only=~Q(unrated_note=""),
    ordering=("order",),
    parts=(value("note", TEXT, "unrated_note"), value("sources", URLS, "unrated_sources")),
)

REFERENCE_SCALES = Table(
    file="network/rating-scales.yaml",
    path="reference_scales",
    model=RatingScale,
    key="id",
    order_from=101,
    only=Q(centre=None),
    defaults={"rates": "strength"},
    parts=(
        value("name", TEXT),
        value("address", MAYBE_URL),
        Links("used_by", "used_by", Centre),
        LEVELS,
        value("contestable", MAYBE_TEXT),
        SOURCES,
    ),
)

RATING_REFERENCES = Table(
    file="network/rating-scales.yaml",
    path="references",
    model=RatingReference,
    key="id",
    order_from=1,
    parts=(
        value("citation", TEXT),
        value("url", MAYBE_URL),
        value("finding", TEXT),
        value("source", URL),
        NOTE,
    ),
)

EVENTS = Table(
    file="network/timeline.yaml",
    path="timeline",
    model=NetworkEvent,
    key="id",
    parts=(
        value("order", COUNT),
        DATE,
        value("date_note", MAYBE_TEXT),
        value("kind", one_of(NetworkEvent.Kind)),
        value("title", TEXT),
        value("sentence", TEXT),
        Links("centres", "centres", Centre),
        value("source", MAYBE_URL),
        value("source_note", MAYBE_TEXT),
        value("also", URLS),
        value("page_update", BOOLEAN),
    ),
)

PUBLICATIONS = Table(
    file="network/publications.yaml",
    path="publications",
    model=Publication,
    key="id",
    order_from=1,
    parts=(
        value("title", TEXT),
        DATE,
        value("publisher", MAYBE_TEXT),
        value("editors", MAYBE_TEXT),
        value("by", one_of(Publication.By)),
        value("url", MAYBE_URL),
        value("about", TEXT),
        value("extent_read", MAYBE_TEXT),
        value("source", MAYBE_URL),
        value("source_note", MAYBE_TEXT),
        NOTE,
    ),
)

TOTALS = Table(
    file="network/totals.yaml",
    path="totals",
    model=NetworkTotal,
    key="id",
    release={"latest": False},
    parts=(
        value("order", COUNT),
        DATE,
        value("date_note", MAYBE_TEXT),
        value("latest", BOOLEAN),
        value("counts", one_of(NetworkTotal.Counts)),
        value("centres", COUNT),
        value("affiliates", nullable(COUNT)),
        value("associates", nullable(COUNT)),
        value("spending_gbp_bn", nullable(COUNT)),
        value("spending_wording", MAYBE_TEXT),
        NOTE,
        value("source", MAYBE_URL),
        value("source_note", MAYBE_TEXT),
    ),
)

FUNCTIONS = Table(
    file="network/functions.yaml",
    path="functions",
    model=NetworkFunction,
    key="id",
    parts=(value("order", COUNT), value("title", TEXT), value("sentence", TEXT)),
)

VALUES = Table(
    file="network/membership-values.yaml",
    path="values",
    model=MembershipValue,
    key="order",
    key_kind=COUNT,
    key_attribute="order",
    parts=(value("letter", TEXT), value("name", TEXT), value("meaning", TEXT), NOTE),
)

NETWORK_SOURCES = Table(
    file="network/audiences.yaml",
    path="sources",
    model=NetworkSource,
    key="id",
    order_from=1,
    parts=(value("title", TEXT), value("publisher", TEXT), DATE, value("url", MAYBE_URL), NOTE),
)

NETWORK_AUDIENCES = Table(
    file="network/audiences.yaml",
    path="audiences",
    model=NetworkAudience,
    parts=(
        value("order", COUNT),
        value("label", TEXT),
        value("sentence", TEXT),
        Links("named_in", "named_in", NetworkSource),
        value("portal_audiences", NAMES),
        NOTE,
    ),
)

STATEMENTS = Table(
    file="network/statements.yaml",
    path="statements",
    model=NetworkStatement,
    key="id",
    parts=(
        value("order", COUNT),
        value("section", one_of(NetworkStatement.Section)),
        value("title", TEXT),
        value("sentence", TEXT),
        Reference("source", "source", NetworkSource),
        Links("centres", "centres", Centre),
        NOTE,
    ),
)

NOTES = Table(
    file="network",  # texts outside the lists of several of its files, which entries.py collects
    path="notes",
    model=NetworkNote,
    order_from=1,
    parts=(value("text", TEXT), SOURCES),
)

TOPICS = Table(
    file="topics.yaml",
    path="",
    model=Topic,
    order_from=1,
    parts=(
        value("label", TEXT),
        value("description", TEXT),
        Links("policy_areas", "policy_areas", PolicyArea),
        ALSO_KNOWN_AS,
        *ending(Topic),
    ),
    values_if_missing=IN_USE,
)

AUDIENCES = Table(
    file="audiences.yaml",
    path="",
    model=Audience,
    order_from=1,
    parts=(value("label", TEXT), value("decides", TEXT), *ending(Audience)),
    values_if_missing=IN_USE,
)

SETTINGS = Table(
    file="settings.yaml",
    path="",
    model=Setting,
    order_from=1,
    parts=(value("label", TEXT), *ending(Setting)),
    values_if_missing=IN_USE,
)

KINDS = Table(
    file="kinds.yaml",
    path="",
    model=Kind,
    order_from=1,
    parts=(
        value("label", TEXT),
        value("what", TEXT),
        value("rests_on", one_of(Kind.RestsOn)),
        value("review_months", COUNT),
        value("review_reason", TEXT),
        *ending(Kind),
    ),
    values_if_missing=IN_USE,
)

OUTCOMES = Table(
    file="outcomes.yaml",
    path="",
    model=Outcome,
    order_from=1,
    parts=(
        value("label", TEXT),
        value("domain", one_of(Outcome.Domain)),
        value("better_when", one_of(Outcome.Better)),
        ALSO_KNOWN_AS,
        *ending(Outcome),
    ),
    values_if_missing={"also_known_as": [], **IN_USE},
)

PRODUCTS = Table(
    file="products.yaml",
    path="",
    model=Product,
    order_from=1,
    optional_groups=("count",),
    values_if_missing={"review_months": None, "review_reason": None},
    parts=(
        Reference("centre", "centre", Centre),
        value("name", TEXT),
        value("names", TEXTS),
        value("what", TEXT),
        value("address", MAYBE_URL),
        value("address_note", MAYBE_TEXT),
        value("count.number", nullable(COUNT), "count"),
        value("count.qualifier", MAYBE_TEXT),
        value("count.unit", MAYBE_TEXT),
        Dated("count.date", "count.precision", "count_date"),
        value("count.note", MAYBE_TEXT),
        value("count.source", MAYBE_URL),
        Rows(
            "rules",
            "rules",
            ProductRule,
            "product",
            parts=(
                value("field", one_of(Rated)),
                value("given", one_of(ProductRule.Given)),
                value("if_missing", blank(one_of(Reason))),
                value("form", MAYBE_TEXT),
                Reference("scale", "scale", RatingScale, optional=True),
                value("basis", one_of(ProductRule.Basis)),
                value("source", MAYBE_URL),
                NOTE,
            ),
            identity="field",
        ),
        value("tell_apart", MAYBE_TEXT),
        NOTE,
        value("review_months", nullable(COUNT)),
        value("review_reason", MAYBE_TEXT),
        value("read_on", DAY),
        SOURCES,
    ),
)


def _from_file_synonyms(entry: Any) -> Any:
    """Make one shape of the two: a plain list, or {one_way: true, from, to}."""
    if isinstance(entry, list):
        return {"one_way": False, "from": entry, "to": []}
    return entry


def _to_file_synonyms(entry: Entry) -> Any:
    if not entry["one_way"]:
        return entry["from"]
    return {key: entry[key] for key in ("one_way", "from", "to")}


SYNONYMS = Table(
    file="synonyms.yaml",
    path="",
    model=SynonymGroup,
    key="order",  # its place in the file, which shape.py numbers
    key_kind=COUNT,
    key_attribute="order",
    parts=(
        value("one_way", BOOLEAN),
        value("from", TEXTS, "terms"),
        value("to", TEXTS, "finds"),
    ),
    from_file=_from_file_synonyms,
    to_file=_to_file_synonyms,
)


def _reference(key: str, name: str, model: type[models.Model], within: str = "") -> Reference:
    """Return the part that names the row which a foreign key of a model refers to."""
    field: Any = model._meta.get_field(name)
    return Reference(key, name, field.related_model, optional=field.null, within=within)


# What an edition says is declared in evidence.models.content_fields; rows that belong to it have parts of their own.
ROWS_OF_EDITIONS = {
    "findings": Rows(
        "outcomes",
        "findings",
        Finding,
        "edition",
        parts=(
            _reference("outcome", "outcome", Finding),
            value("measured", MAYBE_TEXT),
            value("direction", one_of(Direction)),
            value("effect", MAYBE_TEXT),
            value("strength", MAYBE_TEXT, "strength_native"),
        ),
    ),
    "sources": Rows("sources", "sources", Source, "edition", parts=(value("url", URL), NOTE)),
}
# Between them, what belongs to the summary rather than to one edition, by the field that it follows.
OF_THE_SUMMARY: dict[str, Part] = {
    "code": Reference("centre", "summary__centre", Centre),
    "topics": Mirror("approaches", NAMES, "summary__approaches"),
}


def part_for(name: str, key: str = "") -> Part:
    """Return the part of an entry that fills a field of Edition, as the field itself describes it."""
    field: Any = Edition._meta.get_field(name)
    key = key or name
    if field.one_to_many:
        return ROWS_OF_EDITIONS[name]
    if field.many_to_many:
        return Links(key, name, field.related_model)
    if field.many_to_one:
        # A step is one of the scale beside it.
        within = f"{key.removesuffix('step')}scale" if field.related_model is RatingLevel else ""
        return _reference(key, name, Edition, within)
    if isinstance(field, PartialDateField):
        return Dated(key, f"{key}_precision", name)
    return Value(key, name, kind_of(field))


def _summary_parts() -> Iterator[Part]:
    for field in FIELDS:
        yield part_for(field.name, field.key)
        if field.name in OF_THE_SUMMARY:
            yield OF_THE_SUMMARY[field.name]


# The one table whose rows are editions: loading it goes through evidence.editorial.actions.
SUMMARIES = Table(
    file="summaries",
    path="",
    model=Edition,
    key="id",
    key_attribute="summary__slug",
    only=Edition.published_q(),
    ordering=("summary__centre__order", "summary_id"),
    parts=tuple(_summary_parts()),
    values_if_missing={
        field.key: [] if field.is_list else None for field in FIELDS if field.optional_in_files
    },
)

APPROACHES = Table(
    file="approaches.yaml",
    path="",
    model=Approach,
    order_from=1,
    parts=(
        value("label", TEXT),
        value("description", TEXT),
        Rows(
            "members",
            "memberships",
            ApproachMember,
            "approach",
            parts=(Reference("summary", "summary", Summary),),
            identity="summary_id",
            bare=True,
        ),
        value("why_ratings_differ", MAYBE_TEXT),
        ALSO_KNOWN_AS,
        value("reviewed_on", DAY),
        *ending(Approach),
    ),
    values_if_missing=IN_USE,
)

TABLES = (
    POLICY_AREAS,
    ORGANISATIONS,
    CENTRES,
    COMMON_LEVELS,
    RATING_SCALES,
    REFERENCE_SCALES,
    RATING_REFERENCES,
    EVENTS,
    PUBLICATIONS,
    TOTALS,
    FUNCTIONS,
    VALUES,
    NETWORK_SOURCES,
    NETWORK_AUDIENCES,
    STATEMENTS,
    NOTES,
    TOPICS,
    AUDIENCES,
    SETTINGS,
    KINDS,
    OUTCOMES,
    PRODUCTS,
    SYNONYMS,
    SUMMARIES,
    APPROACHES,
)
