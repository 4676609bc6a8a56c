"""A row of a list is merged into another one, or retired, by two people; no edition is rewritten, and readers follow it."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from evidence.catalogue.reading import public_editions
from evidence.dataset.endings import InTheWay
from evidence.dataset.list_changes import approve, propose, propose_ending, send_back, take_back
from evidence.dataset.list_history import entry_of, list_of
from evidence.editorial import actions
from evidence.editorial.actions import ActionError, AlreadyOpen, Incomplete
from evidence.editorial.content import digest_of
from evidence.editorial.diff import changes
from evidence.models import (
    Approach,
    Audience,
    Edition,
    Kind,
    ListChange,
    ListRow,
    Outcome,
    Setting,
    Topic,
)
from evidence.models.content_fields import lines_of
from portal import published
from tests.factories import (
    make_approach,
    make_audience,
    make_draft,
    make_edition,
    make_kind,
    make_outcome,
    make_setting,
    make_topic,
    publish_draft,
)
from tests.model_rows import assert_refused
from tests.people import make_person
from tests.portal.test_admin import address

pytestmark = pytest.mark.django_db

MERGED, RETIRED = ListRow.Ended.MERGED, ListRow.Ended.RETIRED
SOON = datetime.date.today() + datetime.timedelta(days=400)

# How to make a row of each list, and how an edition has rows of it.
MAKE: dict[type[ListRow], Callable[..., Any]] = {
    Topic: make_topic,
    Audience: make_audience,
    Setting: make_setting,
    Kind: lambda slug, **fields: make_kind(
        slug, what="A toolkit.", review_reason="It moves slowly.", **fields
    ),
    Outcome: make_outcome,
    Approach: lambda slug, **fields: make_approach(slug, members=[], **fields),
}
HAVING: dict[type[ListRow], Callable[..., dict[str, Any]]] = {
    Topic: lambda *rows: {"topics": rows},
    Audience: lambda *rows: {"audiences": rows},
    Setting: lambda *rows: {"settings": rows},
    Kind: lambda *rows: {"kind": rows[0]},
    Outcome: lambda *rows: {
        "findings": [{"outcome": row, "direction": "beneficial"} for row in rows]
    },
}
FIELDS = {
    Topic: "topics",
    Audience: "audiences",
    Setting: "settings",
    Kind: "kind",
    Outcome: "findings",
}
PAGES = {Topic: "/topics/{}/", Audience: "/for/{}/", Approach: "/approaches/{}/"}


class Two:
    """An editor and a publisher."""

    def __init__(self) -> None:
        self.editor = make_person("marta", "Secretariat editor")
        self.publisher = make_person("pat", "Publisher")

    def propose(self, row: ListRow, ended: str, instead: ListRow | None = None) -> ListChange:
        return propose_ending(
            row=row, ended=ended, instead=instead, reason="One is enough.", by=self.editor
        )

    def end(self, row: ListRow, ended: str, instead: ListRow | None = None) -> None:
        approve(change=self.propose(row, ended, instead), by=self.publisher)
        row.refresh_from_db()
        published.check(now=True)


@pytest.fixture
def two() -> Two:
    return Two()


def said_at_first(edition: Edition, model: Any) -> str:
    """Return what the first edition of a summary says in the field of a list, as its public page reads it."""
    first = public_editions(edition.summary.slug)[-1]
    return lines_of(first, FIELDS[model])[0].partition(":")[0]


def found(client: Client, row: ListRow, slug: str = "") -> int:
    query = {str(row._meta.model_name): slug or row.slug}
    return int(client.get("/evidence.json", query).json()["count"])


@pytest.mark.parametrize("model", HAVING)
def test_a_merge_moves_all_that_readers_see_and_rewrites_no_edition(
    model: Any, two: Two, client: Client
) -> None:
    old, new = MAKE[model]("former"), MAKE[model]("new")
    first = make_edition(title="First", **HAVING[model](old))
    current = make_edition(
        summary=first.summary,
        title="Second",
        review_due=datetime.date.today(),
        **HAVING[model](old),
    )
    make_edition(**HAVING[model](new, old))
    draft, waiting = make_draft(**HAVING[model](old)), make_draft(**HAVING[model](old))
    actions.submit(edition=waiting, change_note="First.", by=two.editor, review_due=SOON)
    before = {one.pk: (one.state, digest_of(one)) for one in Edition.objects.all()}

    two.end(old, MERGED, new)

    assert {one.pk: (one.state, digest_of(one)) for one in Edition.objects.all()} == before
    assert found(client, new) == found(client, new, "former") == 2
    assert said_at_first(first, model) == "New"
    for page in ("/evidence/", "/map/", f"/evidence/{first.summary.slug}/history/1/"):
        said = client.get(page, {str(model._meta.model_name): "former"}).content.decode()
        assert "Former" not in said
    # What was sent for review is published as it was read, and the draft goes on.
    digest = digest_of(Edition.objects.get(pk=waiting.pk))
    actions.approve(edition=waiting, by=two.publisher, digest=digest)
    publish_draft(draft)
    published.check(now=True)
    assert found(client, new) == 4
    # A check still changes nothing, and a next edition with the new row has nothing to explain.
    light = actions.confirm(
        edition=current, by=two.editor, digest=digest_of(current), review_due=SOON
    )
    following = make_draft(summary=first.summary, title="Third", **HAVING[model](new))
    fetched = Edition.objects.for_reading()
    differing = changes(fetched.get(pk=light.pk), fetched.get(pk=following.pk))
    assert [one.field for one in differing] == ["title", "review_due"]
    # It can be undone: everything is where it was.
    two.end(old, "")
    assert found(client, old) == (3 if model is Kind else 4)
    assert found(client, new) == 1


@pytest.mark.parametrize("model", MAKE)
def test_what_leads_to_a_merged_row_leads_on_and_its_names_find_the_other(
    model: Any, two: Two, client: Client
) -> None:
    edition = make_edition()
    oldest, old, new = (
        MAKE[model](slug, label=slug.title()) for slug in ("marigold", "rosemary", "verbena")
    )
    if model is Approach:
        old.members.add(edition.summary)
    two.end(oldest, MERGED, old)

    two.end(old, MERGED, new)

    assert [row.instead for row in model.objects.filter(ended=MERGED)] == [new, new]
    if model in PAGES:
        for slug in ("marigold", "rosemary"):
            answer = client.get(PAGES[model].format(slug), {"q": "x"})
            assert (answer.status_code, answer.headers["Location"]) == (
                301, PAGES[model].format("verbena") + "?q=x"
            )  # fmt: skip
        page = client.get(PAGES[model].format("verbena")).content.decode()
        assert "“Rosemary” was merged into it" in page
        assert "Reason given: One is enough." in page
        sitemap = client.get("/sitemap-pages.xml").content.decode()
        assert PAGES[model].format("verbena") in sitemap
        assert PAGES[model].format("rosemary") not in sitemap
    new.refresh_from_db()
    if hasattr(new, "also_known_as"):
        assert new.also_known_as == ["Rosemary", "Marigold"]
    if model is Approach:
        assert found(client, new) == found(client, old) == 1
    made = ListChange.objects.made().filter(by=two.editor)
    assert all(one.decided_by == two.publisher and one.reason for one in made)


@pytest.mark.parametrize("model", HAVING)
def test_a_retired_row_stays_where_it_is_and_is_chosen_no_more(
    model: Any, two: Two, client: Client
) -> None:
    old, new = MAKE[model]("former"), MAKE[model]("new")
    edition = make_edition(**HAVING[model](old))
    first = make_draft(**HAVING[model](old))

    two.end(old, RETIRED, new)

    assert found(client, old) == 1
    assert said_at_first(edition, model) == "Former"
    following = actions.open_edition(summary=edition.summary, by=two.editor)
    actions.submit(edition=following, change_note="Checked.", by=two.editor, review_due=SOON)
    with pytest.raises(Incomplete, match="“Former” is retired; choose “New”, which"):
        actions.submit(edition=first, change_note="New.", by=two.editor, review_due=SOON)
    with pytest.raises(DatabaseError, match="“Former” is retired"), transaction.atomic():
        Edition.objects.filter(pk=first.pk).update(state="in-review", submitted_by=two.editor)
    # The last summary leaves it, and then it is offered nowhere.
    actions.send_back(edition=following)
    actions.discard(edition=following)
    make_edition(summary=edition.summary, **HAVING[model](new))
    published.check(now=True)
    for page in ("/evidence/", "/topics/", "/for/", "/", "/map/?rows=topic&columns=outcome"):
        assert "Former" not in client.get(page).content.decode()
    query = {str(model._meta.model_name): "former"}
    assert client.get("/evidence/", query).status_code == 200
    assert said_at_first(edition, model) == "Former"


@pytest.mark.parametrize("model", HAVING)
def test_what_was_published_with_a_row_keeps_what_that_was_merged_into_when_it_is_retired(
    model: Any, two: Two
) -> None:
    old, new = MAKE[model]("former"), MAKE[model]("new")
    edition = make_edition(**HAVING[model](old))
    two.end(old, MERGED, new)
    two.end(new, RETIRED)
    # The form of a draft saves the row that stands for the merged one.
    following = make_draft(summary=edition.summary, **HAVING[model](new))
    actions.submit(edition=following, change_note="Checked.", by=two.editor, review_due=SOON)
    first = make_draft(**HAVING[model](old))
    with pytest.raises(Incomplete, match="“New” is retired"):
        actions.submit(edition=first, change_note="New.", by=two.editor, review_due=SOON)


@pytest.mark.parametrize("model", PAGES)
def test_the_address_of_a_retired_row_says_what_became_of_it(
    model: Any, two: Two, client: Client
) -> None:
    old, new = MAKE[model]("former"), MAKE[model]("new")
    if model is Approach:
        old.members.add(make_edition().summary)

    two.end(old, RETIRED, new)

    page = client.get(PAGES[model].format("former")).content.decode()
    assert "<strong>Retired</strong>" in page
    assert f'<a href="{PAGES[model].format("new")}">New</a> took its' in page
    assert "Reason given: One is enough." in page
    assert "Proposed by: Secretariat editor. Approved by: Publisher" in page
    assert PAGES[model].format("former") not in client.get("/sitemap-pages.xml").content.decode()


def test_what_cannot_be_is_refused_with_the_reason(two: Two) -> None:
    old, new, third = (make_topic(slug) for slug in ("old", "new", "third"))
    higher = make_outcome("health", better_when="higher", domain="health")
    with pytest.raises(ActionError, match="opposite things"):
        two.propose(make_outcome(), MERGED, higher)
    with pytest.raises(ActionError, match="another one than itself"):
        two.propose(old, MERGED, old)
    with pytest.raises(ActionError, match="Choose what it is merged into"):
        two.propose(old, MERGED)
    waiting = two.propose(old, MERGED, new)
    new.ended = RETIRED  # by a release of the data, of which a proposal knows nothing
    new.save()
    with pytest.raises(ActionError, match="“New” is retired itself"):
        approve(change=waiting, by=two.publisher)
    send_back(change=waiting, by=two.publisher, comment="It was retired meanwhile.")
    # The other row must not have a change that waits: nobody could say what it would become.
    after = (entry_of(list_of(Topic), third.pk) or {}) | {"label": "Third one"}
    propose(name=list_of(Topic), row=third.pk, after=after, reason="Clearer.", by=two.editor)
    waiting = two.propose(old, MERGED, third)
    with pytest.raises(AlreadyOpen, match="A change of “Third one” waits too"):
        approve(change=waiting, by=two.publisher)
    assert not Topic.objects.filter(ended=MERGED).exists()
    third.delete()
    with pytest.raises(ActionError, match="“third”, is not in the list any more"):
        approve(change=waiting, by=two.publisher)


def test_of_two_changes_that_cross_only_the_first_waits_and_the_second_names_it(two: Two) -> None:
    """In whatever order they are decided, the other could not be made."""
    old, new, third = (make_topic(slug) for slug in ("old", "new", "third"))
    waiting = two.propose(old, MERGED, new)
    others: list[Callable[[], Any]] = [
        lambda: two.propose(new, MERGED, old),
        lambda: two.propose(new, MERGED, third),
        lambda: two.propose(new, RETIRED),
        lambda: two.propose(third, MERGED, old),
        lambda: propose(
            name=list_of(Topic), row=new.pk, after=None, reason="Unused.", by=two.editor
        ),
    ]
    for other in others:
        with pytest.raises(InTheWay, match="A change of “Old” waits") as refused:
            other()
        assert refused.value.change == waiting
    take_back(change=waiting, by=two.editor)
    two.propose(new, MERGED, old)
    # The page leads to what is in the way.
    client = Client()
    client.force_login(two.editor)
    posted = {"ended": MERGED, "instead": new.pk, "reason": "One is enough.", "propose": "1"}
    page = client.post(address(Topic, "end", old.pk), posted).content.decode()
    assert address(ListChange, "change", ListChange.objects.proposed().get().pk) in page


@pytest.mark.parametrize("model", MAKE)
def test_the_database_holds_the_rules_of_endings(model: Any) -> None:
    old, new, third = (MAKE[model](slug) for slug in ("old", "new", "third"))
    name = model._meta.model_name
    rows = model.objects.filter(pk=old.pk)
    rules = f"{name}_ends_by_the_rules"
    assert_refused(rules, rows, ended="gone")
    assert_refused(rules, rows, ended=MERGED)
    assert_refused(rules, rows, instead=new)
    assert_refused(f"{name}_is_not_its_own_successor", rows, ended=RETIRED, instead=old)
    rows.update(ended=MERGED, instead=new)
    for other, into, said in (
        (new, third, "other rows lead to this one"),
        (third, old, "the row that it leads to is merged itself"),
    ):
        with pytest.raises(DatabaseError, match=said), transaction.atomic():
            model.objects.filter(pk=other.pk).update(ended=MERGED, instead=into)
    with pytest.raises(DatabaseError), transaction.atomic():
        new.delete()
