"""A centre joins, changes its status or leaves: one task, decided by a second person, after which every page says the same."""

import datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from centres.members import Members
from centres.models import Centre, NetworkEvent, NetworkTotal
from evidence.dataset.export import exported_documents
from evidence.dataset.list_changes import approve, propose, take_back
from evidence.dataset.list_history import entry_of
from evidence.dataset.membership import MemberChange, propose_membership
from evidence.editorial.actions import ActionError, AlreadyOpen, WrongState
from evidence.models import ListChange, Summary
from portal import published
from tests.evidence.dataset.test_list_changes import Browser
from tests.factories import make_centre, make_event
from tests.people import make_person
from tests.portal.test_admin import address, form_values
from tests.reading_pages import plain, text_of
from tests.web_role import web_role

pytestmark = pytest.mark.django_db

PAGE = "/admin/centres/centre/membership/"
SOURCE = "https://www.gov.uk/guidance/what-works-network"


def typed(centre: Centre | None, status: str, **values: Any) -> dict[str, Any]:
    """Return what an editor types into the page."""
    said = {
        "centre": centre.pk if centre else "",
        "status": status,
        "date": "2026-11-28",
        "reason": "The network said so.",
        "source": SOURCE,
    }
    return said | values


@pytest.fixture
def editor() -> Browser:
    return Browser("edith", "Secretariat editor")


def change_of(centre: Centre, status: str, **values: Any) -> MemberChange:
    said = {"date": "2026-11-28", "reason": "So it was said.", "source": SOURCE}
    return MemberChange(centre=centre, status=Centre.Status(status), **said | values)


def test_a_change_that_makes_no_sense_is_refused_and_nothing_typed_is_lost(editor):
    yef, lead = make_centre("yef"), make_centre("eef", leads_policy_area=True)
    make_event(date="1999-04")
    tomorrow = (timezone.localdate() + datetime.timedelta(days=1)).isoformat()
    new = {"name": "Play", "slug": "yef", "policy_area_label": "Play", "description": "On play."}
    cases = [
        (typed(yef, "former", date=tomorrow), "This date is in the future."),
        (typed(yef, "former", date="31/02/2026"), "“31/02/2026” is a day that does not exist."),
        (typed(yef, "former", date="1000-01-01"), "The first event of the network’s timeline is of April 1999"),
        (typed(yef, "former", date="28 May"), "“28 May” gives no year: write it as 20 August 2024"),
        (typed(yef, "former", date="03/31/2026"), "is it 31 March 2026? Write it so, with the day first."),
        (typed(yef, "former", date=f"1 January {timezone.localdate().year + 1}"), "This date is in the future."),
        (typed(yef, "former", source="gov"), "Enter a valid URL."),
        (typed(yef, "what-works-centre"), "Centre yef is a What Works Centre already."),
        (typed(yef, "affiliate", successors=[lead.pk]), "Only a centre that leaves is followed by another."),
        (typed(yef, "former", successors=[yef.pk]), "A centre cannot follow itself."),
        (typed(None, "former") | new | {"slug": "play"}, "A new centre can only join."),
        (typed(None, "affiliate") | new, "Another centre has this address."),
        (typed(None, "affiliate") | new | {"slug": "what works"}, "Use letters without accents, digits and hyphens"),
        (
            typed(None, "affiliate") | new
            | {"slug": "play", "leads_policy_area": "on", "policy_area": lead.policy_area_id},
            "because Centre eef is the network’s member for it.",
        ),
    ]  # fmt: skip
    for said, refusal in cases:
        page = editor.client.post(PAGE, said | {"propose": "1"}).content.decode()
        assert refusal in page, said
        assert "The network said so." in page
    assert not ListChange.objects.proposed().exists()
    for nonsense in ("x", "\0", "9" * 30):
        said = typed(yef, "former", successors=[nonsense]) | {"centre": nonsense}
        assert editor.client.post(PAGE, said).status_code == 200
        assert editor.client.get(PAGE, {"centre": nonsense}).status_code < 500


def test_a_member_that_comes_back_is_no_former_one(editor):
    centre = make_centre("yef", status="former", joined="2014", left="2020", left_reason="Closed.")
    centre.successors.add(make_centre("eef"))
    proposal = propose_membership(change=change_of(centre, "affiliate"), by=editor.user)
    approve(change=proposal, by=make_person("pat", "Publisher"))
    centre.refresh_from_db()
    assert (centre.status, centre.joined, centre.left, centre.left_reason) == (
        "affiliate", "2026-11-28", "", "",
    )  # fmt: skip
    assert not centre.successors.exists()


def test_a_departure_of_before_stands_before_what_came_later(editor):
    for order, date in ((10, "2014"), (20, ""), (30, "2022-06")):
        make_event(order=order, date=date)
    proposal = propose_membership(
        change=change_of(make_centre("yef"), "former", date="2020"), by=editor.user
    )
    (event,) = (part.after for part in proposal.parts.all())
    assert event
    assert event["order"] == 29


