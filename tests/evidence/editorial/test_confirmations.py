"""A centre puts its name to figures: who may, what that covers, when it is lost, and that nobody gets round it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from centres.models import Centre, RatingLevel
from evidence.dataset import list_changes
from evidence.dataset.list_history import List, entry_of
from evidence.editorial import actions
from evidence.editorial.actions import NotOfTheCentre, Stale, WrongState
from evidence.editorial.content import digest_of
from evidence.editorial.dashboard import dashboard_context, needing
from evidence.editorial.figures import FIGURES, confirmed_of, digest_of_figures, with_confirmation
from evidence.models import AuditEntry, Confirmation, Edition, Finding, Outcome, Source
from evidence.models.content_fields import FIELDS
from portal import published
from portal.mail.outbox import Notice
from portal.templatetags.portal_tags import day
from tests.evidence.editorial.test_batches import choose
from tests.evidence.editorial.test_batches import confirm as batch
from tests.evidence.editorial.test_diff import everything_else
from tests.evidence.editorial.test_workflow_pages import Person
from tests.evidence.models.test_constraints import full_edition, other_value
from tests.factories import (
    make_centre,
    make_draft,
    make_edition,
    make_editions,
    make_outcome,
    make_product,
)
from tests.people import ROLES, make_person
from tests.portal.test_admin import address, form_values
from tests.reading_pages import plain, text_of
from tests.web_role import web_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Centre:
    return make_centre("yef")


@pytest.fixture
def ed(home: Centre) -> User:
    return make_person("ed", "Centre editor", centre=home)


def confirm(edition: Edition, by: User) -> Confirmation:
    read = Edition.objects.for_reading().get(pk=edition.pk)
    actions.confirm_figures(edition=read, by=by, seen=digest_of_figures(read))
    return edition.summary.confirmations.get(ended_at=None)


def holds(edition: Edition) -> bool:
    return edition.summary.confirmations.held().exists()


def said_last(edition: Edition) -> tuple[str, str]:
    """Return what the log says last of a summary, and the comment."""
    entry = AuditEntry.objects.filter(summary=edition.summary).exclude(action="published").first()
    assert entry
    return entry.action, entry.comment


# What is confirmed, and when it is lost

# Fields that may change without a word from the centre. A new field must be here or be declared a figure.
NO_FIGURES = {
    "title", "code", "product", "kind", "policy_areas", "topics", "audiences", "settings", "age_groups", "bottom_line",
    "key_findings", "implementation", "caveats", "source_url", "sources", "search_words",
}  # fmt: skip


def test_every_field_is_a_figure_or_is_none() -> None:
    assert {field.name for field in FIGURES} == {field.name for field in FIELDS} - NO_FIGURES


def test_it_stays_through_every_other_change_and_is_lost_with_a_figure(
    home: Centre, ed: User
) -> None:
    make_product("toolkit", centre=home, names=["Toolkit", "Guidelines"])
    edition = make_edition(centre=home)
    confirm(edition, ed)
    others = everything_else()
    make_edition(summary=edition.summary, **{name: others[name] for name in NO_FIGURES})
    assert holds(edition)

    make_edition(summary=edition.summary, findings=others["findings"])
    assert not holds(edition)
    assert said_last(edition) == ("confirmation-lost", "A figure or rating changed with edition 3.")


def test_an_outcome_that_is_merged_into_another_is_still_the_same_finding(
    home: Centre, ed: User
) -> None:
    edition = make_edition(centre=home)
    confirm(edition, ed)
    merged, other = edition.findings.get().outcome, make_outcome("offending")
    Outcome.objects.filter(pk=merged.pk).update(ended="merged", instead=other)
    same = make_edition(summary=edition.summary, findings=[
        {"outcome": other, "direction": "beneficial", "effect": "19% reduction"}
    ])  # fmt: skip
    assert same.findings.get().outcome == other
    assert holds(edition)


def lost(edition: Edition) -> list[str]:
    """Return the names of the figures that would end the confirmation, as a draft's pages ask for them."""
    confirmed = confirmed_of(with_confirmation(Edition.objects.filter(pk=edition.pk)).get())
    assert confirmed
    return [field.name for field in confirmed.lost]


