"""Each rule of the network's tables, held by the database whatever writes to it."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from centres.models import (
    Centre,
    CentreFunder,
    CentreHost,
    CommonLevel,
    Membership,
    NetworkEvent,
    NetworkStatement,
    NetworkTotal,
    Organisation,
    PolicyArea,
    Publication,
    RatingLevel,
    RatingScale,
    SpendingFigure,
)
from tests.model_rows import assert_refused, make_row, row

pytestmark = pytest.mark.django_db

MODELS = list(apps.get_app_config("centres").get_models())
BAD_SLUGS = ["", "Capital", "two words", "a_b", "a--b", "-a", "a-", "é"]
BAD_DATES = ["2013-", "13", "2013-13", "2013-00-01", "2013-01-32", "March 2013", "2013-3"]


def slug_rule(model: type[models.Model]) -> str:
    rules = [one.name for one in model._meta.constraints if one.name.endswith("_slug_is_words")]
    return rules[0] if rules else ""


def date_rules() -> list[tuple[type[models.Model], str, str]]:
    """Return every model, partial date and rule."""
    return [
        (model, rule.name.removesuffix("_is_partial_date"), rule.name)
        for model in MODELS
        for rule in model._meta.constraints
        if rule.name.endswith("_is_partial_date")
    ]


def date_field(model: type[models.Model], name: str) -> str:
    return next(field.name for field in model._meta.fields if name.endswith(f"_{field.name}"))


@pytest.mark.parametrize("model", [model for model in MODELS if slug_rule(model)])
@pytest.mark.parametrize("slug", BAD_SLUGS)
def test_a_slug_is_lower_case_words(model: type[models.Model], slug: str) -> None:
    assert_refused(slug_rule(model), row(model), slug=slug)


@pytest.mark.parametrize(("model", "name", "rule"), date_rules())
@pytest.mark.parametrize("date", BAD_DATES)
def test_a_partial_date_has_its_form(
    model: type[models.Model], name: str, rule: str, date: str
) -> None:
    assert_refused(rule, row(model, **former(model)), **{date_field(model, name): date})


@pytest.mark.parametrize(("model", "name", "rule"), date_rules())
@pytest.mark.parametrize("date", ["", "2013", "2013-03", "2013-03-04"])
def test_a_date_may_be_known_in_part_or_not_at_all(
    model: type[models.Model], name: str, rule: str, date: str
) -> None:
    row(model, **former(model)).update(**{date_field(model, name): date})


def former(model: type[models.Model]) -> dict[str, str]:
    return {"status": "former"} if model is Centre else {}


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (model, field.name)
        for model in MODELS
        for field in model._meta.fields
        if field.unique and not field.primary_key
    ],
)
def test_what_names_a_row_is_given_once(model: type[models.Model], field: str) -> None:
    others = {"level": "low"} if model is CommonLevel else {}
    first, second = make_row(model), make_row(model, **others)
    with pytest.raises(IntegrityError), transaction.atomic():
        model._default_manager.filter(pk=second.pk).update(**{field: getattr(first, field)})


def second_figure() -> models.QuerySet:
    first = make_row(SpendingFigure, role="main", order=1)
    return row(SpendingFigure, policy_area=first.policy_area, role="part", order=2)


def second_level() -> models.QuerySet:
    first = make_row(RatingLevel, order=1, label="Low")
    return row(RatingLevel, scale=first.scale, order=2, label="High")


def second_lead() -> models.QuerySet:
    first = make_row(Centre, policy_area=make_row(PolicyArea), leads_policy_area=True)
    return row(Centre, policy_area=first.policy_area)


def second_latest() -> models.QuerySet:
    make_row(NetworkTotal, latest=True)
    return row(NetworkTotal)


def second_membership() -> models.QuerySet:
    first = make_row(Membership)
    return row(Membership, user=first.user)


def of(model: type[models.Model], **fields: object) -> Callable[[], models.QuerySet]:
    return lambda: row(model, **fields)


FORMER = {"status": "former"}
RULES: list[tuple[str, Callable[[], models.QuerySet], dict]] = [
    ("one_main_figure_an_area", second_figure, {"role": "main"}),
    ("spending_figures_in_one_order", second_figure, {"order": 1}),
    ("spending_is_above_zero", of(SpendingFigure), {"gbp_bn": 0, "sources": ["https://a.org"]}),
    ("spending_has_a_source", of(SpendingFigure), {"gbp_bn": 1, "sources": []}),
    ("spending_read_on_is_listed", of(SpendingFigure), {"read_on": "paper"}),
    ("spending_publication_has_a_name", of(SpendingFigure), {"publication_url": "https://a.org"}),
    ("spending_role_is_listed", of(SpendingFigure), {"role": "total"}),
    ("spending_confidence_is_listed", of(SpendingFigure), {"confidence": "sure"}),
    ("spending_nations_are_listed", of(SpendingFigure), {"nations": ["France"]}),
    ("organisation_sector_is_listed", of(Organisation), {"sector": "third"}),
    ("organisation_type_is_listed", of(Organisation), {"type": "club"}),
    ("centre_status_is_listed", of(Centre), {"status": "member"}),
    ("centre_founded_before_left", of(Centre, **FORMER), {"founded": "2015", "left": "2014-12"}),
    ("centre_joined_before_left", of(Centre, **FORMER), {"joined": "2015-02", "left": "2015-01"}),
    (
        "centre_joined_before_became_full_member",
        of(Centre),
        {"joined": "2015", "became_full_member": "2014"},
    ),
    ("only_former_centres_have_left", of(Centre), {"left": "2020"}),
    ("only_former_centres_have_left", of(Centre), {"left_reason": "It closed."}),
    ("former_centres_lead_no_area", of(Centre, **FORMER), {"leads_policy_area": True}),
    ("centre_nations_are_listed", of(Centre), {"nations": ["England", "France"]}),
    ("one_lead_centre_an_area", second_lead, {"leads_policy_area": True}),
    ("host_years_in_order", of(CentreHost), {"from_year": 2012, "to_year": 2011}),
    ("funder_kind_is_listed", of(CentreFunder), {"kind": "lottery"}),
    ("funding_is_above_zero", of(CentreFunder), {"amount_gbp_m": 0}),
    ("common_level_is_listed", of(CommonLevel), {"level": "middling"}),
    ("rating_scale_rates_is_listed", of(RatingScale), {"rates": "beauty"}),
    ("rating_scale_form_is_listed", of(RatingScale), {"form": "circle"}),
    ("rating_levels_in_one_order", second_level, {"order": 1}),
    ("rating_level_once_a_scale", second_level, {"label": "Low"}),
    ("rating_level_common_is_listed", of(RatingLevel), {"common": "middling"}),
    ("rating_level_direction_is_listed", of(RatingLevel), {"direction": "up"}),
    ("network_event_kind_is_listed", of(NetworkEvent), {"kind": "party"}),
    ("publication_by_is_listed", of(Publication), {"by": "them"}),
    ("one_latest_total", second_latest, {"latest": True}),
    ("network_statement_section_is_listed", of(NetworkStatement), {"section": "other"}),
    ("network_total_counts_is_listed", of(NetworkTotal), {"counts": "some"}),
]


@pytest.mark.parametrize(("rule", "make", "values"), RULES)
def test_the_database_refuses(rule: str, make: Callable[[], models.QuerySet], values: dict) -> None:
    assert_refused(rule, make(), **values)


def test_a_person_belongs_to_a_centre_once() -> None:
    rows = second_membership()
    first = Membership.objects.exclude(pk__in=rows).get()
    assert_refused("membership_once", rows, centre=first.centre)


def test_a_later_date_may_be_known_less_exactly() -> None:
    row(Centre, **FORMER).update(founded="2014-05", joined="2014-05-06", left="2014")


def test_every_rule_is_tested() -> None:
    tested = {rule for rule, _, _ in RULES} | {"membership_once"}
    tested |= {slug_rule(model) for model in MODELS} | {rule for _, _, rule in date_rules()}
    # A key for others to refer to, which its table's own primary key makes unique already.
    tested.add("rating_level_and_its_scale")

    assert {one.name for model in MODELS for one in model._meta.constraints} <= tested
