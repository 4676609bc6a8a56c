"""Every field of the data set, named once: for reading, loading, comparing and writing out.

The order of TABLES is the order of loading: a table comes after those that it refers to. `shape.py` has already brought the
files' few irregular shapes into this form (see there).
"""

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
    NetworkTotal,
    Organisation,
    PolicyArea,
    Publication,
    RatingDimension,
    RatingLevel,
    RatingScale,
    SpendingFigure,
)
from centres.vocabulary import AgeGroup, Cost, Direction, Nation, Strength
from evidence import models as evidence
from evidence.dataset.schema import (
    BOOLEAN,
    COUNT,
    DAY,
    DECIMAL,
    MAYBE_PARTIAL,
    MAYBE_TEXT,
    MAYBE_URL,
    TEXT,
    TEXTS,
    URL,
    URLS,
    WHOLE,
    Column,
    Links,
    Reference,
    Rows,
    Table,
    blank,
    list_of,
    nullable,
    one_of,
)

NATIONS = Column("nations", "nations", list_of(one_of(Nation)))
ALSO_KNOWN_AS = Column("also_known_as", "also_known_as", TEXTS)
DIRECTION = Column("direction", "direction", one_of(Direction))


def same(kind, *names):  # type: ignore[no-untyped-def]  # a shorthand for the tables below
    """Columns whose key is also the name of their field."""
    return tuple(Column(name, name, kind) for name in names)


POLICY_AREAS = Table(
    file="network/policy-areas.yaml",
    path="policy_areas",
    model=PolicyArea,
    key="slug",
    columns=(*same(TEXT, "label", "description"), *same(MAYBE_TEXT, "label_note")),
    rows=(
        Rows(
            "figures",
            "figures",
            SpendingFigure,
            "policy_area",
            (
                Column("role", "role", one_of(SpendingFigure.Role)),
                Column("official_gbp_bn", "official_gbp_bn", nullable(DECIMAL)),
                Column("indicative_gbp_bn", "gbp_bn", nullable(DECIMAL)),
                *same(MAYBE_TEXT, "year", "basis", "note"),
                NATIONS,
                Column("annual", "annual", nullable(BOOLEAN)),
                Column("scope", "scope", TEXT),
                Column("confidence", "confidence", blank(one_of(SpendingFigure.Confidence))),
                Column("in_sum", "in_sum", BOOLEAN),
                Column("sources", "sources", URLS),
            ),
        ),
    ),
)

ORGANISATIONS = Table(
    file="network/organisations.yaml",
    path="organisations",
    model=Organisation,
    key="slug",
    columns=(
        Column("name", "name", TEXT),
        Column("type", "type", blank(one_of(Organisation.Type))),
        Column("sector", "sector", blank(one_of(Organisation.Sector))),
        Column("website", "website", MAYBE_URL),
        Column("note", "note", MAYBE_TEXT),
    ),
    ordered=False,
)

ORGANISATION = Reference("organisation", "organisation", Organisation)

CENTRES = Table(
    file="network/centres.yaml",
    path="centres",
    model=Centre,
    key="slug",
    columns=(
        *same(TEXT, "name", "policy_area_label", "description"),
        *same(MAYBE_TEXT, "acronym", "legal_form", "nations_note"),
        Column("status", "status", one_of(Centre.Status)),
        Column("leads_policy_area", "leads_policy_area", BOOLEAN),
        Column("website", "website", MAYBE_URL),
        *same(MAYBE_PARTIAL, "founded", "joined", "became_full_member", "left"),
        *same(MAYBE_TEXT, "founded_note", "joined_note", "became_full_member_note", "left_reason"),
        NATIONS,
        Column("sources", "sources", URLS),
        Column("unrated_note", "unrated_note", MAYBE_TEXT),
        Column("unrated_sources", "unrated_sources", URLS),
    ),
    references=(Reference("policy_area", "policy_area", PolicyArea, optional=True),),
    links=(Links("successors", "successors", Centre),),
    rows=(
        Rows(
            "other_names",
            "other_names",
            CentreName,
            "centre",
            (Column("name", "name", TEXT), Column("note", "note", MAYBE_TEXT)),
        ),
        Rows(
            "notes",
            "notes",
            CentreNote,
            "centre",
            (Column("about", "about", MAYBE_TEXT), Column("text", "text", TEXT)),
        ),
        Rows(
            "hosts",
            "hosts",
            CentreHost,
            "centre",
            (
                Column("role", "role", TEXT),
                *same(nullable(COUNT), "from_year", "to_year"),
                Column("note", "note", MAYBE_TEXT),
            ),
            (ORGANISATION,),
        ),
        Rows(
            "funders",
            "funders",
            CentreFunder,
            "centre",
            (
                Column("kind", "kind", one_of(CentreFunder.Kind)),
                Column("amount_gbp_m", "amount_gbp_m", nullable(DECIMAL)),
                *same(MAYBE_TEXT, "year", "note"),
            ),
            (ORGANISATION,),
        ),
    ),
)

