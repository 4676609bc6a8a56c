"""Each rule of the evidence's tables, held by the database whatever writes to it."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.utils import timezone

from evidence.editorial import actions
from evidence.models import (
    Approach,
    ApproachMember,
    DatasetEntry,
    Edition,
    Finding,
    Kind,
    LinkCheck,
    ListChange,
    OpenForm,
    Outcome,
    PageReading,
    Product,
    ProductRule,
    Source,
    Summary,
    SynonymGroup,
)
from evidence.models.content_fields import FIELDS
from evidence.models.list_links import paths
from tests.centres.test_constraints import BAD_DATES, BAD_SLUGS, slug_rule
from tests.factories import (
    make_audience,
    make_centre,
    make_draft,
    make_edition,
    make_kind,
    make_outcome,
    make_policy_area,
    make_scale,
    make_setting,
    make_topic,
)
from tests.model_rows import assert_refused, make_row, row

pytestmark = pytest.mark.django_db

MODELS = list(apps.get_app_config("evidence").get_models())
State = Edition.State


# Single rows


@pytest.mark.parametrize(
    "model", [model for model in MODELS if slug_rule(model) and model is not Summary]
)
@pytest.mark.parametrize("slug", BAD_SLUGS)
def test_a_slug_is_lower_case_words(model: type[models.Model], slug: str) -> None:
    assert_refused(slug_rule(model), row(model), slug=slug)


@pytest.mark.parametrize("slug", BAD_SLUGS)
def test_an_address_is_lower_case_words(slug: str) -> None:
    with pytest.raises(IntegrityError) as refusal:
        Summary.objects.create(slug=slug, centre=make_centre())
    assert "summary_slug_is_words" in str(refusal.value)


@pytest.mark.parametrize("model", [model for model in MODELS if slug_rule(model)])
def test_a_slug_is_given_once(model: type[models.Model]) -> None:
    taken = make_row(model).slug
    needed: dict[Any, dict[str, Any]] = {
        Summary: {"centre": make_centre()},
        Approach: {"order": 1, "reviewed_on": "2026-11-22"},
        Product: {"order": 1, "centre": make_centre(), "names": ["x"], "read_on": "2026-11-22"},
        Outcome: {"order": 1, "domain": "crime", "better_when": "lower"},
    }
    needs = needed.get(model, {"order": 1})
    with pytest.raises(IntegrityError, match="duplicate key"):
        model(slug=taken, **needs).save()


@pytest.mark.parametrize("date", BAD_DATES)
def test_a_partial_date_has_its_form(date: str) -> None:
    assert_refused("edition_updated_is_partial_date", row(Edition), updated=date)


def second_edition() -> models.QuerySet:
    return Edition.objects.filter(pk=make_draft(summary=make_edition().summary).pk)


def second_source() -> models.QuerySet:
    first = make_draft().sources.get()
    return row(Source, edition=first.edition)


def second_rule() -> models.QuerySet:
    first = make_row(ProductRule, field="strength")
    return row(ProductRule, product=first.product, field="cost")


def second_page() -> models.QuerySet:
    first = make_row(PageReading, url="https://example.org/1")
    return row(PageReading, edition=first.edition, url="https://example.org/2")


def second_member() -> models.QuerySet:
    first = make_row(ApproachMember)
    return row(ApproachMember, approach=first.approach)


def withdrawn() -> models.QuerySet:
    edition = make_edition()
    actions.withdraw(summary=edition.summary, reason="Out of date.")
    return Summary.objects.filter(pk=edition.summary_id)


def of(model: type[models.Model], **fields: Any) -> Callable[[], models.QuerySet]:
    return lambda: row(model, **fields)


RULES: list[tuple[str, Callable[[], models.QuerySet], dict]] = [
    ("kind_rests_on_is_listed", of(Kind), {"rests_on": "nothing"}),
    ("kind_review_is_above_zero", of(Kind), {"review_months": 0}),
    ("product_review_has_a_reason", of(Product), {"review_months": 6, "review_reason": ""}),
    ("outcome_better_is_listed", of(Outcome), {"better_when": "wider"}),
    ("outcome_domain_is_listed", of(Outcome), {"domain": "sport"}),
    ("synonym_group_has_two_sides", of(SynonymGroup), {"terms": ["alone"]}),
    ("synonym_group_has_two_sides", of(SynonymGroup), {"finds": ["more"]}),
    ("synonym_group_has_two_sides", of(SynonymGroup), {"one_way": True}),
    ("withdrawn_summary_has_a_reason", withdrawn, {"withdrawn_reason": ""}),
    ("withdrawn_summary_has_a_reason", of(Summary), {"withdrawn_reason": "Out of date."}),
    ("edition_number_once", second_edition, {"number": 1}),
    ("edition_state_is_listed", of(Edition), {"state": "lost"}),
    ("direction_is_listed", of(Edition), {"direction": "sideways"}),
    ("strength_is_listed", of(Edition), {"strength": "strong"}),
    ("strength_is_listed", of(Edition), {"strength": ""}),
    ("cost_is_from_1_to_5", of(Edition), {"cost": 0}),
    ("cost_is_from_1_to_5", of(Edition), {"cost": 6}),
    ("age_groups_are_listed", of(Edition), {"age_groups": ["children", "adults"]}),
    ("doubts_are_listed", of(Edition), {"doubts": ["hearsay"], "data_note": "Heard of it."}),
    ("doubts_are_explained", of(Edition), {"doubts": ["copy"]}),
    ("reasons_for_missing_are_listed", of(Edition), {"missing": ["cost-forgotten"]}),
    ("product_has_the_names_of_its_summaries", of(Product), {"names": []}),
    ("product_count_date_is_partial_date", of(Product), {"count_date": "March 2024"}),
    ("product_count_has_unit_source_and_date", of(Product), {"count": 30}),
    (
        "product_count_has_unit_source_and_date",
        of(Product),
        {"count": 30, "count_unit": "strands", "count_source": "https://example.org/30"},
    ),
    ("product_rule_once_a_value", second_rule, {"field": "strength"}),
    ("product_rule_value_is_listed", of(ProductRule), {"field": "colour"}),
    ("product_rule_given_is_listed", of(ProductRule), {"given": "often"}),
    ("product_rule_basis_is_listed", of(ProductRule), {"basis": "hearsay"}),
    ("product_rule_if_missing_is_listed", of(ProductRule), {"if_missing": "lost"}),
    ("product_rule_of_a_page_names_it", of(ProductRule), {"basis": "page-rule"}),
    ("edition_has_title_text_and_source", of(Edition), {"title": ""}),
    ("edition_has_title_text_and_source", of(Edition), {"bottom_line": ""}),
    ("edition_has_title_text_and_source", of(Edition), {"source_url": ""}),
    ("finding_direction_is_listed", of(Finding), {"direction": ""}),
    ("source_has_an_address", of(Source), {"url": ""}),
    ("link_outcome_is_listed", of(LinkCheck), {"outcome": "odd"}),
    ("moved_link_says_where_to", of(LinkCheck), {"outcome": "moved"}),
    ("moved_link_says_where_to", of(LinkCheck), {"final_url": "https://example.org/"}),
    ("broken_link_says_since_when", of(LinkCheck), {"outcome": "gone"}),
    ("broken_link_says_since_when", of(LinkCheck), {"outcome": "fails", "failures": 1}),
    ("broken_link_says_since_when", of(LinkCheck), {"failures": 1}),
    ("page_once_an_edition", second_page, {"url": "https://example.org/1"}),
    ("page_change_is_listed", of(PageReading), {"change": "odd"}),
    ("changed_page_says_since_when", of(PageReading), {"change": "text"}),
    (
        "changed_page_says_since_when",
        of(PageReading),
        {"changed_at": timezone.now()},
    ),
    ("page_names_the_figures_it_lost", of(PageReading), {"lost": ["Effect: +4 months"]}),
]


@pytest.mark.parametrize(("rule", "make", "values"), RULES)
def test_the_database_refuses(rule: str, make: Callable[[], models.QuerySet], values: dict) -> None:
    if rule == "edition_state_is_listed":
        with pytest.raises(DatabaseError):  # the rules of its moves refuse it sooner
            make().update(**values)
        return
    assert_refused(rule, make(), **values)


@pytest.mark.parametrize("kind", ["strength", "cost"])
def test_a_step_is_one_of_its_own_scale(kind: str) -> None:
    own = make_scale("Low", "High", slug="own", rates=kind)
    other = make_scale("Low", slug="other", rates=kind)
    edition = row(Edition)

    assert_refused(
        f"{kind}_step_is_of_its_scale",
        edition,
        **{f"{kind}_scale": own, f"{kind}_step": other.levels.get()},
    )
    assert_refused(f"{kind}_step_needs_its_scale", edition, **{f"{kind}_step": own.levels.first()})
    edition.update(**{f"{kind}_scale": own, f"{kind}_step": own.levels.first()})


def test_a_summary_is_replaced_only_when_withdrawn_and_not_by_itself() -> None:
    gone, public = withdrawn(), make_edition().summary
    rule = "only_withdrawn_summaries_are_replaced"

    assert_refused(rule, gone, replaced_by=gone.get())
    assert_refused(rule, Summary.objects.filter(pk=public.pk), replaced_by=gone.get())
    gone.update(replaced_by=public)


def test_a_source_is_named_once_an_edition() -> None:
    rows = second_source()
    edition = rows.get().edition
    first = edition.sources.exclude(pk__in=rows).get()
    assert_refused("source_once_an_edition", rows, url=first.url)


@pytest.mark.parametrize("said", [{"reason": ""}, {"role": ""}])
def test_a_person_who_changes_a_list_says_why_and_in_which_role(said: dict[str, str]) -> None:
    change = ListChange(
        list_name="topic", row_id=1, reason="Clearer.", role="Secretariat editor", state="proposed"
    )
    change.by = make_row(User)
    for name, value in said.items():
        setattr(change, name, value)
    with pytest.raises(IntegrityError, match="list_change_of_a_person_has_a_reason"):
        change.save()


def test_a_summary_is_in_an_approach_once() -> None:
    rows = second_member()
    first = ApproachMember.objects.exclude(pk__in=rows).get()
    assert_refused("summary_once_an_approach", rows, summary=first.summary)


def test_an_entry_of_the_files_is_remembered_once() -> None:
    first, rows = make_row(DatasetEntry, key="a"), row(DatasetEntry, key="b")
    assert_refused("dataset_entry_once", rows, key=first.key)


def test_a_person_has_the_form_of_a_draft_open_once() -> None:
    first, rows = make_row(OpenForm), row(OpenForm)
    assert_refused(
        "one_open_form_a_person", rows, edition=first.edition, person=first.person
    )  # fmt: skip


# States


def test_a_summary_has_one_published_edition() -> None:
    edition = second_edition().get()
    actions.submit(edition=edition, change_note="Checked.")
    rows = Edition.objects.filter(pk=edition.pk)

    assert_refused(
        "one_published_edition_a_summary",
        rows,
        state=State.PUBLISHED,
        published_at=timezone.now(),
    )


def test_a_summary_has_one_open_edition() -> None:
    edition = second_edition().get()
    edition.pk, edition.number = None, 3
    with pytest.raises(IntegrityError, match="one_open_edition_a_summary"):
        edition.save(force_insert=True)


def test_an_edition_begins_as_a_draft() -> None:
    edition = make_draft()
    for state in State.values:
        if state != State.DRAFT:
            edition.pk, edition.number, edition.state = None, 9, state
            edition.published_at = timezone.now()
            with pytest.raises(DatabaseError, match="Cannot insert"), transaction.atomic():
                edition.save(force_insert=True)


def in_review() -> Edition:
    edition = make_draft()
    actions.submit(edition=edition)
    return edition


def superseded() -> Edition:
    edition = make_edition()
    make_edition(summary=edition.summary)
    return edition


def withdrawn_edition() -> Edition:
    return Edition.objects.get(summary__in=withdrawn())


MAKE: dict[str, Callable[[], Edition]] = {
    State.DRAFT: make_draft,
    State.IN_REVIEW: in_review,
    State.PUBLISHED: make_edition,
    State.SUPERSEDED: superseded,
    State.WITHDRAWN: withdrawn_edition,
}
ALLOWED = {
    (State.DRAFT, State.IN_REVIEW),
    (State.IN_REVIEW, State.DRAFT),
    (State.IN_REVIEW, State.SCHEDULED),
    (State.IN_REVIEW, State.PUBLISHED),
    (State.PUBLISHED, State.SUPERSEDED),
    (State.PUBLISHED, State.WITHDRAWN),
}
MOVES = [move for move in itertools.product(MAKE, State) if move[0] != move[1]]


@pytest.mark.parametrize(("before", "after"), [move for move in MOVES if move not in ALLOWED])
def test_no_other_move_of_states_is_possible(before: str, after: str) -> None:
    edition = MAKE[before]()
    with pytest.raises(DatabaseError, match=r"[Ii]nvalid transition|Cannot update"):
        sql("UPDATE evidence_edition SET state = %s WHERE id = %s", after, edition.pk)


TIMES: list[tuple[str, str, dict]] = [
    (State.DRAFT, "published_edition_says_when", {"published_at": "2999-01-01T00:00Z"}),
    (State.IN_REVIEW, "published_edition_says_when", {"state": State.PUBLISHED}),
    (State.PUBLISHED, "closed_edition_says_when", {"state": State.SUPERSEDED}),
    (
        State.PUBLISHED,
        "edition_published_before_closed",
        {"state": State.SUPERSEDED, "closed_at": "1999-01-01T00:00Z"},
    ),
    (
        State.IN_REVIEW,
        "edition_made_before_published",
        {"state": State.PUBLISHED, "published_at": "1999-01-01T00:00Z"},
    ),
]


@pytest.mark.parametrize(("state", "rule", "values"), TIMES)
def test_times_are_stated_and_in_order(state: str, rule: str, values: dict) -> None:
    assert_refused(rule, Edition.objects.filter(pk=MAKE[state]().pk), **values)


# What the public has seen stays as it was


def sql(statement: str, *parameters: Any) -> int:
    """Run a statement as any client of the database could; return the number of rows it touched."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def full_edition(**says: Any) -> Edition:
    """Publish an edition that says something in every field."""
    scale, prices = make_scale("Low", "High"), make_scale("£", "££", slug="prices", rates="cost")
    everything: dict[str, Any] = {
        "code": "C1",
        "implementation": ["Plan."],
        "caveats": ["Take care."],
        "settings": [make_setting()],
        "age_groups": ["children"],
        "impact_native": "Helps",
        "strength": "low",
        "strength_native": "High",
        "strength_scale": scale,
        "strength_step": scale.levels.get(label="High"),
        "cost": 2,
        "cost_native": "££",
        "cost_scale": prices,
        "cost_step": prices.levels.get(label="££"),
        "studies": 12,
        "countries": "Wales",
        "doubts": ["copy"],
        "data_note": "Counted by hand.",
        "search_words": ["buddies"],
    }
    return make_edition(**everything | says)


