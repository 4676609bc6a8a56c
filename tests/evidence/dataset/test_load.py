"""Loading the files: all or nothing, nothing that has not changed, and never over editors' work."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from centres.models import (
    Centre,
    CommonLevel,
    NetworkNote,
    NetworkTotal,
    Organisation,
    PolicyArea,
    RatingLevel,
    RatingReference,
    RatingScale,
)
from evidence.dataset.export import exported_documents
from evidence.dataset.faults import DatasetError
from evidence.dataset.load import Report, load
from evidence.dataset.read_dataset import records_of
from evidence.dataset.yaml_files import Documents
from evidence.editorial import actions
from evidence.models import Approach, DatasetEntry, Edition, Kind, Outcome, Setting, Summary, Topic
from evidence.models.content_fields import lines_of
from portal.content_version import ContentVersion
from tests.evidence.dataset.small_dataset import entry, small_documents
from tests.factories import make_draft, make_edition, make_topic

pytestmark = pytest.mark.django_db

EEF = "summaries/eef.yaml"
YEF = "summaries/yef.yaml"
SCALES = "network/rating-scales.yaml"
CENTRES = "network/centres.yaml"
TOTALS = "network/totals.yaml"


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The small data set, loaded once."""
    with django_db_blocker.unblock(), transaction.atomic():
        take(small_documents())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def documents(loaded: None, db: None) -> Documents:
    """The small data set as it was loaded; change it and load it again."""
    return small_documents()


def take(documents: Documents) -> Report:
    return load(records_of(documents))


def feedback(documents: Documents) -> dict[str, Any]:
    return entry(documents, EEF, "eef-feedback")


def published(slug: str = "eef-feedback") -> Edition:
    return Edition.objects.published().get(summary__slug=slug)


def editors_edition(**says: Any) -> Edition:
    """Publish an edition as editors do, in the portal."""
    return make_edition(summary=Summary.objects.get(slug="eef-feedback"), **says)


# The first time


def test_everything_in_the_files_comes_in_published(documents: Documents) -> None:
    edition = published()
    assert (edition.number, edition.change_note) == (1, "First edition.")
    assert edition.title == "Feedback"
    assert edition.bottom_line == feedback(documents)["summary"]
    assert edition.key_findings == feedback(documents)["findings"]
    assert (edition.strength, edition.strength_native, edition.cost) == ("high", "4 of 5", 1)
    assert edition.strength_step is not None
    assert str(edition.strength_step) == "4 padlocks (extensive)"
    assert edition.strength_step.scale == edition.strength_scale
    assert (edition.code, edition.countries, edition.updated) == ("", "", "")
    assert [topic.slug for topic in edition.topics.all()] == ["teaching-methods"]
    assert [(one.outcome.slug, one.measured, one.effect) for one in edition.findings.all()] == [
        (one["outcome"], one["measured"], one["effect"]) for one in feedback(documents)["outcomes"]
    ]
    assert [(source.order, source.url) for source in edition.sources.all()] == [
        (order, one["url"]) for order, one in enumerate(feedback(documents)["sources"], start=1)
    ]
    assert Edition.objects.published().count() == Summary.objects.count() == 3


def test_what_the_files_say_in_two_places_comes_together(documents: Documents) -> None:
    assert Centre.objects.get(slug="yef").leads_policy_area
    assert not Centre.objects.get(slug="eif").leads_policy_area
    assert Centre.objects.get(slug="eif").unrated_note
    foundations = Centre.objects.get(slug="foundations")
    assert {centre.slug for centre in foundations.predecessors.all()} == {"eif", "wwcsc"}
    area = PolicyArea.objects.get(slug="health-and-social-care")
    assert [figure.role for figure in area.figures.all()] == ["main", "part"]
    approach = Approach.objects.get(slug="mentoring")
    assert [str(one.summary) for one in approach.memberships.all()] == [
        "eef-mentoring",
        "yef-mentoring",
    ]
    assert NetworkNote.objects.get(slug="secretariat").sources
    assert NetworkNote.objects.filter(slug__startswith="scale-warning-").count() == 4
    assert RatingScale.objects.get(slug="nesta").centre is None
    assert RatingReference.objects.count() == 7


# Again


