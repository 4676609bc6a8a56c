"""What the actions promise: who may become what, and what each leaves behind."""

import datetime
from collections.abc import Callable

import pytest
from django.db import IntegrityError

from evidence.editorial import actions
from evidence.editorial.actions import AlreadyOpen, Incomplete, WrongState
from evidence.editorial.content import Content, NewSummary, content_of
from evidence.models import Edition, Summary
from tests.factories import (
    make_centre,
    make_draft,
    make_edition,
    make_editions,
    make_outcome,
    make_scale,
    make_setting,
    make_topic,
    publish_draft,
)
from tests.people import make_person

pytestmark = pytest.mark.django_db

State = Edition.State


def state(edition: Edition) -> str:
    return Edition.objects.get(pk=edition.pk).state


def test_a_new_summary_has_a_draft_that_nobody_sees() -> None:
    draft = make_draft()

    assert (draft.number, state(draft)) == (1, State.DRAFT)
    assert not Edition.objects.published().exists()


def test_a_new_edition_says_all_that_the_published_one_says() -> None:
    published = make_edition(
        settings=[make_setting()],
        caveats=["It can do harm."],
        findings=[
            {"outcome": make_outcome("reoffending"), "direction": "beneficial", "effect": "19%"},
            {"outcome": make_outcome("violence"), "direction": "mixed", "measured": "arrests"},
        ],
    )

    draft = actions.open_edition(summary=published.summary)

    assert draft.number == 2
    assert draft.pk != published.pk
    assert content_of(draft) == content_of(published)


def test_writing_replaces_what_is_given_and_keeps_other_fields() -> None:
    draft = make_draft(title="Before", studies=3, settings=[make_setting()])

    content = Content({"title": "After"}, {"topics": [make_topic("sport")]})
    actions.write(edition=draft, content=content)

    draft = Edition.objects.get(pk=draft.pk)
    assert (draft.title, draft.studies) == ("After", 3)
    assert [topic.slug for topic in draft.topics.all()] == ["sport"]
    assert [setting.slug for setting in draft.settings.all()] == ["schools"]
    assert not draft.findings.exists()


def test_publishing_supersedes_the_edition_before() -> None:
    first = make_edition(title="First")
    second = make_edition(summary=first.summary, title="Second")

    assert (state(first), state(second)) == (State.SUPERSEDED, State.PUBLISHED)
    assert [edition.title for edition in Edition.objects.published()] == ["Second"]
    closed = Edition.objects.get(pk=first.pk)
    assert closed.closed_at == second.published_at


def test_a_withdrawn_summary_leaves_every_list_and_says_why() -> None:
    gone, successor = make_editions(2)

    actions.withdraw(summary=gone.summary, reason="Merged.", replaced_by=successor.summary)

    assert state(gone) == State.WITHDRAWN
    assert list(Edition.objects.published()) == [successor]
    summary = Summary.objects.get(pk=gone.summary_id)
    assert summary.withdrawn_at is not None
    assert (summary.withdrawn_reason, summary.replaced_by) == ("Merged.", successor.summary)


def test_a_withdrawn_summary_can_come_back() -> None:
    edition = make_edition()
    actions.withdraw(summary=edition.summary, reason="By mistake.")

    again = make_edition(summary=edition.summary)

    summary = Summary.objects.get(pk=edition.summary_id)
    assert (summary.withdrawn_at, summary.withdrawn_reason) == (None, "")
    assert list(summary.editions.published()) == [again]


def test_an_edition_sent_back_is_a_draft_again() -> None:
    draft = make_draft()
    actions.submit(edition=draft)
    actions.send_back(edition=draft)

    assert state(draft) == State.DRAFT


def test_a_discarded_draft_leaves_the_published_edition_alone() -> None:
    published = make_edition()
    draft = make_draft(summary=published.summary)
    actions.discard(edition=draft)

    assert list(published.summary.editions.all()) == [published]


def test_many_first_editions_take_as_many_statements_as_few(
    django_assert_max_num_queries: Callable,
) -> None:
    made = make_edition()
    new = [
        NewSummary(f"many-{number}", made.summary.centre_id, content_of(made))
        for number in range(40)
    ]
    with django_assert_max_num_queries(23):
        actions.publish_first_editions(summaries=new, change_note="First edition.")

    editions = Edition.objects.published().exclude(pk=made.pk)
    assert len(editions) == 40
    for edition in editions[:3]:
        assert content_of(edition) == content_of(made)


# What is refused, and how


def draft() -> Edition:
    return make_draft()


def in_review() -> Edition:
    edition = make_draft()
    actions.submit(edition=edition)
    return edition


def published() -> Edition:
    return make_edition()


def superseded() -> Edition:
    first = make_edition()
    make_edition(summary=first.summary)
    return first


def withdrawn() -> Edition:
    edition = make_edition()
    actions.withdraw(summary=edition.summary, reason="Out of date.")
    return edition


def write(edition: Edition) -> None:
    actions.write(edition=edition, content=Content({"title": "Other"}))


def submit(edition: Edition) -> None:
    actions.submit(edition=edition)


def send_back(edition: Edition) -> None:
    actions.send_back(edition=edition)


def publish(edition: Edition) -> None:
    actions.publish(edition=edition)