COMMON_LEVELS = Table(
    file="network/rating-scales.yaml",
    path="common_scale.levels",
    model=CommonLevel,
    key="level",
    key_attribute="level",
    columns=(Column("rank", "rank", COUNT), *same(TEXT, "label", "meaning")),
    ordered=False,
)

RATING_SCALES = Table(
    file="network/rating-scales.yaml",
    path="scales",
    model=RatingScale,
    key="id",
    columns=(
        Column("name", "name", TEXT),
        Column("rates", "rates", one_of(RatingScale.Rates)),
        Column("form", "form", blank(one_of(RatingScale.Form))),
        Column("complete", "complete", nullable(BOOLEAN)),
        Column("address", "address", MAYBE_URL),
        *same(MAYBE_TEXT, "unit", "address_note", "levels_from", "contestable", "note"),
        Column("sources", "sources", URLS),
    ),
    references=(Reference("centre", "centre", Centre, optional=True),),
    links=(Links("used_by", "used_by", Centre),),
    rows=(
        Rows(
            "levels",
            "levels",
            RatingLevel,
            "scale",
            (
                Column("order", "order", COUNT),
                Column("rank", "rank", nullable(WHOLE)),
                Column("label", "label", TEXT),
                Column("common", "common", blank(one_of(Strength))),
                Column("direction", "direction", blank(one_of(Direction))),
                *same(MAYBE_TEXT, "meaning", "reason"),
            ),
        ),
        Rows(
            "dimensions",
            "dimensions",
            RatingDimension,
            "scale",
            (Column("order", "order", COUNT), *same(TEXT, "letter", "name", "meaning")),
        ),
    ),
)

EVENTS = Table(
    file="network/timeline.yaml",
    path="timeline",
    model=NetworkEvent,
    key="id",
    columns=(
        Column("order", "order", COUNT),
        Column("date", "date", MAYBE_PARTIAL),
        Column("kind", "kind", one_of(NetworkEvent.Kind)),
        *same(TEXT, "title", "sentence"),
        *same(MAYBE_TEXT, "date_note", "source_note"),
        Column("source", "source", MAYBE_URL),
        Column("also", "also", URLS),
        Column("page_update", "page_update", BOOLEAN),
    ),
    links=(Links("centres", "centres", Centre),),
)

PUBLICATIONS = Table(
    file="network/publications.yaml",
    path="publications",
    model=Publication,
    key="id",
    columns=(
        *same(TEXT, "title", "about"),
        Column("date", "date", MAYBE_PARTIAL),
        Column("by", "by", one_of(Publication.By)),
        *same(MAYBE_URL, "url", "source"),
        *same(MAYBE_TEXT, "publisher", "editors", "extent_read", "source_note", "note"),
    ),
)

TOTALS = Table(
    file="network/totals.yaml",
    path="totals",
    model=NetworkTotal,
    key="id",
    columns=(
        Column("order", "order", COUNT),
        Column("date", "date", MAYBE_PARTIAL),
        Column("latest", "latest", BOOLEAN),
        Column("counts", "counts", one_of(NetworkTotal.Counts)),
        Column("centres", "centres", COUNT),
        *same(nullable(COUNT), "affiliates", "associates", "spending_gbp_bn"),
        *same(MAYBE_TEXT, "date_note", "spending_wording", "note", "source_note"),
        Column("source", "source", MAYBE_URL),
    ),
)

FUNCTIONS = Table(
    file="network/functions.yaml",
    path="functions",
    model=NetworkFunction,
    key="id",
    columns=(Column("order", "order", COUNT), *same(TEXT, "title", "sentence")),
)

VALUES = Table(
    file="network/membership-values.yaml",
    path="values",
    model=MembershipValue,
    key="order",
    key_attribute="order",
    columns=(*same(TEXT, "letter", "name", "meaning"), Column("note", "note", MAYBE_TEXT)),
    ordered=False,
)

NETWORK_SOURCES = Table(
    file="network/audiences.yaml",
    path="sources",
    model=NetworkSource,
    key="id",
    columns=(
        *same(TEXT, "title", "publisher"),
        Column("date", "date", MAYBE_PARTIAL),
        Column("url", "url", MAYBE_URL),
        Column("note", "note", MAYBE_TEXT),
    ),
)

NETWORK_AUDIENCES = Table(
    file="network/audiences.yaml",
    path="audiences",
    model=NetworkAudience,
    key="slug",
    columns=(
        Column("order", "order", COUNT),
        *same(TEXT, "label", "sentence"),
        Column("portal_audiences", "portal_audiences", TEXTS),
        Column("note", "note", MAYBE_TEXT),
    ),
    links=(Links("named_in", "named_in", NetworkSource),),
)

NOTES = Table(
    file="network/notes",  # gathered from several files by shape.py
    path="notes",
    model=NetworkNote,
    key="slug",
    columns=(Column("text", "text", TEXT), Column("sources", "sources", URLS)),
)

