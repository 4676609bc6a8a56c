"""Why a value is missing: by an edition's own word, or else by the rule of its product line, decided in one place."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from centres.vocabulary import MISSING, Rated, Reason
from evidence.catalogue.build import current_catalogue
from evidence.catalogue.reading import edition as from_snapshot
from evidence.models import Edition, Product, ProductRule, why_missing
from evidence.models.products import MissingQ
from portal import published
from tests.factories import make_centre, make_draft, make_edition, make_product

READ_NONE, NOT_READ = Reason.NONE, Reason.NOT_READ


def line(**rule: Any) -> Product:
    """Return a product line with one rule, about cost, that nobody saved."""
    made = Product(name="Toolkit")
    made.rule_of = {"cost": ProductRule(field="cost", basis="page-rule", **rule)}
    return made


@pytest.mark.parametrize(
    ("rule", "own", "reason", "words"),
    [
        ({"given": "never"}, [], READ_NONE, "The centre gives none"),
        ({"given": "every"}, [], NOT_READ, "Not yet read; given by the centre for every item"),
        (
            {"given": "some"},
            [],
            NOT_READ,
            "Not yet read; given by the centre for some items, and nobody has read whether for this one",
        ),
        ({"given": "unknown"}, [], NOT_READ, "Not yet read"),
        ({"given": "some", "if_missing": "none"}, [], READ_NONE, "The centre gives none"),
        ({"given": "never"}, ["cost-not-read"], NOT_READ, "Not yet read"),
        ({"given": "every"}, ["cost-not-applicable"], Reason.NOT_APPLICABLE, "Not applicable"),
        ({"given": "never"}, ["strength-not-read"], READ_NONE, "The centre gives none"),
    ],
)
def test_the_reason_is_the_editions_own_or_follows_from_the_line(
    rule: dict[str, str], own: list[str], reason: Reason, words: str
) -> None:
    why = why_missing("cost", line(**rule), own)

    assert (why.reason, why.words) == (reason, words)


def test_nothing_is_claimed_where_no_rule_is_known() -> None:
    for without in (None, line(given="never")):
        assert why_missing("strength", without).reason == NOT_READ


def test_a_rule_that_no_page_states_says_that_it_is_inferred() -> None:
    made = line(given="never")
    for basis in ("entries", "page-example"):
        made.rule_of["cost"].basis = basis
        assert why_missing("cost", made).words == (
            "The centre gives none (inferred from the items read)"
        )
    assert not why_missing("cost", made, ["cost-none"]).is_inferred


def test_what_is_given_for_some_items_is_worded_alike_whether_or_not_a_page_states_it() -> None:
    made = line(given="some")
    notes = set()
    for basis in ("page-rule", "entries"):
        made.rule_of["cost"].basis = basis
        notes.add(why_missing("cost", made).note)
    assert notes == {"given by the centre for some items"}

    made = line(given="every")
    made.rule_of["cost"].basis = "entries"
    assert why_missing("cost", made).note == "given by the centre for every item read"


@pytest.mark.django_db
def test_an_edition_says_the_same_from_the_database_and_from_the_snapshot() -> None:
    make_product(names=["Toolkit"], rules={"cost": "never", "studies": "every"})
    made = make_edition(product="Toolkit", missing=["place-not-applicable"])

    for edition in (Edition.objects.get(pk=made.pk), from_snapshot(made.pk)):
        reasons = {field.value: edition.why_missing(field) for field in Rated}
        assert {field: why and why.reason for field, why in reasons.items()} == {
            "strength": None,
            "effect": None,
            "cost": READ_NONE,
            "studies": NOT_READ,
            "date": None,
            "place": Reason.NOT_APPLICABLE,
        }


@pytest.mark.django_db
def test_a_changed_rule_shows_at_once_without_a_new_edition() -> None:
    product = make_product(names=["Toolkit"], rules={"cost": "never"})
    key = make_edition(product="Toolkit").pk
    assert key in current_catalogue().missing["cost"][READ_NONE]

    product.rules.update(given="every")
    published.check(now=True)

    assert key in current_catalogue().missing["cost"][NOT_READ]
    assert key not in current_catalogue().missing["cost"][READ_NONE]
    assert list(current_catalogue().products[product.slug]) == [key]


def test_each_missing_value_of_the_data_set_has_one_reason_and_each_summary_a_line(
    dataset: None, django_db_blocker: Any
) -> None:
    held = current_catalogue()
    with django_db_blocker.unblock():
        rows = Edition.objects.published().select_related("summary")
        editions = {edition.pk: edition for edition in rows}
        lines = {one.pk: one for one in Product.objects.prefetch_related("rules")}
    of_names = {(one.centre_id, name): one for one in lines.values() for name in one.names}
    for edition in editions.values():
        edition.line = of_names[edition.summary.centre_id, edition.product]
    for field in Rated:
        for reason in Reason:
            expected = {
                pk
                for pk, edition in editions.items()
                if (why := edition.why_missing(field)) and why.reason == reason
            }
            assert set(held.missing[field][reason]) == expected, (field, reason)
            with django_db_blocker.unblock():
                asked = Edition.objects.published().filter(
                    MissingQ(field).for_reason(reason, lines.values())
                )
                assert set(asked.values_list("pk", flat=True)) == expected, (field, reason)
    for one in lines.values():
        in_line = {pk for pk, edition in editions.items() if edition.line is one}
        assert set(held.products[one.slug]) == in_line


@pytest.mark.django_db
def test_the_form_names_a_line_that_the_centre_does_not_have_and_those_that_it_has() -> None:
    make_product(names=["YEF Toolkit", "Guidance"])
    make_product(slug="other", centre=make_centre("eef"), names=["Toolkit"])
    draft = make_draft(product="Toolkit")

    with pytest.raises(ValidationError, match=r"Known: YEF Toolkit; Guidance\.") as refusal:
        draft.full_clean()
    assert set(refusal.value.message_dict) == {"product"}


@pytest.mark.django_db
@pytest.mark.parametrize("own", [["strength-none"], ["cost-none", "cost-not-read"]])
def test_the_form_refuses_a_reason_for_what_is_there_and_two_for_one(own: list[str]) -> None:
    make_product(names=["Toolkit"])
    draft = make_draft(product="Toolkit", missing=own)

    with pytest.raises(ValidationError) as refusal:
        draft.full_clean()
    assert set(refusal.value.message_dict) == {"missing"}


@pytest.mark.django_db
def test_a_name_is_in_one_line_of_a_centre() -> None:
    make_product(names=["Toolkit"])
    second = make_product(slug="second", names=["Toolkit"])
    elsewhere = make_product(slug="elsewhere", centre=make_centre("eef"), names=["Toolkit"])

    elsewhere.clean()
    with pytest.raises(ValidationError, match="has the name “Toolkit”"):
        second.clean()


def test_each_reason_fits_its_column() -> None:
    assert max(map(len, MISSING)) <= 24
