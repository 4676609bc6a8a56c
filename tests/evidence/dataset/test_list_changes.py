"""A list changes when a second person has approved it, and not before. Actions, admin and the database all make sure of it."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.forms import modelform_factory
from django.test import Client
from django.utils.html import strip_tags
from psycopg.errors import UniqueViolation

from centres.models import Centre, CommonLevel, RatingScale, SpendingFigure
from evidence.admin.list_changes import ReasonForm
from evidence.dataset.list_changes import approve, propose, propose_ending, send_back, take_back
from evidence.dataset.list_history import LISTS, entry_of, keep_history_of_all
from evidence.dataset.membership import MemberChange, propose_membership
from evidence.dataset.parts import Links, Rows
from evidence.dataset.write_rows import reason_of
from evidence.editorial.actions import ActionError, AlreadyOpen, SamePerson, Stale, WrongState
from evidence.models import ListChange, Outcome, SynonymGroup, Topic
from tests.factories import make_edition, make_outcome, make_policy_area, make_topic
from tests.people import make_person
from tests.portal.accounts.test_second_factor_race import elsewhere
from tests.portal.test_admin import address, form_values
from tests.web_role import web_role

pytestmark = pytest.mark.django_db

List, State = ListChange.List, ListChange.State


class Browser:
    """A person in admin."""

    def __init__(self, name: str, *roles: str) -> None:
        self.user = make_person(name, *roles)
        self.client = Client()
        self.client.force_login(self.user)

    def save(self, row: Any, **values: Any) -> str:
        """Save the form of a row and return the text of the page afterwards."""
        url = address(type(row), "change", row.pk)
        posted = form_values(self.client.get(url)) | values
        return self.client.post(url, posted, follow=True).content.decode()

    def step(self, change: ListChange, step: str, **values: str) -> str:
        url = address(ListChange, "change", change.pk)
        return self.client.post(url, {"step": step} | values, follow=True).content.decode()


@pytest.fixture
def editor() -> Browser:
    return Browser("marta", "Secretariat editor")


@pytest.fixture
def publisher() -> Browser:
    return Browser("pat", "Publisher")


def proposed(by: User, row: Topic, **says: Any) -> ListChange:
    after = entry_of(List.TOPIC, row.pk)
    assert after
    return propose(name=List.TOPIC, row=row.pk, after=after | says, reason="Clearer.", by=by)


def label_of(row: Any) -> str:
    return str(type(row).objects.get(pk=row.pk).label)


def test_a_saved_row_waits_for_another_person_and_then_changes(editor, publisher):
    topic = make_topic(label="Reading")
    area = make_policy_area("schools")
    form = editor.client.get(address(Topic, "change", topic.pk)).content.decode()
    assert 'value="Propose the change"' in form
    assert re.search(r">\s*Address:?\s*</label>", form)  # as the guide calls it
    assert "Slug" not in form
    assert "Propose to delete it" in form
    assert 'value="Save' not in form

    page = editor.save(topic, label="Literacy", policy_areas=[area.pk], reason="Wider.")

    assert "Proposed. Somebody else has to approve it" in page
    assert "<del>Reading</del></td><td><ins>Literacy</ins>" in page
    assert label_of(topic) == "Reading"
    change = ListChange.objects.proposed().get()
    assert (
        "Approve"
        not in editor.client.get(address(ListChange, "change", change.pk)).content.decode()
    )

    approved = publisher.step(change, "approve")
    assert "Approved: the public can read it within seconds." in approved
    assert f'<a href="{topic.get_absolute_url()}">View on site</a>' in approved

    assert label_of(topic) == "Literacy"
    assert list(topic.policy_areas.all()) == [area]
    change.refresh_from_db()
    assert (change.state, change.role, change.decided_role) == (
        "made", "Secretariat editor", "Publisher",
    )  # fmt: skip
    assert change.decided_at
    assert change.decided_at > change.at


def test_a_form_in_which_only_the_reason_is_new_proposes_nothing_and_says_so(editor):
    topic = make_topic(label="Reading")

    page = editor.save(topic, reason="Wider, and in words of our own.")

    assert "Nothing differs from what it says now, so nothing was proposed." in page
    assert ">\nWider, and in words of our own.</textarea>" in page
    assert "changed successfully" not in page
    assert 'value="Propose the change"' in page
    assert not ListChange.objects.exists()


def test_a_deletion_that_is_not_proposed_keeps_the_reason(editor):
    topic = make_topic(label="Reading")
    other = make_person("otto", "Secretariat editor")
    url = address(Topic, "delete", topic.pk)
    assert (
        "Say why it should be deleted." in editor.client.post(url, {"reason": " "}).content.decode()
    )
    proposed(other, topic, label="Literacy")

    page = editor.client.post(
        url, {"post": "yes", "reason": "Nobody asks for it."}
    ).content.decode()

    assert "A change of it waits for approval" in page
    assert "Nobody asks for it.</textarea>" in page
    assert Topic.objects.filter(pk=topic.pk).exists()


def test_a_change_names_rows_and_choices_by_their_labels(editor):
    area = make_policy_area("early-learning", label="Learning before school")
    topic, other = make_topic(label="Reading"), make_topic("technology", label="Computers in class")
    outcome = make_outcome(label="Absence", better_when="lower")
    after = {"policy_areas": ["early-learning"], "ended": "merged", "instead": "technology"}
    outcome_after = (entry_of(List.OUTCOME, outcome.pk) or {}) | {"better_when": "higher"}

    of_topic = proposed(editor.user, topic, **after)
    of_outcome = propose(
        name=List.OUTCOME, row=outcome.pk, after=outcome_after, reason="So.", by=editor.user
    )
    pages = [
        editor.client.get(address(ListChange, "change", one.pk)).content.decode()
        for one in (of_topic, of_outcome)
    ]

    for label in (area.label, other.label, "Merged into another"):
        assert f"<ins>{label}</ins>" in pages[0]
    assert "technology" not in pages[0]
    for label in Outcome.Better.labels:
        assert label in strip_tags(pages[1])


def test_changes_are_found_by_who_proposed_and_who_decided(editor, publisher):
    row, other = make_topic(label="Reading"), make_topic("writing", label="Writing")
    publisher.step(proposed(editor.user, row, label="Literacy"), "approve")
    proposed(make_person("otto", "Secretariat editor"), other, label="Authorship")

    def found(**asked: str) -> set[str]:
        page = editor.client.get(address(ListChange, "changelist"), asked)
        return {change.name for change in page.context["cl"].result_list}

    assert found(proposed="MART") == {"Literacy"}
    assert found(proposed="otto") == {"Authorship"}
    assert found(decided="pat") == {"Literacy"}
    assert found(decided="nobody") == set()
    assert found(proposed="") == {"Literacy", "Authorship"}


def test_the_history_of_a_row_is_the_list_of_its_changes_and_a_change_is_found_by_its_words(
    editor, publisher
):
    topic, other = make_topic(label="Reading"), make_topic("writing", label="Writing")
    for row, label in ((topic, "Literacy"), (other, "Authorship")):
        publisher.step(
            proposed(make_person(label, "Secretariat editor"), row, label=label), "approve"
        )

    history = editor.client.get(address(Topic, "history", topic.pk), follow=True).content.decode()
    changes = address(ListChange, "changelist")
    found = editor.client.get(changes, {"q": "authorship"}).content.decode()

    assert ("Literacy" in history, "Authorship" in history) == (True, False)
    assert ("Literacy" in found, "Authorship" in found) == (False, True)


def test_nobody_decides_on_their_own_proposal_in_any_role():
    both = Browser("both", "Secretariat editor", "Publisher")
    topic = make_topic(label="Reading")
    change = proposed(both.user, topic, label="Literacy")

    for step in (approve, send_back):
        with pytest.raises(SamePerson):
            step(change=change, by=both.user, **({"comment": "x"} if step is send_back else {}))
    both.step(change, "approve")
    with pytest.raises(DatabaseError, match="decided_by_another_person"), transaction.atomic():
        ListChange.objects.filter(pk=change.pk).update(state="made", decided_by=both.user)
    with pytest.raises(DatabaseError, match=r"Cannot insert"), transaction.atomic():
        ListChange.objects.create(
            list_name="topic", row_id=topic.pk, by=both.user, reason="x", role="x", state="made"
        )
    assert label_of(topic) == "Reading"


def test_a_publisher_sends_back_with_a_comment_and_the_editor_puts_it_away(editor, publisher):
    topic = make_topic(label="Reading")
    change = proposed(editor.user, topic, label="Literacy")

    assert "Say what should be different." in publisher.step(change, "send_back")
    publisher.step(change, "send_back", comment="Too\0 wide.")

    listed = editor.client.get("/admin/").content.decode()
    assert "Too wide." in listed
    assert label_of(topic) == "Reading"
    page = editor.client.get(address(ListChange, "change", change.pk)).content.decode()
    assert "Put it away" in page
    editor.step(change, "take_back")
    assert "Too wide." not in editor.client.get("/admin/").content.decode()
    with pytest.raises(WrongState):
        approve(change=change, by=publisher.user)


def test_a_new_row_that_was_sent_back_is_used_again_filled_in(editor, publisher):
    area = make_policy_area()
    add = address(Topic, "add")
    empty = form_values(editor.client.get(add))
    typed = {"label": "Libraries", "slug": "libraries", "description": "Public libraries.", "policy_areas": [area.pk],
             "also_known_as": "Reading rooms\nBook lending", "reason": "Three centres write of them."}  # fmt: skip
    editor.client.post(add, empty | typed)
    first = ListChange.objects.proposed().get()
    publisher.step(first, "send_back", comment="Too wide.")
    page = editor.client.get(address(ListChange, "change", first.pk)).text
    [again] = re.findall(rf'href="({add}\?again=\d+)"', page)

    form = editor.client.get(again)

    filled = form_values(form)
    for name in ("label", "slug", "description", "also_known_as", "reason"):
        assert filled[name] == typed[name], name
    assert filled["policy_areas"] == [area.pk]
    assert not Topic.objects.exists()  # it is only filled in
    posted = filled | {"policy_areas": [area.pk], "label": "Public libraries"}
    editor.client.post(again, {name: value for name, value in posted.items() if value is not None})
    second = ListChange.objects.proposed().get()
    assert second.after == {**(first.after or {}), "label": "Public libraries"}
    first.refresh_from_db()
    assert first.state == ListChange.State.WITHDRAWN
    # Nobody else begins with it, and it fills nothing in any more.
    other = Browser("olu", "Secretariat editor")
    for person in (editor, other):
        assert form_values(person.client.get(again)).get("label", "") == ""


def test_a_new_row_that_cannot_be_made_now_is_filled_in_too_and_refused_where_it_is_wrong(
    editor, publisher
):
    area, gone = make_policy_area("schools"), make_policy_area("youth")
    add = address(Topic, "add")
    typed = {"label": "Chess", "slug": "chess", "description": "Chess in schools.", "reason": "Two centres write of it.",
             "policy_areas": [area.pk, gone.pk], "also_known_as": "The game of kings"}  # fmt: skip
    editor.client.post(add, form_values(editor.client.get(add)) | typed)
    change = ListChange.objects.proposed().get()
    publisher.step(change, "send_back", comment="Say more.")
    make_topic(slug="chess", label="Chess clubs")
    gone.delete()

    form = editor.client.get(f"{add}?again={change.pk}")

    filled = form_values(form)
    assert {name: filled[name] for name in typed} == typed | {"policy_areas": [area.pk]}
    assert "Send this back" not in form.text  # which is what a publisher is told
    refused = editor.client.post(f"{add}?again={change.pk}", filled)
    [where] = refused.context["adminform"].form.errors
    assert where == "slug"


def test_the_first_page_lists_what_waits(editor, publisher):
    change = proposed(editor.user, make_topic(label="Reading"), label="Literacy")
    for person in (editor, publisher):
        assert (
            address(ListChange, "change", change.pk)
            in person.client.get("/admin/").content.decode()
        )
    take_back(change=change, by=editor.user)
    assert f"change/{change.pk}/" not in publisher.client.get("/admin/").content.decode()


def test_one_change_of_a_row_waits_at_a_time_and_the_second_loses_nothing(editor):
    topic = make_topic(label="Reading")
    proposed(editor.user, topic, label="Literacy")

    page = editor.save(topic, label="Books", reason="Shorter.")

    assert "waits for approval" in page
    assert 'value="Books"' in page
    with pytest.raises(AlreadyOpen):
        proposed(editor.user, topic, label="Books")


def test_whoever_proposes_or_approves_waits_for_others_before_anything_is_read(editor):
    topic = make_topic(label="Reading")
    change = proposed(editor.user, topic, label="Literacy")  # its transaction goes on
    somebody = User(pk=editor.user.pk)
    joins = MemberChange(
        centre=Centre(), status=Centre.Status.AFFILIATE, date="2020", reason="x", source="https://x.example",
    )  # fmt: skip
    typed = modelform_factory(Topic, ReasonForm, fields=["label"])
    steps: list[Callable[[], Any]] = [
        lambda: propose(name=List.TOPIC, row=topic.pk, after=None, reason="x", by=somebody),
        lambda: propose_ending(row=topic, ended="retired", reason="x", by=somebody),
        lambda: propose_membership(change=joins, by=somebody),
        lambda: approve(change=change, by=somebody),
        lambda: typed({"label": "Books", "reason": "x"}, instance=topic).is_valid(),
    ]

    def told_to_wait(step: Callable[[], Any]) -> str:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '20ms'")
            with pytest.raises(OperationalError) as error:
                step()
            return str(error.value)

    for step in steps:
        assert "lock timeout" in elsewhere(partial(told_to_wait, step))


def test_what_has_changed_since_it_was_proposed_is_not_overwritten(editor, publisher):
    topic = make_topic(label="Reading")
    change = proposed(editor.user, topic, label="Literacy")
    Topic.objects.update(description="Changed meanwhile.")

    with pytest.raises(Stale):
        approve(change=change, by=publisher.user)
    assert label_of(topic) == "Reading"


def test_a_new_row_is_made_last_in_its_list_when_it_is_approved(editor, publisher):
    make_outcome()
    url = address(Outcome, "add")
    posted = form_values(editor.client.get(url)) | {
        "slug": "sleep", "label": "Sleep", "order": "", "domain": "health",
        "better_when": "higher", "reason": "Measured by two centres.",
    }  # fmt: skip

    assert editor.client.post(url, posted).status_code == 302
    assert not Outcome.objects.filter(slug="sleep").exists()
    change = ListChange.objects.proposed().get()
    approve(change=change, by=publisher.user)

    made = Outcome.objects.get(slug="sleep")
    assert made == Outcome.objects.order_by("order").last()
    assert change.row_id == made.pk


def test_a_new_row_that_is_proposed_twice_is_made_once_and_the_second_is_told_in_words(
    editor, publisher
):
    make_outcome()
    url = address(Outcome, "add")
    posted = form_values(editor.client.get(url)) | {
        "slug": "sleep", "label": "Sleep", "order": "", "domain": "health",
        "better_when": "higher", "reason": "Measured by two centres.",
    }  # fmt: skip
    editor.client.post(url, posted)
    first = ListChange.objects.proposed().get()

    page = editor.client.post(url, posted | {"label": "Sleeping"}).content.decode()

    assert "A new one with the same slug waits for approval." in page
    assert address(ListChange, "change", first.pk) in page
    assert 'value="Sleeping"' in page
    # Two that were proposed before there was such a check.
    second = ListChange.objects.create(
        list_name=List.OUTCOME, after=first.after, reason="Too.", by=editor.user, role="x",
        state=State.PROPOSED,
    )  # fmt: skip
    approve(change=first, by=publisher.user)
    said = publisher.step(second, "approve")
    assert "Outcome “Sleep” has the slug “sleep” since this was proposed" in said
    assert ListChange.objects.proposed().get() == second


def test_what_only_one_row_may_have_is_refused_in_words(editor, publisher):
    low, high = (
        CommonLevel.objects.create(level=level, rank=rank, label=level, meaning="x")
        for rank, level in enumerate(["low", "high"], start=1)
    )
    said = entry_of(List.COMMON_LEVEL, low.pk)
    assert said
    change = propose(
        name=List.COMMON_LEVEL, row=low.pk, after=said | {"rank": high.rank}, reason="x",
        by=editor.user,
    )  # fmt: skip
    with pytest.raises(ActionError, match="another one has the same rank already: 2"):
        approve(change=change, by=publisher.user)


def test_it_is_refused_in_the_same_words_by_a_server_that_speaks_another_language():
    class InGerman(UniqueViolation):
        diag: Any = SimpleNamespace(message_detail="Schlüssel »(rank)=(2)« existiert bereits.")

    error = IntegrityError()
    error.__cause__ = InGerman()
    assert reason_of(error) == "another one has the same rank already: 2"


def test_a_reason_with_what_the_database_cannot_store_is_kept_without_it(editor):
    url = address(Topic, "delete", make_topic().pk)
    editor.client.post(url, {"post": "yes", "reason": "Not\0 used."})
    assert ListChange.objects.proposed().get().reason == "Not used."


def test_what_is_in_use_is_not_deleted_even_if_approved(editor, publisher):
    topic = make_topic()
    change = propose(name=List.TOPIC, row=topic.pk, after=None, reason="Unused.", by=editor.user)
    make_edition(topics=[topic])

    assert "is used by" in publisher.step(change, "approve")
    assert Topic.objects.filter(pk=topic.pk).exists()


def test_its_place_in_a_list_is_nobody_elses_business(editor):
    topic = make_topic(label="Reading")
    assert "changed successfully" in editor.save(topic, order=77, reason="First.")
    assert Topic.objects.get().order == 77
    assert not ListChange.objects.proposed().exists()


def test_synonyms_wait_too(editor, publisher):
    group = SynonymGroup.objects.create(order=1, terms=["jail", "prison"])
    editor.save(group, terms="jail\nprison\ngaol", reason="Older word.")
    group.refresh_from_db()
    assert group.terms == ["jail", "prison"]
    publisher.step(ListChange.objects.proposed().get(), "approve")
    group.refresh_from_db()
    assert group.terms == ["jail", "prison", "gaol"]


def test_every_table_of_every_list_asks_for_an_approved_change() -> None:
    """See evidence/sql/list_rows.sql: a table that is not named there could be written to without a proposal."""
    wanted = set()
    for table in LISTS.values():
        wanted.add(table.model._meta.db_table)
        for part in table.parts:
            if isinstance(part, Rows):
                wanted.add(part.model._meta.db_table)
            elif isinstance(part, Links):
                field: Any = table.model._meta.get_field(part.attribute)
                wanted.add(field.remote_field.through._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'list_row_was_proposed'"
        )
        assert {name for (name,) in cursor.fetchall()} == wanted


def with_a_letter(said: dict[str, Any]) -> dict[str, Any]:
    """Return the first text of an entry that is not its key, with a letter more; or a list with a text more."""
    key = next(
        one for one in ("label", "name", "title", "citation", "from", "text", "note") if one in said
    )
    return {key: [*said[key], "x"] if isinstance(said[key], list) else f"{said[key] or ''}x"}


Proposal = tuple[ListChange.List, int, Any]  # the list, the key of the row, and what it should say


def steps_turned_round() -> Iterator[Proposal]:
    """Yield a scale whose steps change places, which on the way have other places for a moment."""
    scale = RatingScale.objects.filter(rates="strength", centre__isnull=False).first()
    assert scale
    said: Any = entry_of(List.RATING_SCALE, scale.pk)
    places = [one["order"] for one in said["levels"]]
    turned = [
        one | {"order": place} for one, place in zip(said["levels"][::-1], places, strict=True)
    ]
    yield List.RATING_SCALE, scale.pk, said | {"levels": turned}


def deleted() -> Iterator[Proposal]:
    for key in SynonymGroup.objects.values_list("pk", flat=True)[:1]:
        yield List.SYNONYMS, key, None


def figure_changed() -> Proposal:
    figure = SpendingFigure.objects.exclude(gbp_bn=None).first()
    assert figure
    said: Any = entry_of(List.POLICY_AREA, figure.policy_area_id)
    spending = [one | {"indicative_gbp_bn": 12.345} for one in said["spending"]]
    return List.POLICY_AREA, figure.policy_area_id, said | {"spending": spending}


class TestOfTheDataset:
    """Every row of every list that the portal was shipped with."""

    pytestmark = pytest.mark.usefixtures("dataset")

    def test_an_approved_change_says_just_what_was_proposed(self):
        """A letter is added to the first text of each row; everything else of it must stay as it was."""
        ada, bob = make_person("ada"), make_person("bob")
        with web_role():
            for name, table in LISTS.items():
                for key in list(table.queryset().values_list("pk", flat=True))[:6]:
                    said = entry_of(name, key)
                    assert said
                    after = said | with_a_letter(said)
                    change = propose(name=name, row=key, after=after, reason="A letter.", by=ada)
                    approve(change=change, by=bob)
                    assert entry_of(name, key) == after
            connection.check_constraints()
            for name, key, after in (*steps_turned_round(), *deleted(), figure_changed()):
                change = propose(name=name, row=key, after=after, reason="As read.", by=ada)
                approve(change=change, by=bob)
                assert entry_of(name, key) == after
            connection.check_constraints()
        keep_history_of_all("What nobody proposed.")
        assert not ListChange.objects.filter(reason="What nobody proposed.").exists()

    def test_a_name_that_is_gone_is_said_and_nothing_is_written(self):
        ada, bob = make_person("ada"), make_person("bob")
        topic = Topic.objects.first()
        assert topic
        change = proposed(ada, topic, policy_areas=["never"])
        with pytest.raises(ActionError, match="there is no policy area 'never'"):
            approve(change=change, by=bob)
        assert ListChange.objects.get(pk=change.pk).state == State.PROPOSED