def test_two_changes_of_one_kind_at_one_date_are_two_events(editor):
    centre, publisher = make_centre("yef", status="affiliate"), make_person("pat", "Publisher")
    for status in ("what-works-centre", "affiliate", "what-works-centre"):
        change = change_of(centre, status, date="2020")
        approve(change=propose_membership(change=change, by=editor.user), by=publisher)
        centre.refresh_from_db()
    assert set(NetworkEvent.objects.values_list("slug", flat=True)) == {
        "yef-promotion-2020", "yef-change-2020", "yef-promotion-2020-2",
    }  # fmt: skip


class TestParts:
    """A change and its parts are made together or not at all, by somebody else than who proposed them."""

    def test_the_event_is_decided_with_the_centre(self, editor):
        centre, publisher = make_centre("yef"), Browser("pat", "Publisher")
        whole = propose_membership(change=change_of(centre, "former"), by=editor.user)
        part = whole.parts.get()

        with pytest.raises(AlreadyOpen):
            propose_membership(change=change_of(centre, "affiliate"), by=editor.user)
        with pytest.raises(WrongState, match="part of another change"):
            approve(change=part, by=publisher.user)
        page = publisher.client.get(address(ListChange, "change", part.pk)).content.decode()
        assert "It is part of another change" in page
        whole_page = publisher.client.get(address(ListChange, "change", whole.pk)).content.decode()
        for dated in (page, whole_page):
            assert "28 November 2026" in dated
            assert " 2026-11-28" not in plain(dated)  # only the event has it, in its id
            assert "recision" not in dated
        assert 'value="Approve"' not in page
        listed = publisher.client.get("/admin/").content.decode()
        assert address(ListChange, "change", whole.pk) in listed
        assert address(ListChange, "change", part.pk) not in listed

        take_back(change=whole, by=editor.user)
        assert set(ListChange.objects.values_list("state", flat=True)) >= {"withdrawn"}
        assert not ListChange.objects.proposed().exists()

    def test_if_a_part_cannot_be_made_nothing_is(self, editor):
        centre = make_centre("yef")
        whole = propose_membership(change=change_of(centre, "former"), by=editor.user)
        make_event("yef-departure-2026-11-28")
        with pytest.raises(ActionError, match="has the slug “yef-departure-2026-11-28” since"):
            approve(change=whole, by=make_person("pat", "Publisher"))
        centre.refresh_from_db()
        assert centre.status == "what-works-centre"
        assert ListChange.objects.proposed().count() == 2

    @pytest.mark.parametrize("which", ["whole", "part"])
    def test_the_database_decides_none_of_them_alone(self, editor, which):
        whole = propose_membership(change=change_of(make_centre("yef"), "former"), by=editor.user)
        rows = ListChange.objects.filter(pk=whole.pk) if which == "whole" else whole.parts.all()
        with pytest.raises(DatabaseError, match="decided with it"), transaction.atomic():
            rows.update(state="made", decided_by=make_person("pat", "Publisher"))

    def test_the_database_takes_no_part_of_another_persons_change(self, editor):
        whole = propose_membership(change=change_of(make_centre("yef"), "former"), by=editor.user)
        event = make_event()
        said = entry_of(ListChange.List.NETWORK_EVENT, event.pk)
        assert said
        with pytest.raises(DatabaseError, match="decided with it"):
            propose(
                name=ListChange.List.NETWORK_EVENT, row=event.pk, after=said | {"title": "Other"},
                reason="Clearer.", by=make_person("another", "Secretariat editor"), part_of=whole,
            )  # fmt: skip


def test_the_form_of_a_centre_proposes_and_keeps_its_status(editor):
    centre = make_centre("yef", leads_policy_area=True, unrated_note="None was found.")
    url = address(Centre, "change", centre.pk)
    page = editor.client.get(url)
    assert f"{PAGE}?centre={centre.pk}" in page.content.decode()
    said = {"description": "It funds trials.", "status": "former", "reason": "Clearer."}
    editor.client.post(url, form_values(page) | said)
    change = ListChange.objects.proposed().get()

    approve(change=change, by=make_person("pat", "Publisher"))

    centre.refresh_from_db()
    assert (centre.description, centre.status) == ("It funds trials.", "what-works-centre")
    assert centre.leads_policy_area
    assert centre.unrated_note == "None was found."
    assert not NetworkEvent.objects.exists()


def test_a_new_centre_begins_with_its_membership(editor):
    answer = editor.client.get(address(Centre, "add"))
    assert answer["Location"] == reverse("admin:centres_centre_membership")