def other_value(field: Any) -> str:
    """Return the SQL for another value of a column."""
    column = f'"{field.column}"'
    if field.name == "state":
        return "'draft'"
    kinds = {
        "ArrayField": f"array_append({column}, 'x')",
        "BooleanField": f"NOT {column}",
        "DateField": f"COALESCE({column}, CURRENT_DATE) + 1",
        "DateTimeField": f"COALESCE({column}, now()) + interval '1 second'",
    }
    number = field.is_relation or field.get_internal_type() in {
        "BigAutoField",
        "PositiveIntegerField",
        "PositiveSmallIntegerField",
    }
    fallback = f"COALESCE({column}, 0) + 1" if number else f"{column} || 'x'"
    return kinds.get(type(field).__name__, fallback)


@pytest.mark.parametrize("state", [State.PUBLISHED, State.SUPERSEDED, State.WITHDRAWN])
def test_no_field_of_a_public_edition_changes_even_in_raw_sql(state: str) -> None:
    edition = full_edition()
    if state == State.SUPERSEDED:
        make_edition(summary=edition.summary)
    if state == State.WITHDRAWN:
        actions.withdraw(summary=edition.summary, reason="Out of date.")
    before = Edition.objects.values().get(pk=edition.pk)

    for field in Edition._meta.concrete_fields:
        column = f'"{field.column}"'
        refused = r"Cannot update|[Ii]nvalid transition|a check changes nothing"
        with pytest.raises(DatabaseError, match=refused):
            sql(
                f"UPDATE evidence_edition SET {column} = {other_value(field)} WHERE id = %s",
                edition.pk,
            )
    with pytest.raises(DatabaseError, match="Cannot delete"):
        sql("DELETE FROM evidence_edition WHERE id = %s", edition.pk)

    assert Edition.objects.values().get(pk=edition.pk) == before