def test_loading_again_changes_nothing_and_asks_little(documents: Documents) -> None:
    version = ContentVersion.present()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        report = take(documents)

    assert set(report.counts) == {"unchanged"}
    assert report.remarks == []
    assert ContentVersion.present() == version
    assert not [one for one in queries if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert len(queries) <= 50  # forty of them look whether the history of every list is whole


def test_what_has_no_meaning_is_no_change(documents: Documents) -> None:
    feedback(documents)["topics"].reverse()
    feedback(documents)["settings"].reverse()
    again = {**feedback(documents)}
    documents[EEF][0] = {key: again[key] for key in reversed(again)}

    assert set(take(documents).counts) == {"unchanged"}


def test_a_changed_entry_becomes_a_new_edition_that_says_what_changed(documents: Documents) -> None:
    first = published()
    feedback(documents)["studies"] = 160
    feedback(documents)["outcomes"][0]["effect"] = "+7 months' progress"

    report = take(documents)

    second = published()
    assert report.counts["changed"] == 1
    assert report.counts["new"] == 0
    assert (second.number, second.studies) == (2, 160)
    assert second.change_note.startswith("Updated from the data set: ")
    assert "number of studies" in second.change_note
    assert "findings" in second.change_note
    assert "title" not in second.change_note
    before = Edition.objects.get(pk=first.pk)
    assert (before.state, before.studies) == (Edition.State.SUPERSEDED, 155)
    assert before.findings.all()[0].effect == "+6 months' progress"
    assert Edition.objects.count() == 4


FIELDS: list[tuple[str, Any, Callable[[Edition], Any]]] = [
    ("code", "T1", lambda e: e.code),
    ("product", "Early Years Toolkit", lambda e: e.product),
    ("kind", "trial", lambda e: e.kind.slug),
    ("settings", ["home"], lambda e: [one.slug for one in e.settings.all()]),
    ("age_groups", ["working-age"], lambda e: e.age_groups),
    ("caveats", [], lambda e: e.caveats),
    ("implementation", ["Plan."], lambda e: e.implementation),
    ("impact", {"direction": "mixed", "native": None}, lambda e: (e.direction, e.impact_native)),
    ("cost", {"level": None, "native": None, "scale": None, "step": None}, lambda e: e.cost_step),
    ("countries", "Wales", lambda e: e.countries),
    ("missing", ["place-none"], lambda e: e.missing),
    ("doubts", ["copy", "not-read"], lambda e: e.doubts),
    ("data_note", "Its origin is not known.", lambda e: e.data_note),
    ("search_words", ["telling off"], lambda e: e.search_words),
    (
        "sources",
        [{"url": "https://a.org", "note": None}],
        lambda e: [s.url for s in e.sources.all()],
    ),
]


@pytest.mark.parametrize(("key", "value", "seen"), FIELDS, ids=[field[0] for field in FIELDS])
def test_a_change_of_any_field_comes_through(
    documents: Documents, key: str, value: Any, seen: Callable[[Edition], Any]
) -> None:
    before = seen(published())
    feedback(documents)[key] = value

    assert take(documents).counts["changed"] == 1

    assert seen(published()) != before
    assert set(take(documents).counts) == {"unchanged"}


def test_nothing_at_all_is_written_when_one_entry_fails(
    documents: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    feedback(documents)["studies"] = 160
    entry(documents, YEF, "yef-mentoring")["studies"] = 99
    Organisation.objects.filter(slug="arup").update(note="")
    entry(documents, "network/organisations.yaml", "arup")["note"] = "Engineers."
    publish, calls = actions.publish, []

    def fail_the_second_time(*, edition: Edition) -> None:
        calls.append(edition)
        if len(calls) == 2:
            raise DatabaseError("out of paper")
        publish(edition=edition)

    monkeypatch.setattr(actions, "publish", fail_the_second_time)
    version = ContentVersion.present()

    with pytest.raises(DatasetError, match="yef-mentoring: out of paper"):
        take(documents)

    assert published().studies == 155
    assert Edition.objects.count() == 3
    assert Organisation.objects.get(slug="arup").note == ""
    assert ContentVersion.present() == version


@pytest.mark.parametrize(
    ("table", "rule", "expected"),
    [
        ("centres_organisation", "slug <> 'acme'", "network/organisations.yaml: new row"),
        ("evidence_edition", "title <> 'Feedback, again'", "summaries: new row"),
        ("evidence_edition", "studies <> 160", "summaries/eef.yaml, line 1: eef-feedback: new row"),
    ],
)
def test_what_only_the_database_refuses_is_reported_and_changes_nothing(
    documents: Documents, table: str, rule: str, expected: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT whim CHECK ({rule})")
    acme = {
        "slug": "acme",
        "name": "Acme",
        "type": None,
        "sector": None,
        "website": None,
        "note": None,
    }
    if table == "centres_organisation":
        documents["network/organisations.yaml"]["organisations"].append(acme)
    if "title" in rule:
        again = {"id": "eef-feedback-again", "title": "Feedback, again", "approaches": []}
        documents[EEF].append({**feedback(documents), **again})
    if "studies" in rule:
        feedback(documents)["studies"] = 160
    version = ContentVersion.present()

    with pytest.raises(DatasetError) as refusal:
        take(documents)

    assert str(refusal.value).startswith(expected)
    assert "violates check constraint" in str(refusal.value)
    assert ContentVersion.present() == version


# Beside editors


def test_unchanged_files_leave_what_editors_published(documents: Documents) -> None:
    theirs = editors_edition(studies=170)

    for _ in range(2):
        report = take(documents)

        assert set(report.counts) == {"unchanged"}
        assert report.remarks == []
        assert published() == theirs


def test_a_changed_entry_does_not_undo_what_editors_published(documents: Documents) -> None:
    theirs = editors_edition(studies=170)
    feedback(documents)["countries"] = "Wales"

    for _ in range(2):  # and it is said each time, until somebody settles it
        report = take(documents)

        assert report.counts["left"] == 1
        (remark,) = report.remarks
        assert "eef-feedback: not loaded, because the portal's own version has changed" in remark
        assert published() == theirs


def test_an_open_edition_is_kept_and_the_entry_waits_for_it(documents: Documents) -> None:
    draft = make_draft(summary=published().summary, title="Feedback, revised")
    feedback(documents)["studies"] = 160

    report = take(documents)

    assert "an editor has an edition of it open" in report.remarks[0]
    assert Edition.objects.get(pk=draft.pk).title == "Feedback, revised"
    assert published().studies == 155

    actions.discard(edition=draft)
    assert take(documents).counts["changed"] == 1
    assert published().studies == 160


def test_files_that_catch_up_with_the_editors_settle_it(documents: Documents) -> None:
    theirs = editors_edition(studies=170)
    feedback(documents)["studies"] = 170

    assert take(documents).remarks == []
    assert published() == theirs

    feedback(documents)["studies"] = 180
    assert take(documents).counts["changed"] == 1
    assert published().studies == 180


def test_a_withdrawn_summary_stays_withdrawn(documents: Documents) -> None:
    actions.withdraw(summary=published().summary, reason="Out of date.")
    assert take(documents).remarks == []

    feedback(documents)["studies"] = 160
    (remark,) = take(documents).remarks

    assert "it is withdrawn in the portal" in remark
    assert not Edition.objects.published().filter(summary__slug="eef-feedback").exists()


def test_a_row_that_editors_changed_is_left_to_them(documents: Documents) -> None:
    Organisation.objects.filter(slug="arup").update(note="Theirs.")
    assert take(documents).remarks == []

    entry(documents, "network/organisations.yaml", "arup")["website"] = "https://www.arup.com"
    (remark,) = take(documents).remarks

    assert "arup: not loaded" in remark
    assert Organisation.objects.get(slug="arup").note == "Theirs."


def test_a_row_that_editors_made_is_not_the_files_to_remove(documents: Documents) -> None:
    theirs = make_topic("juggling")

    take(documents)

    assert Topic.objects.filter(pk=theirs.pk).exists()


def test_a_row_that_editors_removed_stays_away(documents: Documents) -> None:
    Setting.objects.filter(slug="hospitals").delete()

    take(documents)

    assert not Setting.objects.filter(slug="hospitals").exists()


def test_what_names_something_that_editors_removed_is_left_and_all_else_is_loaded(
    documents: Documents,
) -> None:
    Setting.objects.filter(slug="hospitals").delete()
    feedback(documents)["settings"] = ["hospitals"]
    entry(documents, YEF, "yef-mentoring")["title"] = "Mentoring, once more"

    report = take(documents)

    (remark,) = report.remarks
    assert remark.startswith("summaries/eef.yaml")
    assert remark.endswith(
        "eef-feedback: not loaded, because settings: 'hospitals' is in the files, but no longer in the portal."
    )
    assert published("yef-mentoring").title == "Mentoring, once more"


def test_what_names_a_merged_row_is_loaded_today_and_when_it_changes_again(
    documents: Documents,
) -> None:
    topic, instead = Topic.objects.get(slug=feedback(documents)["topics"][0]), make_topic("instead")
    Topic.objects.filter(pk=topic.pk).update(ended="merged", instead=instead)
    new = feedback(documents) | {"id": "eef-new", "approaches": []}
    documents[EEF].append(new)

    for title in ("Feedback again", "Feedback at last"):
        new["title"] = feedback(documents)["title"] = title
        report = take(documents)
        assert (report.remarks, report.counts["left"]) == ([], 0)
        for slug in ("eef-new", "eef-feedback"):
            edition = published(slug)
            assert edition.title == title
            assert lines_of(edition, "topics") == ["Instead"]


def test_only_what_had_a_retired_row_before_may_have_it_in_a_release(documents: Documents) -> None:
    topic = Topic.objects.get(slug=feedback(documents)["topics"][0])
    instead = make_topic("instead")
    Topic.objects.filter(pk=topic.pk).update(ended="retired", instead=instead)
    documents[EEF].append(feedback(documents) | {"id": "eef-new", "approaches": []})
    feedback(documents)["title"] = "Feedback again"

    (remark,) = take(documents).remarks

    assert "eef-new: not loaded, because topics: " in remark
    assert remark.endswith(f"topics: '{topic.slug}' is retired; “Instead” took its place.")
    assert published().title == "Feedback again"
    assert not Summary.objects.filter(slug="eef-new").exists()


def test_files_say_what_was_merged_and_retired(documents: Documents) -> None:
    plain = {"description": "A topic.", "policy_areas": [], "also_known_as": []}
    documents["topics.yaml"] += [
        plain | {"slug": "aaa", "label": "A", "ended": "merged", "instead": "ccc"},
        plain | {"slug": "bbb", "label": "B", "ended": "retired"},
        plain | {"slug": "ccc", "label": "C"},
    ]
    new = feedback(documents) | {"id": "eef-new", "approaches": [], "topics": ["aaa", "bbb"]}
    documents[EEF].append(new)

    assert take(documents).remarks == []

    assert lines_of(published("eef-new"), "topics") == ["B", "C"]
    written = exported_documents()
    for slug in ("aaa", "bbb", "ccc"):
        assert entry(written, "topics.yaml", slug) == entry(documents, "topics.yaml", slug)
    assert entry(written, EEF, "eef-new")["topics"] == ["aaa", "bbb"]
    assert take(documents).counts["unchanged"] == sum(map(len, records_of(documents).values()))


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        ({"ended": "merged"}, "instead: should say into what it is merged"),
        ({"instead": "bbb"}, "instead: should be null: it is in use"),
        ({"ended": "retired", "instead": "aaa"}, "instead: should be another one than itself"),
        ({"ended": "retired", "instead": "ccc"}, "'ccc', which is merged itself"),
        ({"ended": "gone"}, "ended: should be one of retired, merged"),
        ({"ended": "merged", "instead": "never"}, "instead: there is no topic 'never'"),
    ],
)
def test_an_ending_that_makes_no_sense_is_a_fault(ending: dict[str, str], said: str) -> None:
    documents = small_documents()
    plain = {"description": "A topic.", "policy_areas": [], "also_known_as": []}
    documents["topics.yaml"] += [
        plain | {"slug": "aaa", "label": "A"} | ending,
        plain | {"slug": "bbb", "label": "B"},
        plain | {"slug": "ccc", "label": "C", "ended": "merged", "instead": "bbb"},
    ]
    with pytest.raises(DatasetError, match=f"aaa: .*{said}"):
        records_of(documents)


def test_a_name_that_editors_changed_is_understood_in_a_new_entry(documents: Documents) -> None:
    topic = Topic.objects.get(slug=feedback(documents)["topics"][0])
    Topic.objects.filter(pk=topic.pk).update(slug="renamed")
    new = feedback(documents) | {"id": "eef-new", "approaches": [], "topics": [topic.slug]}
    documents[EEF].append(new)

    take(documents)

    assert [topic.slug for topic in published("eef-new").topics.all()] == ["renamed"]


# What leaves the files


def test_a_summary_that_left_the_files_is_reported_and_stays(documents: Documents) -> None:
    documents[YEF].clear()
    for approach in documents["approaches.yaml"]:
        approach["members"] = [one for one in approach["members"] if one != "yef-mentoring"]

    (remark,) = take(documents).remarks

    assert remark == (
        "summaries: yef-mentoring: no longer in the files; "
        "it stays public until it is withdrawn in admin."
    )
    assert published("yef-mentoring")
    actions.withdraw(summary=published("yef-mentoring").summary, reason="Out of date.")
    assert take(documents).remarks == []


def test_a_row_that_left_the_files_goes_if_nothing_needs_it(documents: Documents) -> None:
    documents["settings.yaml"] = [
        one for one in documents["settings.yaml"] if one["slug"] != "hospitals"
    ]

    report = take(documents)

    assert report.counts["removed"] == 1
    assert not Setting.objects.filter(slug="hospitals").exists()
    assert not DatasetEntry.objects.filter(key="hospitals").exists()
    assert set(take(documents).counts) == {"unchanged"}


def test_a_row_that_editions_use_stays_and_is_reported(documents: Documents) -> None:
    for summary in (*documents[EEF], *documents[YEF]):
        summary["settings"] = []
        summary["kind"] = "trial"
    take(documents)  # earlier editions still use them
    for file, slug in (("settings.yaml", "primary-schools"), ("kinds.yaml", "toolkit-strand")):
        documents[file] = [one for one in documents[file] if one["slug"] != slug]

    remarks = take(documents).remarks

    assert [remark.split(": ")[1] for remark in remarks] == ["toolkit-strand", "primary-schools"]
    assert "it stays, as it is used by edition “" in remarks[0]
    assert Setting.objects.filter(slug="primary-schools").exists()
    assert Kind.objects.filter(slug="toolkit-strand").exists()


def test_a_row_that_left_the_files_but_was_edited_stays(documents: Documents) -> None:
    Outcome.objects.create(
        slug="joy", order=99, label="Joy", domain="wellbeing", better_when="higher"
    )
    documents["outcomes.yaml"].append(
        {"slug": "calm", "label": "Calm", "domain": "wellbeing", "better_when": "higher"}
    )
    take(documents)
    Outcome.objects.filter(slug="calm").update(label="Calmness")
    documents["outcomes.yaml"].pop()

    (remark,) = take(documents).remarks

    assert "calm: no longer in the files; it stays, as the portal's own version" in remark
    assert set(Outcome.objects.filter(slug__in=["joy", "calm"]).values_list("slug", flat=True)) == {
        "joy",
        "calm",
    }
    assert take(documents).remarks == []


# Rows in place


def test_a_changed_row_is_changed_in_place_and_others_are_not_touched(documents: Documents) -> None:
    before = Topic.objects.get(slug="teaching-methods")
    entry(documents, "topics.yaml", "teaching-methods")["label"] = "How to teach"

    report = take(documents)

    after = Topic.objects.get(slug="teaching-methods")
    assert (after.pk, after.label) == (before.pk, "How to teach")
    assert report.counts["changed"] == 1


def test_rows_of_a_row_that_stay_keep_their_identity(documents: Documents) -> None:
    centre = Centre.objects.get(slug="eef")
    first = centre.funders.first()
    entry(documents, CENTRES, "eef")["funders"].append(
        {"organisation": "arup", "kind": "non-government", "amount_gbp_m": 1.5, "year": None, "note": None}
    )  # fmt: skip

    take(documents)

    assert centre.funders.first() == first
    added = centre.funders.last()
    assert added is not None
    assert (added.organisation.slug, added.amount_gbp_m) == ("arup", Decimal("1.5"))


def levels(documents: Documents) -> list[dict[str, Any]]:
    return entry(documents, SCALES, "eef-padlocks")["levels"]


def own_step() -> RatingLevel:
    step = published().strength_step
    assert step is not None
    return step


def test_a_step_put_in_the_middle_leaves_editions_on_their_steps(documents: Documents) -> None:
    step = own_step()
    levels(documents).insert(1, {**levels(documents)[1], "label": "Half a padlock"})
    for number, level in enumerate(levels(documents), start=1):
        level["order"] = number

    take(documents)

    assert own_step() == step
    assert own_step().label == "4 padlocks (extensive)"
    assert own_step().order == step.order + 1
    assert [one.order for one in own_step().scale.levels.all()] == list(range(1, 8))


def test_steps_can_change_places(documents: Documents) -> None:
    first, second = levels(documents)[:2]
    first["order"], second["order"] = second["order"], first["order"]

    take(documents)

    labels = [one.label for one in RatingLevel.objects.filter(scale__slug="eef-padlocks")]
    assert labels[:2] == [second["label"], first["label"]]
    assert set(take(documents).counts) == {"unchanged"}


def test_a_step_that_is_renamed_stays_the_same_step(documents: Documents) -> None:
    step = own_step()
    for level in levels(documents):
        if level["label"] == step.label:
            level["label"] = "4 padlocks"
    feedback(documents)["strength"]["step"] = "4 padlocks"
    for summary in documents[EEF]:
        if summary["strength"]["step"] == step.label:
            summary["strength"]["step"] = "4 padlocks"

    take(documents)

    assert (own_step().pk, own_step().label) == (step.pk, "4 padlocks")
    assert published().number == 1, "the edition still says the same"


def test_a_step_that_editions_use_cannot_go(documents: Documents) -> None:
    step = own_step()
    levels(documents)[:] = [one for one in levels(documents) if one["label"] != step.label]
    for summary in documents[EEF]:
        summary["strength"]["step"] = None

    with pytest.raises(DatasetError, match="is gone from the files, but still used by edition"):
        take(documents)

    assert own_step() == step


def test_members_of_an_approach_can_change_places(documents: Documents) -> None:
    entry(documents, "approaches.yaml", "mentoring")["members"].reverse()

    take(documents)

    members = Approach.objects.get(slug="mentoring").memberships.all()
    assert [str(one.summary) for one in members] == ["yef-mentoring", "eef-mentoring"]


def test_what_only_one_row_may_have_can_pass_to_another(documents: Documents) -> None:
    totals = documents[TOTALS]["totals"]
    totals[-1]["latest"], totals[-2]["latest"] = False, True
    common = documents[SCALES]["common_scale"]["levels"]
    common[0]["rank"], common[1]["rank"] = common[1]["rank"], common[0]["rank"]
    yef, eef = entry(documents, CENTRES, "yef"), entry(documents, CENTRES, "eef")
    yef["policy_area"], eef["policy_area"] = eef["policy_area"], yef["policy_area"]
    for area in documents["network/policy-areas.yaml"]["policy_areas"]:
        swap = {"eef": "yef", "yef": "eef"}
        area["centre"] = swap.get(area["centre"], area["centre"])

    take(documents)

    assert NetworkTotal.objects.get(latest=True).slug == totals[-2]["id"]
    assert CommonLevel.objects.get(rank=0).level == common[1]["level"]
    lead = Centre.objects.get(leads_policy_area=True, policy_area__slug=eef["policy_area"])
    assert lead.slug == "eef"
    assert set(take(documents).counts) == {"unchanged"}


def test_a_new_latest_total_takes_over_from_one_that_left(documents: Documents) -> None:
    totals = documents[TOTALS]["totals"]
    totals.append({**totals.pop(), "id": "total-2027"})

    take(documents)

    assert NetworkTotal.objects.get(latest=True).slug == "total-2027"


def test_a_summary_cannot_move_to_another_centre(documents: Documents) -> None:
    moved = entry(documents, EEF, "eef-mentoring")
    documents[EEF].remove(moved)
    nothing = {"native": None, "scale": None, "step": None}
    moved |= {"centre": "yef", "product": "YEF Toolkit", "cost": {"level": None, **nothing}}
    moved["strength"] = {"level": "not-rated", **nothing}
    documents[YEF].append(moved)

    with pytest.raises(DatasetError, match="eef-mentoring: centre: a summary cannot move"):
        take(documents)