def test_the_database_compares_each_column_that_is_a_figure_and_no_other(ed: User) -> None:
    """The declaration in Python and the function in SQL are the same list, down to the columns of a finding."""
    public = full_edition(doubts=[])
    confirm(public, ed)
    edition = actions.open_edition(summary=public.summary)
    assert lost(edition) == []
    figures = {field.name for field in FIGURES}

    def changes(table: str, column: str, value: str, where: str) -> list[str]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            cursor.execute(f'UPDATE {table} SET "{column}" = {value} WHERE {where}')
            found = lost(edition)
            transaction.set_rollback(True)
        return found

    for field in [one.model_field for one in FIELDS if not one.is_links and not one.is_rows]:
        value = ANOTHER.get(field.name) or other_value(field)
        changed = changes("evidence_edition", field.column, value, f"id = {edition.pk}")
        assert changed == [field.name] * (field.name in figures)
    for name in ("review_due", "change_note", "minor"):
        noted: Any = Edition._meta.get_field(name)
        assert not changes(
            "evidence_edition", noted.column, other_value(noted), f"id = {edition.pk}"
        )
    make_outcome("health")
    for model in (Finding, Source):
        columns: Any = model._meta.concrete_fields
        for one in columns:
            if one.name not in {"id", "edition"}:
                value = ANOTHER.get(one.name) or other_value(one)
                changed = changes(
                    model._meta.db_table, one.column, value, f"edition_id = {edition.pk}"
                )
                is_figure = model is Finding and one.name != "order"
                assert changed == ["findings"] * is_figure, one.name
    # The function reads no table of links.
    assert not [one.name for one in FIELDS if one.is_links and one.name in figures]


# Another value for a column of which not every value is allowed. (Foreign keys are only asked for at the end of a transaction.)
ANOTHER = {
    "direction": "'mixed'", "strength": "'high'", "updated": "'1999'", "missing": "ARRAY['date-none']",
    "doubts": "ARRAY['older-page']", "age_groups": "ARRAY['young-people']",
    "outcome": "(SELECT id FROM evidence_outcome WHERE slug = 'health')",
}  # fmt: skip


ENDS = "Publishing this edition ends the centre’s confirmation"


def test_a_draft_says_beforehand_that_publishing_it_ends_the_confirmation_and_why(
    home: Centre,
) -> None:
    person = Person("ed", "Centre editor", centre=home)
    edition = make_edition(centre=home, studies=12)
    draft = actions.open_edition(summary=edition.summary)
    form, review = (address(Edition, page, draft.pk) for page in ("change", "review"))

    def said(url: str) -> str:
        return text_of(person.client, url)

    def save(**values: Any) -> Any:
        loaded = form_values(person.client.get(form))
        return person.client.post(form, loaded | values)

    save(studies="13")
    assert ENDS not in said(form) + said(review)  # nobody has confirmed anything

    confirm(edition, User.objects.get(username="ed"))
    for url in (form, review):
        assert f"{ENDS} of {day(timezone.localdate())}, because" in said(url)
        assert "has confirmed: Number of studies. The centre" in said(url)

    save(studies="12", title="Another title")
    assert ENDS not in said(form) + said(review)
    assert "The centre confirmed its figures on" in said(form)

    refused = save(**{"studies": "14", "title": "", "findings-0-effect": "20% reduction"})
    shown = re.findall(r'<li data-figure="(\w+)" data-changed>', refused.content.decode())
    assert shown == ["findings", "studies"]  # before it is saved


def test_a_batch_says_of_each_draft_whether_it_ends_a_confirmation(home: Centre, ed: User) -> None:
    editions = make_editions(2, centre=home, studies=12)
    for edition, studies in zip(editions, (12, 13), strict=True):
        confirm(edition, ed)
        draft = actions.open_edition(summary=edition.summary)
        Edition.objects.filter(pk=draft.pk).update(studies=studies)
    drafts = list(Edition.objects.filter(state="draft"))
    sue = Person("sue", "Secretariat editor")
    for action, times in {"submit": 1, "change": 1, "assign": 0, "discard": 0}.items():
        page = choose(sue, action, drafts)
        assert plain(page.content.decode()).count(ENDS) == times, action