PARTS = {
    "evidence_finding": ("effect = 'x'", "outcome_id", make_outcome),
    "evidence_source": ("note = 'x'", "", None),
    "evidence_edition_policy_areas": ("policyarea_id = %s", "policyarea_id", make_policy_area),
    "evidence_edition_topics": ("topic_id = %s", "topic_id", make_topic),
    "evidence_edition_audiences": ("audience_id = %s", "audience_id", make_audience),
    "evidence_edition_settings": ("setting_id = %s", "setting_id", make_setting),
}


def test_every_table_of_parts_is_tried() -> None:
    rows = {field.model_field.related_model for field in FIELDS if field.is_rows}
    links = {field.model_field.remote_field.through for field in FIELDS if field.is_links}
    assert set(PARTS) == {model._meta.db_table for model in rows | links}


@pytest.mark.parametrize("table", PARTS)
@pytest.mark.parametrize("state", [State.PUBLISHED, State.SUPERSEDED, State.WITHDRAWN])
def test_no_part_of_a_public_edition_changes_even_in_raw_sql(table: str, state: str) -> None:
    edition, draft = full_edition(), make_draft(slug="other", settings=[make_setting()])
    if state == State.SUPERSEDED:
        make_edition(summary=edition.summary)
    if state == State.WITHDRAWN:
        actions.withdraw(summary=edition.summary, reason="Out of date.")
    change, _, make = PARTS[table]
    other = [make("another").pk] if make and "%s" in change else []
    columns = 'edition_id, url, note, "order"'
    inserts = {
        "evidence_source": f"INSERT INTO evidence_source ({columns}) VALUES (%s, 'https://b.org', '', 9)",
    }
    attempts: list[tuple[str, list[Any]]] = [
        (f"UPDATE {table} SET {change} WHERE edition_id = %s", [*other, edition.pk]),
        (f"DELETE FROM {table} WHERE edition_id = %s", [edition.pk]),
        (f"UPDATE {table} SET edition_id = %s WHERE edition_id = %s", [draft.pk, edition.pk]),
        (f"UPDATE {table} SET edition_id = %s WHERE edition_id = %s", [edition.pk, draft.pk]),
    ]
    if table in inserts:
        attempts.append((inserts[table], [edition.pk]))
    rows = sql(f"SELECT * FROM {table} WHERE edition_id = %s", edition.pk)
    assert rows > 0

    for statement, parameters in attempts:
        with pytest.raises(DatabaseError, match="are fixed"):
            sql(statement, *parameters)

    assert sql(f"SELECT * FROM {table} WHERE edition_id = %s", edition.pk) == rows