TOPICS = Table(
    file="topics.yaml",
    path="",
    model=evidence.Topic,
    key="slug",
    columns=(*same(TEXT, "label", "description"), ALSO_KNOWN_AS),
    links=(Links("policy_areas", "policy_areas", PolicyArea),),
)

AUDIENCES = Table(
    file="audiences.yaml",
    path="",
    model=evidence.Audience,
    key="slug",
    columns=same(TEXT, "label", "decides"),
)

SETTINGS = Table(
    file="settings.yaml",
    path="",
    model=evidence.Setting,
    key="slug",
    columns=same(TEXT, "label"),
)

KINDS = Table(
    file="kinds.yaml",
    path="",
    model=evidence.Kind,
    key="slug",
    columns=same(TEXT, "label", "what"),
)

OUTCOMES = Table(
    file="outcomes.yaml",
    path="",
    model=evidence.Outcome,
    key="slug",
    columns=(
        Column("label", "label", TEXT),
        Column("domain", "domain", one_of(evidence.Outcome.Domain)),
        Column("better_when", "better_when", one_of(evidence.Outcome.Better)),
    ),
)

SYNONYMS = Table(
    file="synonyms.yaml",
    path="",
    model=evidence.SynonymGroup,
    key="order",
    key_attribute="order",
    columns=(
        Column("one_way", "one_way", BOOLEAN),
        Column("terms", "terms", TEXTS),
        Column("finds", "finds", TEXTS),
    ),
    ordered=False,
)

# The one table whose rows are editions: loading it goes through evidence.actions (see load.py).
SUMMARIES = Table(
    file="summaries",
    path="",
    model=evidence.Edition,
    key="id",
    columns=(
        *same(TEXT, "title", "product"),
        *same(MAYBE_TEXT, "code", "countries", "data_note"),
        Column("summary", "bottom_line", TEXT),
        Column("findings", "key_findings", TEXTS),
        *same(TEXTS, "implementation", "caveats"),
        Column("age_groups", "age_groups", list_of(one_of(AgeGroup))),
        Column("impact.direction", "direction", one_of(Direction)),
        Column("impact.native", "impact_native", MAYBE_TEXT),
        Column("strength.level", "strength", one_of(Strength)),
        Column("strength.native", "strength_native", MAYBE_TEXT),
        Column("cost.level", "cost", nullable(one_of(Cost))),
        Column("cost.native", "cost_native", MAYBE_TEXT),
        Column("studies", "studies", nullable(COUNT)),
        Column("source_url", "source_url", URL),
        Column("updated", "updated", MAYBE_PARTIAL),
    ),
    references=(
        Reference("centre", "centre", Centre),
        Reference("kind", "kind", evidence.Kind),
        Reference("strength.scale", "strength_scale", RatingScale, optional=True),
        Reference("strength.step", "strength_step", RatingLevel, optional=True),
        Reference("cost.scale", "cost_scale", RatingScale, optional=True),
        Reference("cost.step", "cost_step", RatingLevel, optional=True),
    ),
    links=(
        Links("policy_areas", "policy_areas", PolicyArea),
        Links("topics", "topics", evidence.Topic),
        Links("audiences", "audiences", evidence.Audience),
        Links("settings", "settings", evidence.Setting),
    ),
    rows=(
        Rows(
            "outcomes",
            "findings",
            evidence.Finding,
            "edition",
            (
                Column("measured", "measured", MAYBE_TEXT),
                DIRECTION,
                Column("effect", "effect", MAYBE_TEXT),
                Column("strength", "strength_native", MAYBE_TEXT),
            ),
            (Reference("outcome", "outcome", evidence.Outcome),),
        ),
        Rows(
            "sources",
            "sources",
            evidence.Source,
            "edition",
            (Column("url", "url", URL), Column("note", "note", MAYBE_TEXT)),
        ),
    ),
    ordered=False,
)

APPROACHES = Table(
    file="approaches.yaml",
    path="",
    model=evidence.Approach,
    key="slug",
    columns=(
        *same(TEXT, "label", "description"),
        Column("why_ratings_differ", "why_ratings_differ", MAYBE_TEXT),
        ALSO_KNOWN_AS,
        Column("reviewed_on", "reviewed_on", DAY),
    ),
    rows=(
        Rows(
            "members",
            "memberships",
            evidence.ApproachMember,
            "approach",
            (),
            (Reference("summary", "summary", evidence.Summary),),
        ),
    ),
)

TABLES = (
    POLICY_AREAS,
    ORGANISATIONS,
    CENTRES,
    COMMON_LEVELS,
    RATING_SCALES,
    EVENTS,
    PUBLICATIONS,
    TOTALS,
    FUNCTIONS,
    VALUES,
    NETWORK_SOURCES,
    NETWORK_AUDIENCES,
    NOTES,
    TOPICS,
    AUDIENCES,
    SETTINGS,
    KINDS,
    OUTCOMES,
    SYNONYMS,
    SUMMARIES,
    APPROACHES,
)