def test_it_stays_through_a_check_and_ends_with_a_withdrawal_for_good(
    home: Centre, ed: User
) -> None:
    edition = make_edition(centre=home)
    confirm(edition, ed)
    light = actions.confirm(
        edition=edition, by=ed, digest=digest_of(edition), review_due=timezone.localdate().replace(year=2100)
    )  # fmt: skip
    assert holds(edition)

    actions.withdraw(summary=light.summary, reason="Out of date.")
    assert not holds(edition)
    assert said_last(edition) == ("confirmation-lost", "The summary was withdrawn.")
    make_edition(summary=edition.summary)
    assert not holds(edition)


def test_a_figure_that_changes_and_changes_back_is_confirmed_anew_or_not_at_all(
    home: Centre, ed: User
) -> None:
    edition = make_edition(centre=home, studies=12)
    confirm(edition, ed)
    make_edition(summary=edition.summary, studies=13)
    back = make_edition(summary=edition.summary, studies=12)
    assert not holds(edition)
    confirm(back, ed)
    assert Confirmation.objects.count() == 2


def test_the_words_of_a_step_are_the_centres_and_its_meaning_is_of_the_scale(
    ed: User,
) -> None:
    edition = full_edition(doubts=[])
    confirm(edition, ed)
    step = edition.strength_step
    assert step
    RatingLevel.objects.filter(pk=step.pk).update(meaning="Much is known.")
    assert holds(edition)

    sue, pat = make_person("sue", "Secretariat editor"), make_person("pat", "Publisher")
    entry = entry_of(List("rating-scale"), step.scale_id)
    assert entry
    for level in entry["levels"]:
        level["label"] = "Very high" if level["label"] == step.label else level["label"]
    change = list_changes.propose(
        name=List("rating-scale"), row=step.scale_id, after=entry, reason="The centre says so.", by=sue
    )  # fmt: skip
    assert holds(edition)
    list_changes.approve(change=change, by=pat)
    assert not holds(edition)
    action, comment = said_last(edition)
    assert action == "confirmation-lost"
    assert comment == "A step of the rating scale is called “Very high” now, and was called “High”."


# Who may


@pytest.mark.parametrize("role", [*ROLES, "Superuser"])
@pytest.mark.parametrize("member", [True, False])
def test_only_an_editor_of_the_centre_itself_confirms(
    role: str, member: bool, home: Centre
) -> None:
    edition = make_edition(centre=home)
    mine = home if member else make_centre("eef")
    person = Person("me", *([] if role == "Superuser" else [role]), centre=mine)
    if role == "Superuser":
        User.objects.filter(username="me").update(is_superuser=True)
    may = member and role in {"Centre editor", "Superuser"}
    seen = digest_of_figures(Edition.objects.for_reading().get(pk=edition.pk))

    person.client.post(
        address(Edition, "review", edition.pk), {"step": "confirm", "digest": seen, "sure": "on"}
    )
    assert holds(edition) == may
    if not member:
        with pytest.raises(NotOfTheCentre):
            confirm(edition, User.objects.get(username="me"))


def test_it_is_taken_back_with_a_reason_and_no_other_centre_can(home: Centre, ed: User) -> None:
    edition = make_edition(centre=home)
    with pytest.raises(WrongState, match="has not confirmed"):
        actions.take_back_confirmation(edition=edition, by=ed, reason="Wrong.")
    confirm(edition, ed)
    with pytest.raises(WrongState, match="confirmed these figures already, on"):
        confirm(edition, ed)
    with pytest.raises(NotOfTheCentre):
        actions.take_back_confirmation(edition=edition, by=make_person("eve"), reason="Wrong.")
    with pytest.raises(actions.Incomplete):
        actions.take_back_confirmation(edition=edition, by=ed, reason=" ")
    actions.take_back_confirmation(edition=edition, by=ed, reason="The strand was rated anew.")
    assert not holds(edition)
    assert said_last(edition) == ("confirmation-undone", "The strand was rated anew.")
    entry = AuditEntry.objects.get(action="confirmed")
    assert (entry.by, entry.digest) == (ed, digest_of(edition))