def test_parts_of_a_draft_can_change() -> None:
    draft = make_draft(settings=[make_setting()])
    for table, (change, _, make) in PARTS.items():
        other = [make("another").pk] if make and "%s" in change else []
        assert sql(f"UPDATE {table} SET {change} WHERE edition_id = %s", *other, draft.pk)
        assert sql(f"DELETE FROM {table} WHERE edition_id = %s", draft.pk)


def test_a_summary_keeps_its_address_once_it_was_submitted_and_is_never_deleted() -> None:
    draft = make_draft(slug="yef-mentoring")
    summary, other = draft.summary, make_centre("eef")
    assert sql("UPDATE evidence_summary SET slug = 'yef-mentors' WHERE id = %s", summary.pk) == 1
    actions.submit(edition=draft)

    for change in ("slug = 'other'", f"centre_id = {other.pk}"):
        with pytest.raises(DatabaseError, match="address of a summary is fixed"):
            sql(f"UPDATE evidence_summary SET {change} WHERE id = %s", summary.pk)
    with pytest.raises(DatabaseError, match="Cannot delete"):
        sql("DELETE FROM evidence_summary WHERE id = %s", summary.pk)


def test_what_a_public_edition_refers_to_cannot_go() -> None:
    edition = full_edition(kind=make_kind("trial"))
    for table, key in (
        ("evidence_kind", edition.kind_id),
        ("evidence_topic", edition.topics.get().pk),
        ("evidence_outcome", edition.findings.get().outcome_id),
        ("centres_ratinglevel", edition.strength_step_id),
        ("centres_centre", edition.summary.centre_id),
    ):
        with pytest.raises(IntegrityError):
            remove(table, key)