def discard(edition: Edition) -> None:
    actions.discard(edition=edition)


def withdraw(edition: Edition) -> None:
    actions.withdraw(summary=edition.summary, reason="Out of date.")


@pytest.mark.parametrize(
    ("step", "refused_for"),
    [
        (write, [in_review, published, superseded, withdrawn]),
        (submit, [in_review, published, superseded, withdrawn]),
        (send_back, [draft, published, superseded, withdrawn]),
        (publish, [draft, published, superseded, withdrawn]),
        (discard, [in_review, published, superseded, withdrawn]),
        (withdraw, [draft, in_review, withdrawn]),
    ],
)
def test_a_step_is_refused_in_every_other_state(
    step: Callable, refused_for: list[Callable]
) -> None:
    for make in refused_for:
        edition = make()
        before = state(edition)
        with pytest.raises(WrongState):
            step(edition)
        assert state(edition) == before


def test_a_second_open_edition_is_refused() -> None:
    edition = make_edition()
    make_draft(summary=edition.summary)

    with pytest.raises(AlreadyOpen, match="has a draft open"):
        actions.open_edition(summary=edition.summary)


def test_a_summary_that_was_never_published_has_no_edition_to_copy() -> None:
    edition = make_draft()
    actions.discard(edition=edition)

    with pytest.raises(WrongState):
        actions.open_edition(summary=edition.summary)


@pytest.mark.parametrize(
    ("says", "message"),
    [
        ({"source_url": "not an address"}, "The centre’s page: Enter a valid URL."),
        ({"source_url": "javascript:alert(1)"}, "The centre’s page: Enter a valid URL."),
        ({"policy_areas": []}, "Policy areas: choose at least one."),
        ({"topics": []}, "Topics: choose at least one."),
        ({"audiences": []}, "Who it is for: choose at least one."),
    ],
)
def test_an_edition_that_is_not_complete_stays_a_draft(says: dict, message: str) -> None:
    edition = make_draft(summary=make_edition().summary, **says)

    with pytest.raises(Incomplete) as refusal:
        actions.submit(edition=edition)

    assert message in str(refusal.value)
    assert state(edition) == State.DRAFT


@pytest.mark.parametrize(
    ("says", "message"),
    [
        ({"strength": "low", "strength_native": ""}, "Strength of evidence: copy the centre’s own wording, or choose “Not"),
        ({"cost": 2, "cost_native": ""}, "Cost: copy the centre’s own wording, or leave the cost empty."),
    ],
)  # fmt: skip
def test_no_person_submits_a_rating_without_the_wording_of_the_centre(
    says: dict, message: str
) -> None:
    person, edition = make_person("ed"), make_draft(**says)
    with pytest.raises(Incomplete, match=message):
        actions.submit(edition=edition, by=person, review_due=datetime.date(2100, 1, 1))
    assert state(edition) == State.DRAFT

    rated = {"strength": "not-rated", "cost": None}
    actions.write(edition=edition, content=Content(rated), by=person)
    actions.submit(edition=edition, by=person, review_due=datetime.date(2100, 1, 1))
    assert state(edition) == State.IN_REVIEW


@pytest.mark.parametrize("case", ["scale of another", "step of another", "other level"])
def test_a_rating_that_its_scale_contradicts_is_not_submitted(case: str) -> None:
    own = make_scale("1 padlock", "2 padlocks", slug="own")
    other = make_scale("Low", slug="other", centre=make_centre("eef"))
    sibling = make_scale("Weak", slug="sibling")
    first, low = own.levels.get(order=1), other.levels.get()
    ratings: dict[str, dict] = {
        "scale of another": {"strength_scale": other, "strength_step": low, "strength": "very-low"},
        "step of another": {"strength_scale": own, "strength_step": sibling.levels.get()},
        "other level": {"strength_scale": own, "strength_step": first, "strength": "high"},
    }
    messages = {
        "scale of another": "scale of another centre",
        "step of another": "is a step of “Evidence security”, not of",
        "other level": "maps to “Very low”",
    }
    edition = make_draft(**ratings[case])
    with pytest.raises(Incomplete, match=messages[case]):
        actions.submit(edition=edition)
    actions.discard(edition=edition)  # the database would refuse it at the end of the transaction


def test_a_withdrawal_needs_a_reason_and_a_public_successor() -> None:
    edition, unpublished = make_edition(), make_draft()
    summary = edition.summary
    with pytest.raises(Incomplete):
        actions.withdraw(summary=summary, reason=" ")
    with pytest.raises(Incomplete):
        actions.withdraw(summary=summary, reason="Merged.", replaced_by=summary)
    with pytest.raises(WrongState):
        actions.withdraw(summary=summary, reason="Merged.", replaced_by=unpublished.summary)
    assert state(edition) == State.PUBLISHED


def test_a_refused_action_leaves_nothing_behind() -> None:
    edition = make_draft()
    with pytest.raises(IntegrityError):
        actions.write(
            edition=edition,
            content=Content({"title": "Half written"}, findings=[{"direction": "beneficial"}]),
        )
    assert Edition.objects.get(pk=edition.pk).title != "Half written"
    assert publish_draft(edition).findings.count() == 1