def test_figures_in_doubt_are_not_confirmed_until_the_doubt_is_gone(ed: User) -> None:
    doubtful = full_edition()
    with pytest.raises(WrongState, match="These figures are in doubt: read in a copy"):
        confirm(doubtful, ed)
    me = Person("me", "Centre editor", centre=make_centre("yef"))
    assert "read in a copy" in choose(me, "confirm", [doubtful]).content.decode()
    page = me.client.get(address(Edition, "review", doubtful.pk)).content.decode()
    assert "These figures are in doubt" in page
    assert "I say for the centre" not in page
    certain = make_edition(summary=doubtful.summary, doubts=[])
    confirm(certain, ed)
    again = make_edition(summary=doubtful.summary, doubts=["older-page"])
    assert not holds(certain)
    assert again in Edition.objects.filter(needing("unconfirmed"))
    assert not Edition.objects.filter(needing("confirmable"))


def test_what_was_not_read_is_not_confirmed(ed: User) -> None:
    edition = full_edition(doubts=[])
    seen = digest_of_figures(Edition.objects.for_reading().get(pk=edition.pk))
    RatingLevel.objects.filter(pk=edition.strength_step_id or 0).update(label="Very high")
    with pytest.raises(Stale), transaction.atomic():
        actions.confirm_figures(edition=edition, by=ed, seen=seen)
    with pytest.raises(WrongState):
        confirm(make_draft(centre=make_centre("yef")), ed)
    assert not Confirmation.objects.exists()


# Nobody gets round it

LOGGED = """
    INSERT INTO evidence_auditentry (at, action, summary_id, edition_number, by_id, comment, digest)
    SELECT now(), 'confirmed', id, 1, {person}, '', '' FROM evidence_summary;
"""
CONFIRMED = """
    INSERT INTO evidence_confirmation (summary_id, edition_number, by_id, reason)
    SELECT id, 1, {person}, '' FROM evidence_summary;
"""
FORGERIES: dict[str, tuple[str, str]] = {
    "in doubt": (LOGGED + CONFIRMED, "in doubt"),
    "unlogged": (CONFIRMED, "not in the audit log"),
    "a second time": (LOGGED + CONFIRMED + CONFIRMED, "one_confirmation_a_summary"),
    "by nobody": ((LOGGED + CONFIRMED).replace("{person}", "NULL"), "only an editor"),
    "by somebody else": (LOGGED + CONFIRMED.replace("{person}", "{stranger}"), "only an editor"),
    "logged of another": (
        LOGGED.replace("{person}", "{stranger}") + CONFIRMED, "not in the audit log",
    ),
    "of an older edition": (
        LOGGED + CONFIRMED.replace("id, 1", "id, 9"), "only what is published",
    ),
}  # fmt: skip
TAMPERING: dict[str, tuple[str, str]] = {
    "dated back": ("UPDATE evidence_confirmation SET at = '2020-01-01'", "denied|Cannot update"),
    "another edition": (
        "UPDATE evidence_confirmation SET edition_number = 2", "denied|Cannot update",
    ),
    "another person": ("UPDATE evidence_confirmation SET by_id = {stranger}", "denied|Cannot update"),
    "removed": ("DELETE FROM evidence_confirmation", "denied|Cannot delete"),
    "ended in silence": (
        "UPDATE evidence_confirmation SET ended_at = now(), reason = 'x'", "not in the audit log",
    ),
    "ended for no reason": (
        LOGGED.replace("'confirmed'", "'confirmation-undone'")
        + "UPDATE evidence_confirmation SET ended_at = now(), ended_by_id = {person}",
        "confirmation_ends_for_a_reason",
    ),
}  # fmt: skip


@pytest.mark.parametrize("as_web", [True, False], ids=["web", "owner"])
@pytest.mark.parametrize(("trick", "refusal"), FORGERIES.values(), ids=FORGERIES)
def test_none_is_forged(trick: str, refusal: str, as_web: bool, home: Centre, ed: User) -> None:
    make_edition(centre=home, data_note="Old.", doubts=["copy"] if refusal == "in doubt" else [])
    refuses(trick, refusal, as_web, ed)
    assert not Confirmation.objects.exists()