@transaction.atomic
def remove(table: str, key: Any) -> None:
    sql(f"DELETE FROM {table} WHERE id = %s", key)
    connection.check_constraints()


def test_every_rule_is_tested() -> None:
    tested = {rule for rule, _, _ in RULES} | {rule for _, rule, _ in TIMES}
    tested |= {slug_rule(model) for model in MODELS}
    tested |= {
        "edition_updated_is_partial_date",
        "only_withdrawn_summaries_are_replaced",
        "one_published_edition_a_summary",
        "one_open_edition_a_summary",
        "strength_step_needs_its_scale",
        "cost_step_needs_its_scale",
        "source_once_an_edition",
        "summary_once_an_approach",
        "dataset_entry_once",
        "list_change_of_a_person_has_a_reason",
        "one_open_form_a_person",
        # test_list_changes.py
        "list_change_is_decided_by_another_person",
        "one_proposed_change_a_row",
        "planned_withdrawal_has_a_reason",  # test_withdrawals.py, as the next
        "planned_withdrawal_is_not_for_itself",
        # test_four_eyes.py
        "approver_is_another_person",
        "public_edition_was_approved",
        "unreviewed_edition_has_no_approval",
        "scheduled_edition_was_approved",
        "emergency_has_a_reason",
        "check_is_public_and_has_a_review_date",  # test_checked.py
        # test_confirmations.py
        "one_confirmation_a_summary",
        "confirmation_is_by_a_person",
        "confirmation_ends_for_a_reason",
        # test_comments.py
        "comment_is_by_a_person_or_of_a_fact_check",
        "only_a_fact_check_has_a_verdict",
        "comment_says_something",
        "comment_is_not_too_long",
        "conversation_is_dealt_with_by_a_person",
        "fact_check_is_asked_by_a_person",
        "fact_check_ends_within_30_days",
        "fact_check_ended_says_by_whom",
    }
    tested |= {  # test_list_endings.py
        f"{model._meta.model_name}_{rule}"
        for model in paths()
        for rule in ("ends_by_the_rules", "is_not_its_own_successor")
    }
    assert {one.name for model in MODELS for one in model._meta.constraints} <= tested
    assert Approach in MODELS