@pytest.mark.parametrize(
    ("total", "differs"),
    [
        ({"centres": 2, "affiliates": 1}, ""),
        ({"centres": 2}, ""),
        ({"centres": 3, "counts": "all-members"}, ""),
        ({"centres": 1, "affiliates": 1}, "1 What Works Centre and 1 affiliate"),
        ({"centres": 4, "counts": "all-members"}, "4 members of every kind"),
    ],
)
def test_a_stated_total_is_compared_as_it_counts(total, differs):
    members = Members(centres=2, affiliates=1, former=7)
    assert members.differs_from(NetworkTotal(**{"counts": "full-centres"} | total)) == differs


class TestOfTheDataset:
    pytestmark = pytest.mark.usefixtures("dataset")

    def test_all_pages_agree_after_a_join_a_change_and_a_leave(self, client):
        editor, publisher = Browser("edith", "Secretariat editor"), Browser("pat", "Publisher")

        def done(said: dict[str, Any], then: str) -> None:
            """Propose a change, see what it would do, have it approved, and let the portal publish it."""
            with web_role():
                shown = editor.client.post(PAGE, said | {"preview": "1"}).content.decode()
                assert f"<td>{then}</td>" in shown
                assert not ListChange.objects.proposed().exists()
                answer = editor.client.post(PAGE, said | {"propose": "1"}, follow=True)
                assert f"<td>{then}</td>" in answer.content.decode()
                connection.check_constraints()
                change = ListChange.objects.proposed().filter(part_of=None).get()
                assert "Approved: the public can read it within seconds." in publisher.step(
                    change, "approve"
                )
                connection.check_constraints()
            published.check(now=True)

        def everywhere(members: str, listed: str) -> None:
            """Read the numbers on every page that has them."""
            assert f"The evidence of {members} in one place." in text_of(client, "/")
            text = text_of(client, "/network/")
            assert f"{members} find that out" in text
            centres = text_of(client, "/centres/")
            what_works, affiliates, former = listed.split()
            for part in (
                f"What Works Centres ({what_works})", f"Affiliates ({affiliates})", f"Former members ({former})",
            ):  # fmt: skip
                assert part in centres

        everywhere("9 What Works Centres and 3 affiliates", "9 3 5")
        new = {
            "name": "What Works for Play", "acronym": "WWP", "slug": "play", "policy_area": "",
            "policy_area_label": "Play", "description": "It sums up evidence on play.",
        }  # fmt: skip
        done(typed(None, "affiliate") | new, "9 What Works Centres and 4 affiliates")
        everywhere("9 What Works Centres and 4 affiliates", "9 4 5")
        assert "It sums up evidence on play." in text_of(client, "/centres/play/")
        assert (
            "The latest stated total counts 9 What Works Centres and 3 affiliates; the centres held here are 9 What"
            in (text_of(client, "/network/"))
        )
        assert (
            "the centres held here are 9 What Works"
            in editor.client.get("/admin/").content.decode()
        )

        yef = Centre.objects.get(slug="yef")
        done(typed(yef, "what-works-centre"), "10 What Works Centres and 3 affiliates")
        everywhere("10 What Works Centres and 3 affiliates", "10 3 5")
        assert "Became a full What Works Centre 28 November 2026" in text_of(
            client, "/centres/yef/"
        )

        nice = Centre.objects.get(slug="nice")
        play = Centre.objects.get(slug="play")
        said = typed(
            nice, "former", successors=[play.pk], reason="Its duties went to another centre."
        )
        done(said, "9 What Works Centres and 3 affiliates")
        everywhere("9 What Works Centres and 3 affiliates", "9 3 6")
        assert "Followed by What Works for Play" in text_of(client, "/centres/nice/")
        assert "Left: 28 November 2026. Its duties went to another centre." in text_of(
            client, "/centres/nice/"
        )
        assert nice.policy_area
        area = text_of(client, nice.policy_area.get_absolute_url())
        assert "The network’s member for it none stated" in area
        timeline = text_of(client, "/network/")
        for title in (
            "What Works for Play joins the network as an affiliate",
            "Youth Endowment Fund becomes a full What Works Centre",
            "National Institute for Health and Care Excellence leaves the network",
        ):
            assert title in timeline
        summary = Summary.objects.filter(centre=nice, editions__state="published").first()
        assert summary
        assert "a former member of the What Works Network (left: 28 November 2026)" in text_of(
            client, summary.get_absolute_url()
        )
        found = client.get("/evidence.json?centre=nice").json()
        assert (
            found["count"]
            == Summary.objects.filter(centre=nice, editions__state="published").count()
        )
        assert editor.client.get("/admin/").context["differing_total"] == ""
        exported = exported_documents()
        centres = exported["network/centres.yaml"]["centres"]
        assert Members.of(one["status"] for one in centres) == Members(9, 3, 6)
        events = exported["network/timeline.yaml"]["timeline"]
        assert [one["id"] for one in events[-3:]] == [
            "play-joining-2026-11-28", "yef-promotion-2026-11-28", "nice-departure-2026-11-28",
        ]  # fmt: skip