@pytest.mark.parametrize("as_web", [True, False], ids=["web", "owner"])
@pytest.mark.parametrize(("trick", "refusal"), TAMPERING.values(), ids=TAMPERING)
def test_one_that_is_given_stays_as_it_was(
    trick: str, refusal: str, as_web: bool, home: Centre, ed: User
) -> None:
    before = confirm(make_edition(centre=home), ed)
    refuses(trick, refusal, as_web, ed)
    now = Confirmation.objects.get()
    assert (now.at, now.edition_number, now.by, now.ended_at) == (before.at, 1, ed, None)


def refuses(trick: str, refusal: str, as_web: bool, ed: User) -> None:
    stranger = make_person("a stranger")
    statement = trick.format(person=ed.pk, stranger=stranger.pk)
    run: Callable[[], Any] = lambda: _execute(statement)  # noqa: E731  # for both roles
    if as_web:
        with web_role(), pytest.raises(DatabaseError, match=refusal):
            run()
    else:
        with pytest.raises(DatabaseError, match=refusal):
            run()


def _execute(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_role_of_the_web_confirms_and_loses_and_takes_back_as_people_do(
    home: Centre, ed: User
) -> None:
    pat = make_person("pat", "Publisher")
    edition = make_edition(centre=home, studies=12)
    with web_role():
        confirm(edition, ed)
        actions.take_back_confirmation(edition=edition, by=ed, reason="Wrong.")
        confirm(edition, ed)
        draft = actions.open_edition(summary=edition.summary, by=ed)
        draft.studies = 13
        actions.record_edit(edition=draft, by=ed)
        due = timezone.localdate().replace(year=2100)
        actions.submit(edition=draft, by=ed, change_note="Counted anew.", review_due=due)
        actions.approve(edition=draft, by=pat, digest=digest_of(draft))
    assert said_last(edition)[0] == "confirmation-lost"
    assert not holds(edition)


# What people see


def test_readers_see_the_centre_and_the_day_and_never_the_person(
    home: Centre, ed: User, client: Any
) -> None:
    User.objects.filter(pk=ed.pk).update(first_name="Edwina", last_name="Zander")
    edition = make_edition(centre=home, studies=12, title="Zither lessons")
    url = edition.get_absolute_url()
    assert "Confirmed by the centre No " in text_of(client, url)

    held = confirm(edition, ed)
    published.check(now=True)
    page = text_of(client, url)
    on = day(held.day)
    assert f"{home.name} confirmed these ratings and figures on {on}" in page
    assert f"Confirmed by the centre On {on}: the ratings, the figures" in page
    assert "Zander" not in page
    assert "Confirmed by the centre No " not in page
    row = client.get("/evidence.json?q=zither").json()["results"][0]
    assert row["confirmed_by_centre_on"] == held.day.isoformat()
    assert client.get("/evidence.csv").getvalue().decode().rstrip().endswith(f",{held.day}")

    make_edition(summary=edition.summary, studies=13)
    published.check(now=True)
    assert "Confirmed by the centre No " in text_of(client, url)
    earlier = text_of(client, f"{url}history/1/")
    assert "onfirmed by the centre" not in earlier
    assert "confirmed these" not in earlier
    assert (
        client.get("/evidence.json?q=zither").json()["results"][0]["confirmed_by_centre_on"] is None
    )


def test_coverage_counts_them_and_a_comparison_names_them(
    home: Centre, ed: User, client: Any
) -> None:
    make_product("toolkit", centre=home, names=["Toolkit"])
    first, second = make_edition(centre=home), make_edition(centre=home)
    both = f"/compare/?summary={first.summary.slug}&summary={second.summary.slug}"
    assert "No centre has confirmed the ratings and figures" in text_of(client, "/coverage/")
    assert "confirmed by the centre" not in text_of(client, both)

    confirm(first, ed)
    published.check(now=True)
    assert "ratings and figures of 1 of the 2 summaries" in text_of(client, "/coverage/")
    assert "1 of 2 summaries" in text_of(client, "/coverage/toolkit/")
    assert ",1,http" in client.get("/coverage.csv").getvalue().decode()
    assert "Figures confirmed by the centre" in text_of(client, both)


# Many at once, mail, and the first page


def test_many_are_confirmed_after_their_figures_were_read_and_others_are_named(
    home: Centre, ed: User
) -> None:
    me = Person("me", "Centre editor", centre=home)
    editions = [make_edition(centre=home, studies=number) for number in (31, 32, 33)]
    confirm(editions[0], ed)

    page = choose(me, "confirm", editions)
    text = plain(page.content.decode())
    assert "Number of studies 32" in text
    assert "The centre has confirmed these figures already, on" in text
    assert "1 of 3 cannot be done" in text
    without_word = plain(batch(me, "confirm", page, together="each").content.decode())
    assert "Tick this if you mean it." in without_word
    done = batch(me, "confirm", page, together="each", sure="on").content.decode()
    assert "2 editions confirmed for the centre." in done
    assert all(holds(edition) for edition in editions)
    assert AuditEntry.objects.filter(action="confirmed", by=me.user).count() == 2

    page = choose(me, "unconfirm", editions[1:])
    batch(me, "unconfirm", page, reason="The wrong ones.")
    assert [holds(edition) for edition in editions] == [True, False, False]


def test_what_has_no_value_is_not_in_the_list_of_what_is_confirmed(home: Centre) -> None:
    me = Person("me", "Centre editor", centre=home)
    edition = make_edition(
        centre=home, studies=None, strength="not-rated", strength_native="", cost_native="Cheap",
        missing=["studies-not-read", "strength-none"],
    )  # fmt: skip
    review = me.client.get(address(Edition, "review", edition.pk))
    many = choose(me, "confirm", [edition])
    for page in (review, many):
        table = page.content.decode().rpartition('<table class="portal-changes portal-text')[2]
        said = plain(table.partition("</table>")[0])
        assert "Cheap" in said
        assert "Strength of evidence: the centre gives none" in said
        assert "Number of studies" not in said
        assert "ot yet read" not in said
        assert "ot rated" not in said


def test_a_page_of_many_asks_for_as_many_as_for_few(
    home: Centre, django_assert_num_queries: Any
) -> None:
    me = Person("me", "Centre editor", centre=home)
    editions = make_editions(12, centre=home)
    with CaptureQueriesContext(connection) as few:
        choose(me, "confirm", editions[:2])
    with django_assert_num_queries(len(few)):
        choose(me, "confirm", editions)


def test_colleagues_and_the_secretariat_are_told_and_the_loss_is_on_the_first_page(
    home: Centre, ed: User
) -> None:
    for name, role, centre in [
        ("eva", "Centre editor", home),
        ("eve", "Centre editor", make_centre("eef")),
        ("sue", "Secretariat editor", None),
        ("pat", "Publisher", None),
    ]:
        make_person(name, role, centre=centre, email=f"{name}@example.org")
    User.objects.filter(pk=ed.pk).update(email="ed@example.org")
    edition = make_edition(centre=home, studies=12)
    confirm(edition, ed)
    assert told() == {("eva", "Confirmed by the centre"), ("sue", "Confirmed by the centre")}

    now = make_edition(summary=edition.summary, studies=13)
    assert told() == {("eva", "Confirmation lost"), ("ed", "Confirmation lost")}
    lists = {one.title: one.editions for one in dashboard_context(ed)["waiting"]}
    assert lists["No longer confirmed by the centre"] == [now]
    needs = {name: list(Edition.objects.filter(needing(name))) for name in NEEDS}
    assert needs == {"unconfirmed": [now], "confirmable": [now], "confirmation-lost": [now]}
    confirm(now, ed)
    assert not any(Edition.objects.filter(needing(name)) for name in NEEDS)


NEEDS = ("unconfirmed", "confirmable", "confirmation-lost")


def told() -> set[tuple[str, str]]:
    """Return who was told what since the last look."""
    found = set(Notice.objects.values_list("person__username", "headline"))
    Notice.objects.all().delete()
    return found
