"""Every page of admin, for a superuser: it works, in few queries, and says in words what it refuses."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils.html import escape

from evidence.editorial import actions
from evidence.models import Edition, LinkCheck, Summary, SynonymGroup, Topic
from portal.models import AdminChange
from portal.role_proposals import RoleProposal
from tests.factories import (
    make_approach,
    make_centre,
    make_draft,
    make_edition,
    make_editions,
    make_event,
    make_policy_area,
    make_scale,
    make_topic,
)
from tests.model_rows import make_row
from tests.people import make_person
from tests.reading_pages import plain

pytestmark = pytest.mark.django_db

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
LIST_QUERIES = 15


def label(model: Any) -> str:
    return str(model._meta.label_lower)


def address(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def pages_of_admin() -> Iterator[str]:
    """Return every address of admin, also those of rows that do not exist."""
    resolver = get_resolver().url_patterns[-1]
    names = {name for name in resolver.reverse_dict if isinstance(name, str)}  # type: ignore[union-attr]
    assert len(names) > 100
    for name in sorted(names):
        for possibility, parameters in resolver.reverse_dict.getlist(name)[0][0]:  # type: ignore[union-attr]
            yield "/admin/" + possibility % dict.fromkeys(parameters, "1")


def form_values(response: Any) -> dict[str, Any]:
    """Return what a browser posts if somebody presses save without a change."""
    forms = [response.context["adminform"].form]
    for formset in response.context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    posted = {}
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is not None and value is not False:
                posted[bound.html_name] = bound.field.prepare_value(value)
    return posted


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ada"))
    return client


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_every_list_and_empty_form_works(client: Client, model: Any) -> None:
    assert client.get(address(model, "changelist")).status_code == 200
    assert client.get(address(model, "changelist"), {"q": "a\x00b"}).status_code < 500
    page = client.get(address(model, "add"), follow=True)
    may_add = admin.site._registry[model].has_add_permission(page.wsgi_request)
    assert page.status_code == (200 if may_add else 403)


@pytest.mark.parametrize("model", [Edition, LinkCheck, Summary, Topic], ids=label)
def test_a_long_list_takes_no_more_queries_than_a_short_one(
    client: Client, model: Any, django_assert_max_num_queries: Callable
) -> None:
    for edition in make_editions(60):
        make_row(LinkCheck, url=edition.source_url)
    for number in range(55):
        make_topic(f"topic-{number}", policy_areas=[make_policy_area()])
    with django_assert_max_num_queries(LIST_QUERIES):
        page = client.get(address(model, "changelist"))
    assert page.status_code == 200
    assert len(page.context["cl"].result_list) == 50


def test_a_draft_is_saved_with_its_findings_and_lists(client: Client) -> None:
    draft = make_draft()
    url = address(Edition, "change", draft.pk)
    posted = form_values(client.get(url)) | {
        "title": "Another title",
        "key_findings": "First, of two.\r\n\r\nSecond.",
        "findings-0-effect": "25% reduction",
    }

    assert client.post(url, posted).status_code == 302

    draft = Edition.objects.get(pk=draft.pk)
    assert (draft.title, draft.key_findings) == ("Another title", ["First, of two.", "Second."])
    assert [row.effect for row in draft.findings.all()] == ["25% reduction"]


@pytest.mark.parametrize("state", ["in-review", "published", "superseded", "withdrawn"])
def test_an_edition_that_is_no_draft_cannot_be_changed(client: Client, state: str) -> None:
    edition = make_draft()
    actions.submit(edition=edition)
    if state != "in-review":
        actions.publish(edition=edition)
    if state == "superseded":
        make_edition(summary=edition.summary)
    if state == "withdrawn":
        actions.withdraw(summary=edition.summary, reason="Out of date.")
    url = address(Edition, "change", edition.pk)

    page = client.get(url)

    assert f"This edition is {state.replace('-', ' ')}" in page.content.decode()
    assert 'name="_save"' not in page.content.decode()
    posted = client.post(url, {"title": "Typed too late"})
    assert posted.status_code == 409
    assert "Nothing was saved." in posted.content.decode()
    assert "Typed too late" in posted.content.decode()
    assert Edition.objects.get(pk=edition.pk).title != "Typed too late"
    if state != "in-review":
        assert client.post(address(Edition, "delete", edition.pk)).status_code == 403


def test_pasted_text_is_cleaned_and_the_page_says_what_went(client: Client) -> None:
    draft = make_draft()
    url = address(Edition, "change", draft.pk)
    pasted = {
        "title": "Mento\u00adring",
        "bottom_line": "<p>It helps: p < 0.05.</p>",
        "key_findings": "• One\r\n\uf0b7\tTwo\r\no Three",
    }

    page = client.post(url, form_values(client.get(url)) | pasted, follow=True)

    draft.refresh_from_db()
    assert (draft.title, draft.bottom_line) == ("Mentoring", "It helps: p < 0.05.")
    assert draft.key_findings == ["One", "Two", "Three"]
    said = page.content.decode()
    assert "Title: cleaned of soft hyphens that pasting left." in said
    assert "Bottom line: cleaned of HTML that pasting left." in said
    assert "Key findings: cleaned of list marks that pasting left." in said


def test_wrong_input_is_explained_and_nothing_typed_is_lost(client: Client) -> None:
    draft = make_draft()
    url = address(Edition, "change", draft.pk)
    posted = form_values(client.get(url)) | {
        "bottom_line": "Typed, and not lost.",
        "updated": "last year",
        "source_url": "javascript:alert(1)",
    }

    page = client.post(url, posted)

    said = page.content.decode()
    assert page.status_code == 200
    assert "“last year” is no date: write it as 2024, August 2024 or 20 August 2024." in said
    assert "Enter a valid URL." in said
    assert "Typed, and not lost." in said
    assert Edition.objects.get(pk=draft.pk).bottom_line == draft.bottom_line


def test_a_rating_of_another_scale_is_refused_even_without_a_summary(client: Client) -> None:
    scale = make_scale("1 padlock", slug="own")
    posted = {"strength_scale": scale.pk, "strength": "high"}
    for prefix in ("findings", "sources"):
        posted |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}

    page = client.post(address(Edition, "add"), posted)

    assert page.status_code == 200
    assert "This field is required." in page.content.decode()


def test_a_rule_of_the_database_is_explained_in_words(client: Client) -> None:
    page = client.post(address(SynonymGroup, "add"), {"order": 1, "terms": "alone"})

    assert page.status_code == 200
    assert "two or more words that mean the same" in page.content.decode()


def test_a_row_that_belongs_to_another_edition_cannot_be_changed_by_its_number(
    client: Client,
) -> None:
    mine, other = make_draft(), make_draft(summary=make_edition().summary)
    url = address(Edition, "change", mine.pk)
    posted = form_values(client.get(url)) | {
        "findings-0-id": other.findings.get().pk,
        "findings-0-effect": "taken over",
    }

    client.post(url, posted)

    assert other.findings.get().effect != "taken over"


@pytest.mark.parametrize("used", ["topic", "policy area", "centre", "scale"])
def test_a_row_in_use_is_not_deleted_and_the_page_says_why(client: Client, used: str) -> None:
    topic, area = make_topic(), make_policy_area()
    scale = make_scale("1 padlock", slug="own", centre=make_centre())
    edition = make_edition(
        topics=[topic], policy_areas=[area], strength_scale=scale, strength="very-low"
    )
    row: Any = {
        "topic": topic, "policy area": area, "centre": edition.summary.centre, "scale": scale
    }[used]  # fmt: skip

    page = client.post(address(type(row), "delete", row.pk), {"post": "yes"})

    assert page.status_code == 200
    assert "Cannot delete" in page.content.decode()
    assert type(row).objects.filter(pk=row.pk).exists()


def test_a_new_edition_is_opened_by_a_button_and_only_once(client: Client) -> None:
    edition = make_edition()
    page = client.get(address(Edition, "change", edition.pk)).content.decode()
    url = reverse("admin:evidence_edition_new", args=[edition.pk])
    assert url in page

    assert client.get(url).status_code == 302
    assert not edition.summary.editions.open().exists()
    client.post(url)
    draft = edition.summary.editions.open().get()
    assert (draft.number, draft.title) == (2, edition.title)
    again = client.post(url, follow=True)
    assert "You have a draft of this summary open." in again.content.decode()
    assert edition.summary.editions.count() == 2


def test_pages_that_people_can_see_are_linked(client: Client) -> None:
    approach = make_approach("hot-spots", members=make_editions(2))
    make_event()
    for row in (approach, make_centre(), make_topic()):
        assert "viewsitelink" in client.get(address(type(row), "change", row.pk)).content.decode()


def test_a_published_edition_shows_its_lists_as_lines_and_in_words(client: Client) -> None:
    edition = make_edition(key_findings=["One.", "<b>Two."], age_groups=["young-people"])

    page = client.get(address(Edition, "change", edition.pk)).content.decode()

    assert "<p>One.</p><p>&lt;b&gt;Two.</p>" in page
    assert "<p>Young people</p>" in page


def test_the_log_says_what_each_field_was_before_and_is_after(client: Client) -> None:
    draft = make_draft(title="Pets", topics=[make_topic("animals", label="Animals")])
    other = make_topic("plants", label="Plants")
    url = address(Edition, "change", draft.pk)
    values = form_values(client.get(url)) | {"title": "Mentors", "topics": [other.pk]}
    assert client.post(url, values).status_code == 302

    said = AdminChange.objects.get().get_change_message()

    assert "Title: “Pets” became “Mentors”" in said
    assert "Topics: “Animals” became “Plants”" in said
    listed = client.get(address(AdminChange, "changelist")).content.decode()
    assert "became “Mentors”" in listed
    csv = b"".join(client.get(reverse("admin:portal_adminchange_csv")).streaming_content)  # type: ignore[attr-defined]  # a stream
    assert "became “Mentors”" in csv.decode()


def test_not_even_a_superuser_changes_what_a_role_may_do_but_all_of_it_is_shown(
    client: Client,
) -> None:
    role = Group.objects.get(name="Auditor")
    url = address(Group, "change", role.pk)
    right = Permission.objects.get(codename="approve_edition")

    assert client.post(url, {"name": "Mine", "permissions": [right.pk]}).status_code == 403
    shown = client.get(url).content.decode()

    assert not role.permissions.filter(pk=right.pk).exists()
    rights = role.permissions.exclude(codename="view_listchange")
    assert all(escape(one.name) in shown for one in rights)
    # As the list is called, and not as the right was once.
    assert "Can view change of a list" in shown


def test_the_log_says_what_a_row_of_a_draft_was_before(client: Client) -> None:
    draft = make_draft()
    url = address(Edition, "change", draft.pk)
    client.post(url, form_values(client.get(url)) | {"findings-0-effect": "25% reduction"})

    said = AdminChange.objects.get().get_change_message()

    assert "Effect, as stated: “19% reduction” became “25% reduction”" in said


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        connection.check_constraints()


@pytest.mark.parametrize(
    "trick",
    [
        "UPDATE django_admin_log SET user_id = user_id + 1",
        "DELETE FROM django_admin_log",
        "TRUNCATE django_admin_log",
        "DELETE FROM auth_user",
    ],
)
def test_nobody_changes_the_log_of_admin(client: Client, trick: str) -> None:
    url = address(Edition, "change", make_draft().pk)
    client.post(url, form_values(client.get(url)) | {"title": "Another"})
    connection.check_constraints()
    with pytest.raises(DatabaseError, match=r"Cannot|never emptied|violates"):
        run(trick)
    assert AdminChange.objects.count() == 1


def test_an_account_is_never_deleted_but_made_inactive(client: Client) -> None:
    person = User.objects.create_user("grace")
    assert client.post(address(User, "delete", person.pk), {"post": "yes"}).status_code == 403


NONSENSE = ["abc", "²", "٣", "-1", "9" * 30, "a%00b", "%F0%9F%98%80", "'", "../x", "%ff"]


@pytest.mark.parametrize("nonsense", NONSENSE)
@pytest.mark.parametrize(
    "page",
    [
        "evidence/edition/{}/change/",
        "evidence/edition/{}/review/",
        "evidence/edition/{}/new-edition/",
        "evidence/edition/?summary__centre__id__exact={}",
        "evidence/edition/?needs={}&p={}&o={}",
        "evidence/edition/?q={}",
        "evidence/edition/add/?summary={}&kind={}&policy_areas={}&age_groups={}",
        "evidence/synonymgroup/try/?q={}",
        "evidence/auditentry/?at__gte={}",
        "portal/adminchange/?action_time__year={}",
        "auth/user/?last_login__year={}",
        "auth/user/?username__regex=(&q={}",
        "evidence/edition/?title__regex=(&q={}",
        "evidence/edition/?number__range={}",
        "evidence/edition/?key_findings__99999999999999999={}",
        "autocomplete/?app_label=evidence&model_name=edition&field_name=topics&term={}",
    ],
)
def test_a_wrong_address_in_admin_is_not_an_error_500(
    client: Client, page: str, nonsense: str
) -> None:
    answer = client.get("/admin/" + page.replace("{}", nonsense))
    assert answer.status_code < 500


@pytest.mark.parametrize("field", ["kind", "topics", "strength_step", "findings-0-outcome"])
def test_an_unknown_choice_is_explained_and_the_rest_is_not_lost(
    client: Client, field: str
) -> None:
    draft = make_draft()
    url = address(Edition, "change", draft.pk)
    shown = form_values(client.get(url))
    for nonsense in ("\x00", "²", "9" * 400, "😀"):
        page = client.post(url, shown | {field: nonsense, "title": "Typed, and not lost"})

        assert page.status_code == 200, nonsense
        assert "Typed, and not lost" in page.content.decode(), nonsense


def test_no_list_deletes_many_rows_at_once(client: Client) -> None:
    make_topic()
    posted = {"action": "delete_selected", "_selected_action": "abc", "index": 0}
    assert client.post(address(Topic, "changelist"), posted).status_code < 500
    assert Topic.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        "password__startswith=x",
        "made_by__password__startswith=a",
        "summary__nope=1",
        "_to_field=abc",
    ],
)
def test_a_filter_or_field_that_a_list_does_not_have_is_refused_and_not_logged(
    client: Client, caplog: pytest.LogCaptureFixture, query: str
) -> None:
    client.raise_request_exception = False
    answer = client.get(f"{address(Edition, 'changelist')}?{query}")
    assert answer.status_code == 400
    assert "Internal" not in answer.text
    assert caplog.text == ""


def test_the_menu_is_of_the_persons_own_rights_and_says_which_list_is_open(client: Client) -> None:
    def rows(name: str, page: str) -> list[tuple[str, bool]]:
        client.force_login(User.objects.get(username=name))
        menu = re.search(r'(?s)<nav[^>]*id="nav-sidebar".*?</nav>', client.get(page).text)
        assert menu
        links = re.findall(r'<a href="([^"]*)"( aria-current="page")?>', menu[0])
        return [(link, bool(current)) for link, current in links]

    User.objects.create_superuser("root")
    make_person("ed", "Centre editor")
    editions, people = address(Edition, "changelist"), address(User, "changelist")
    for _ in range(2):  # a menu is remembered
        assert (editions, True) in rows("ed", editions)
        assert (people, False) not in rows("ed", editions)
        assert {(editions, True), (people, False)} <= set(rows("root", editions))
        assert {(editions, False), (people, True)} <= set(rows("root", people))
        assert [link for link, current in rows("root", people) if current] == [people]


# As Django says it: GOV.UK says "sign in", and our guide "role".
NOT_OURS = re.compile(
    r"\blog(?:ged)? ?(?:in|out)\b|(?<!age )(?<!synonym )\bgroups?\b|authentication and authorization",
    re.IGNORECASE,
)


def test_people_sign_in_and_have_roles_in_the_words_of_the_guide(client: Client) -> None:
    person, role = make_person("pat", "Publisher"), Group.objects.get(name="Administrator")
    pages = [
        reverse("admin:index"), reverse("admin:app_list", args=["auth"]), reverse("admin:password_change"),
        reverse("admin:password_change_done"), address(User, "changelist"), address(User, "add"),
        address(User, "change", person.pk), address(User, "history", person.pk),
        reverse("admin:auth_user_password_change", args=[person.pk]), address(Group, "changelist"),
        address(Group, "change", role.pk), address(Group, "history", role.pk),
        address(RoleProposal, "changelist"), address(AdminChange, "changelist"),
        address(User, "change", User.objects.get(username="ada").pk),
    ]  # fmt: skip
    client.post(
        address(User, "change", person.pk),
        form_values(client.get(pages[6])) | {"email": "pat@example.org"},
    )
    said = {page: client.get(page) for page in pages}
    assert 'id="nav-sidebar"' in said[address(User, "changelist")].text
    said["out"] = client.post(reverse("admin:logout"))
    assert "You are signed out" in said["out"].text
    assert "nav-sidebar" not in said["out"].text
    said["in"] = client.get(reverse("admin:login"))
    for page, answer in said.items():
        assert answer.status_code == 200, page
        shown = plain(re.sub(r"(?s)<(script|style).*?</\1>", "", answer.content.decode()))
        assert NOT_OURS.findall(shown) == [], page
    assert "<h1>People and roles administration" in said[pages[1]].text
    for page in (address(User, "changelist"), address(Group, "change", role.pk)):
        assert "› People and roles ›" in plain(said[page].text)  # the way back
    assert "Nobody changes their own roles" in said[pages[-1]].text
    person_page = plain(said[address(User, "change", person.pk)].text)
    assert "Last signed in: never" in person_page
    assert "By role" in said[address(User, "changelist")].text
    assert "Select role to view" in said[address(Group, "changelist")].text
    assert "Can view role" in said[address(Group, "change", role.pk)].text
    assert "Sign out" in said[reverse("admin:index")].text
    assert 'value="Sign in"' in said["in"].text


# The last one, because from here on the tests of this module would run on the data set.
def test_every_row_of_the_data_set_has_a_page(client: Client, dataset: None) -> None:
    for model in MODELS:
        row = model._default_manager.first()
        if row:
            page = client.get(address(model, "change", row.pk))
            assert page.status_code == 200, model
