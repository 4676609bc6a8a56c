"""What each role may do at every address of admin, also with rows of other centres."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from centres.models import Centre, Membership
from evidence.dataset.list_history import LISTS as TABLES
from evidence.editorial import actions
from evidence.models import AuditEntry, Edition, FactCheck, LinkCheck, ListChange, Summary
from evidence.models.list_links import paths
from portal.accounts.second_factor import device_of, set_up_for
from portal.models import AdminChange
from portal.role_proposals import propose
from tests.evidence.link_checks.links import failing, linking_to
from tests.evidence.spreadsheet.sheets import complete_row, csv_file, rows_of
from tests.factories import make_centre, make_draft, make_edition
from tests.model_rows import make_row
from tests.people import ROLES, make_person
from tests.portal.test_admin import address, form_values

pytestmark = pytest.mark.django_db

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
LISTS = {"Topic", "Audience", "Setting", "Kind", "Outcome", "Product"}
READ = LISTS | {
    "Summary", "Edition", "LinkCheck", "PolicyArea", "Centre", "RatingScale", "RatingLevel"
}  # fmt: skip
PEOPLE = {"User", "Group", "Membership", "AuditEntry", "AdminChange", "RoleProposal"}
OF_EDITIONS = {"Summary", "Edition", "LinkCheck"}
NETWORK = {model.__name__ for model in MODELS} - PEOPLE - OF_EDITIONS - {"ListChange"}

# What each role may see, and what it may add, by model.
SEES = {
    "Centre editor": READ,
    "Secretariat editor": NETWORK | OF_EDITIONS | {"ListChange"},
    "Publisher": READ | {"AuditEntry", "AdminChange", "ListChange"},
    "Auditor": NETWORK
    | OF_EDITIONS
    | {"AuditEntry", "AdminChange", "ListChange", "Membership"},
    "Administrator": PEOPLE | {"Centre"},
    "Nobody": set(),
}  # fmt: skip
ADDS: dict[str, set[str]] = {
    "Centre editor": {"Summary", "Edition"},
    "Secretariat editor": (NETWORK | {"Summary", "Edition"}) - {"RatingLevel"},  # with its scale
    "Publisher": set(),
    "Auditor": set(),
    "Administrator": {"User", "Membership"},
    "Nobody": set(),
}


@pytest.fixture
def home() -> Centre:
    return make_centre("yef")


@pytest.fixture
def foreign() -> Centre:
    return make_centre("eef")


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def as_role(role: str, centre: Centre | None = None) -> Client:
    roles = [role] if role in ROLES else []
    return client_of(make_person(f"a {role}", *roles, centre=centre))


@pytest.mark.parametrize("role", [*ROLES, "Nobody"])
def test_every_list_and_form_by_role(role: str, home: Centre) -> None:
    client = as_role(role, home)
    for model in MODELS:
        name = model.__name__
        seen = client.get(address(model, "changelist")).status_code
        added = client.get(address(model, "add"), follow=True).status_code
        assert seen == (200 if name in SEES[role] else 403), (role, name, "list")
        assert added == (200 if name in ADDS[role] else 403), (role, name, "add")
    membership = client.get(reverse("admin:centres_centre_membership")).status_code
    assert membership == (200 if "Centre" in ADDS[role] else 403)
    for log, page in (("AuditEntry", "evidence_auditentry"), ("AdminChange", "portal_adminchange")):
        csv = client.get(reverse(f"admin:{page}_csv")).status_code
        assert csv == (200 if log in SEES[role] else 403)
    assert client.get(reverse("admin:index")).status_code == 200


PAGES = ["changelist", "add", "history", "delete", "change"]
OWN_PAGES = {
    "evidence_edition_new", "evidence_edition_review", "evidence_edition_batch", "evidence_synonymgroup_try",
    "evidence_edition_comment", "evidence_edition_dealt_with", "evidence_edition_fact_checks",
    "evidence_auditentry_csv", "portal_adminchange_csv", "auth_user_password_change",
    "auth_user_second_factor", "portal_roleproposal_decide", "evidence_summary_import",
    "evidence_summary_confirm_import", "evidence_summary_import_template", "evidence_summary_import_file",
    "evidence_summary_export", "centres_centre_membership",
    *(f"evidence_{one._meta.model_name}_end" for one in paths()),
}  # fmt: skip
FOR_ALL_STAFF = {
    "index", "login", "logout", "password_change", "password_change_done", "autocomplete",
    "jsi18n", "view_on_site", "app_list", "carried_form", "second_factor", "second_factor_code",
    "second_factor_set_up", "second_factor_passkey", "my_mail",
}  # fmt: skip


def test_no_address_of_admin_is_missing_from_these_tables() -> None:
    def names(patterns: list[Any]) -> Iterator[str]:
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                yield from names(pattern.url_patterns)
            elif pattern.name:
                yield pattern.name

    of_models = {
        f"{model._meta.app_label}_{model._meta.model_name}_{page}"
        for model in MODELS
        for page in PAGES
    }
    assert set(names(admin.site.get_urls())) == of_models | OWN_PAGES | FOR_ALL_STAFF


# What each role may change and delete, by model; editions by their state and centre, below.
CHANGES: dict[str, set[str]] = {
    "Centre editor": set(),
    "Secretariat editor": NETWORK - {"RatingLevel"},
    "Publisher": {"ListChange"},  # by a decision
    "Auditor": set(),
    "Administrator": {"User", "Membership"},
    "Nobody": set(),
}


@pytest.mark.parametrize("role", [*ROLES, "Nobody"])
def test_every_page_of_a_row_by_role(role: str, home: Centre) -> None:
    client = as_role(role, home)
    colleague = make_person("a colleague", "Auditor")
    edition = linking_to("https://example.org/lost", centre=home)
    LogEntry.objects.log_actions(colleague.pk, [colleague], CHANGE, "Looked in.")
    made: dict[str, Any] = {
        "AdminChange": AdminChange.objects.get(),
        "AuditEntry": edition.summary.audit.first(),
        "Edition": edition,
        "LinkCheck": failing("https://example.org/lost"),
        "RoleProposal": propose(
            person=colleague,
            role=Group.objects.get(name="Publisher"),
            by=make_person("an administrator", "Administrator"),
        ),
        "Summary": edition.summary,
        "User": colleague,
    }
    # The history of a row of a list is the list of its changes.
    listed = {table.model.__name__ for table in TABLES.values() if "ListChange" in SEES[role]}
    for model in MODELS:
        name = model.__name__
        row = made.get(name) or make_row(model)
        seen, changed = name in SEES[role], name in CHANGES[role]
        deleted = changed and name not in {"User", "ListChange"}  # the logs name the one
        refused = 409 if name == "Edition" and "Edition" in ADDS[role] else 403
        wanted = {
            ("change", "get"): 200 if seen else 403,
            ("change", "post"): 200 if changed else refused,
            ("history", "get"): (302 if name in listed else 200) if seen else 403,
            ("delete", "get"): 200 if deleted else 403,
            # To delete a row of a list needs a reason, so it is asked for.
            ("delete", "post"): 200 if deleted else 403,
        }
        for (page, method), status in wanted.items():
            answer = getattr(client, method)(address(model, page, row.pk))
            assert answer.status_code == status, (role, name, page, method)
        assert model._default_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize("role", [*ROLES, "Nobody"])
def test_who_may_propose_to_merge_or_retire_a_row(role: str) -> None:
    client = as_role(role)
    for model in paths():
        page = address(model, "end", make_row(model).pk)
        posted = {"ended": "retired", "reason": "Unused.", "propose": "Propose it"}
        statuses = client.get(page).status_code, client.post(page, posted).status_code
        assert statuses == ((200, 302) if model.__name__ in CHANGES[role] else (403, 403))
    assert ListChange.objects.proposed().count() == (len(paths()) if CHANGES[role] >= LISTS else 0)


IMPORTS = {"Centre editor", "Secretariat editor"}
EXPORTS = IMPORTS | {"Publisher", "Auditor"}


@pytest.mark.parametrize("role", [*ROLES, "Nobody"])
def test_import_and_export_by_role(role: str, home: Centre) -> None:
    client = as_role(role, home)
    make_edition(centre=home)
    importing = address(Summary, "import")
    file = SimpleUploadedFile("rows.csv", csv_file([complete_row()]))

    uploaded = client.post(importing, {"file": file})
    statuses = {
        client.get(importing).status_code,
        uploaded.status_code,
        client.get(f"{importing}template.csv").status_code,
        client.get(f"{importing}template.xlsx").status_code,
    }
    confirmed = client.post(address(Summary, "confirm_import"), {"file": ""}).status_code
    exporting = address(Summary, "export")
    exported = {
        client.get(exporting).status_code,
        client.post(exporting, {"format": "csv"}).status_code,
    }

    assert statuses == {200 if role in IMPORTS else 403}
    assert confirmed == (302 if role in IMPORTS else 403)
    assert exported == {200 if role in EXPORTS else 403}


def test_a_right_that_was_removed_after_the_upload_does_not_count_at_the_confirmation(
    home: Centre,
) -> None:
    person = make_person("an editor", "Centre editor", centre=home)
    client = client_of(person)
    make_edition(centre=home)
    file = SimpleUploadedFile("rows.csv", csv_file([complete_row()]))
    key = client.post(address(Summary, "import"), {"file": file}).context["waiting_file"].pk
    person.groups.clear()

    assert client.post(address(Summary, "confirm_import"), {"file": key}).status_code == 403
    assert not Edition.objects.open().exists()


@pytest.mark.parametrize("row", ["by id", "by centre"])
def test_another_centres_row_is_neither_imported_nor_mentioned(
    row: str, home: Centre, foreign: Centre
) -> None:
    make_edition(centre=home)
    theirs = make_draft(centre=foreign, title="Theirs and secret")
    client = as_role("Centre editor", home)
    cells = {
        "by id": {"id": theirs.summary.slug, "centre": home.slug},
        "by centre": {"id": "eef-new", "centre": foreign.slug},
    }
    file = SimpleUploadedFile("rows.csv", csv_file([complete_row(**cells[row])]))

    page = client.post(address(Summary, "import"), {"file": file})

    assert "is not one of your centres" in page.content.decode()
    assert "secret" not in page.content.decode()
    assert page.context["waiting_file"] is None


def test_an_export_has_only_rows_of_a_persons_own_centres(home: Centre, foreign: Centre) -> None:
    mine, theirs = make_edition(centre=home), make_edition(centre=foreign)
    exporting = address(Summary, "export")
    query = f"?centre__id__exact={foreign.pk}"
    for role, seen in {"Centre editor": [mine], "Auditor": [mine, theirs]}.items():
        client = as_role(role, home)
        rows = rows_of("csv", client.post(exporting, {"format": "csv"}).content)
        foreign_rows = rows_of("csv", client.post(exporting + query, {"format": "csv"}).content)
        assert {row["id"] for row in rows} == {one.summary.slug for one in seen}
        asked = {row["id"] for row in foreign_rows}
        assert asked <= {one.summary.slug for one in seen}
        assert (theirs.summary.slug in asked) == (role == "Auditor")


def test_another_persons_upload_cannot_be_confirmed(home: Centre) -> None:
    make_edition(centre=home)
    client, other = as_role("Centre editor", home), as_role("Secretariat editor")
    file = SimpleUploadedFile("rows.csv", csv_file([complete_row()]))
    key = client.post(address(Summary, "import"), {"file": file}).context["waiting_file"].pk

    answer = other.post(address(Summary, "confirm_import"), {"file": key}, follow=True)

    assert "There is no file to confirm" in answer.content.decode()
    assert not Edition.objects.open().exists()


def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    draft = make_draft()
    for page in ("import", "confirm_import", "export"):
        assert "/login/" in client.post(address(Summary, page))["Location"]
    for model in MODELS:
        assert client.get(address(model, "changelist")).status_code == 302
    assert (
        "/login/"
        in client.post(reverse("admin:evidence_edition_batch", args=["submit"]))["Location"]
    )
    of_comments = ("comment", "dealt_with", "fact_checks")
    for page in ("change", "review", "new", "delete", "history", *of_comments):
        answer = client.post(address(Edition, page, draft.pk))
        assert answer.status_code == 302
        assert "/login/" in answer["Location"]


@pytest.mark.parametrize("state", ["draft", "in-review", "published"])
@pytest.mark.parametrize(
    ("role", "centre", "change", "review"),
    [
        ("Centre editor", "own", True, True),
        ("Centre editor", "other", None, None),
        ("Secretariat editor", "other", True, True),
        ("Publisher", "other", False, True),
        ("Auditor", "other", False, True),
        ("Administrator", "own", None, None),
        ("Nobody", "own", None, None),
    ],
)
def test_an_edition_by_role_centre_and_state(
    role: str, centre: str, change: bool | None, review: bool | None, state: str, home: Centre,
    foreign: Centre,
) -> None:  # fmt: skip
    edition = make_draft(centre=home if centre == "own" else foreign)
    if state != "draft":
        actions.submit(edition=edition)
    if state == "published":
        actions.publish(edition=edition)
    client = as_role(role, home)
    may_save = bool(change) and state == "draft"

    page = client.get(address(Edition, "change", edition.pk))
    posted = client.post(address(Edition, "change", edition.pk), {"title": "Posted"})
    reviewed = client.get(address(Edition, "review", edition.pk))
    deleted = client.post(address(Edition, "delete", edition.pk), {"post": "yes"})

    assert (page.status_code == 200) == (change is not None)
    assert (b'name="_save"' in page.content) == may_save
    out_of_reach = role == "Centre editor" and centre == "other"  # as if there were none
    too_late = bool(change)  # they may write drafts, and it is one no longer
    refused = 404 if out_of_reach else 409 if too_late else 403
    assert posted.status_code == (200 if may_save else refused)
    assert reviewed.status_code == (200 if review else 404)
    assert (not Edition.objects.filter(pk=edition.pk).exists()) == may_save
    assert deleted.status_code in {302, 403}


def steps(client: Client, edition: Edition) -> set[str]:
    page = client.get(address(Edition, "review", edition.pk))
    return {step.name for step, _ in page.context["steps"]}


def test_what_a_role_may_do_with_an_edition(home: Centre) -> None:
    draft, live = make_draft(centre=home), make_edition(centre=home)
    waiting = make_draft(centre=home)
    actions.submit(edition=waiting, by=_writer(waiting))
    table = {
        "Centre editor": [{"submit", "assign"}, {"take-back"}, {"check", "confirm"}],
        "Secretariat editor": [{"submit", "assign"}, {"take-back"}, {"check"}],
        "Publisher": [
            set(), {"approve", "schedule", "send-back", "emergency"},
            {"withdraw", "withdraw-later"},
        ],
        "Auditor": [set(), set(), set()],
    }  # fmt: skip
    for role, wanted in table.items():
        client = as_role(role, home)
        assert [steps(client, one) for one in (draft, waiting, live)] == wanted, role


# Who may comment, mark a comment as dealt with, and ask for a fact check: on an edition of their centre, and of another one.
SAYS = {
    "Centre editor": [(302, 302, 302), (404, 404, 404)],
    "Secretariat editor": [(302, 302, 302), (302, 302, 302)],
    "Publisher": [(302, 302, 403), (302, 302, 403)],
    "Auditor": [(302, 403, 403), (302, 403, 403)],
    "Administrator": [(404, 404, 404), (404, 404, 404)],
    "Nobody": [(404, 404, 404), (404, 404, 404)],
}


@pytest.mark.parametrize("role", SAYS)
def test_comments_and_fact_checks_by_role(role: str, home: Centre, foreign: Centre) -> None:
    client, colleague = as_role(role, home), make_person("a colleague")
    for centre, wanted in zip((home, foreign), SAYS[role], strict=True):
        draft = make_draft(centre=centre)
        said = actions.comment(edition=draft, field="title", text="Why?", by=colleague)
        posts: dict[str, Any] = {
            "comment": {"field": "title", "text": "So."},
            "dealt_with": {"reply_to": said.pk},
            "fact_checks": {"asked_of": "Dr Grey", "days": "7"},
        }
        found = [
            client.post(address(Edition, page, draft.pk), values) for page, values in posts.items()
        ]
        assert tuple(answer.status_code for answer in found) == wanted, centre
        said.refresh_from_db()
        assert bool(said.dealt_with_at) == (wanted[1] == 302)
        assert FactCheck.objects.filter(summary=draft.summary).exists() == (wanted[2] == 302)
        if wanted[2] == 403:  # who may not ask does not get the link either
            page = client.get(address(Edition, "review", draft.pk))
            assert "/fact-check/" not in page.content.decode()


EDITS = {"submit", "assign", "discard", "check", "change"}
CONFIRMS = {"confirm", "unconfirm"}
BATCHES = {
    "Centre editor": EDITS | CONFIRMS, "Secretariat editor": EDITS, "Publisher": {"approve", "send-back"},
}  # fmt: skip


@pytest.mark.parametrize("role", [*ROLES, "Nobody"])
def test_batches_by_role(role: str, home: Centre, foreign: Centre) -> None:
    """Only those who may do it to one edition do it to many, and only to those of their own centres."""
    theirs = make_draft(centre=foreign, title="Theirs and secret")
    client = as_role(role, home)
    values = {"edition": f"{theirs.pk}:", "together": "each", "plan": ""}
    for batch in EDITS | CONFIRMS | {"approve", "send-back"}:
        may = batch in BATCHES.get(role, set())
        answer = client.post(reverse("admin:evidence_edition_batch", args=[batch]), values)
        if role == "Centre editor" and may:
            assert answer.status_code == 302, batch  # as if there were none
        else:
            assert answer.status_code == (200 if may else 403), batch
    assert client.get(reverse("admin:evidence_edition_batch", args=["other"])).status_code == 404
    assert Edition.objects.get().state == "draft"


def _writer(edition: Edition) -> User:
    edition.review_due = "2030-01-01"
    edition.save(update_fields=["review_due"])
    return make_person("a writer")


@pytest.mark.parametrize(
    "way",
    ["list", "search", "autocomplete", "history", "summary", "new edition", "step", "delete"],
)
def test_another_centres_draft_is_out_of_reach(way: str, home: Centre, foreign: Centre) -> None:
    edition = make_draft(centre=foreign, title="Theirs and secret")
    client = as_role("Centre editor", home)
    slug = edition.summary.slug
    ask: dict[str, Callable] = {
        "list": lambda: client.get(address(Edition, "changelist")),
        "search": lambda: client.get(address(Edition, "changelist"), {"q": "secret"}),
        "autocomplete": lambda: client.get(
            reverse("admin:autocomplete"),
            {
                "app_label": "evidence",
                "model_name": "edition",
                "field_name": "summary",
                "term": "eef",
            },
        ),
        "history": lambda: client.get(address(Edition, "history", edition.pk)),
        "summary": lambda: client.get(address(Summary, "change", edition.summary_id)),
        "new edition": lambda: client.post(address(Edition, "new", edition.pk)),
        "step": lambda: client.post(address(Edition, "review", edition.pk), {"step": "submit"}),
        "delete": lambda: client.post(address(Edition, "delete", edition.pk), {"post": "yes"}),
    }
    answer = ask[way]()

    assert answer.status_code in {200, 302, 403, 404}
    assert "Theirs and secret" not in answer.content.decode()
    assert slug not in answer.content.decode()
    now = Edition.objects.get(pk=edition.pk)
    assert now.state == "draft"
    assert AuditEntry.objects.filter(summary=edition.summary).count() == 1


def test_another_centres_links_are_out_of_reach_and_nobody_changes_any(
    home: Centre, foreign: Centre
) -> None:
    shared = "https://example.org/shared"
    make_draft(centre=foreign, title="Theirs and secret", source_url=shared)
    make_draft(centre=home, title="Mine", source_url=shared)
    theirs = make_draft(centre=foreign, title="Theirs too").source_url
    both, other = (make_row(LinkCheck, url=url) for url in (shared, theirs))
    client = as_role("Centre editor", home)

    listed = client.get(address(LinkCheck, "changelist"))
    searched = client.get(
        address(LinkCheck, "changelist"), {"q": "example", "centre": str(foreign.pk)}
    )
    seen = client.get(address(LinkCheck, "change", both.pk))
    hidden = client.get(address(LinkCheck, "change", other.pk))

    assert [check.url for check in listed.context["cl"].result_list] == [shared]
    assert hidden.status_code == 302  # as if there were none
    for page in (listed, searched, seen, client.get(reverse("admin:index"))):
        assert page.status_code == 200
        assert "Theirs" not in page.content.decode()
        assert theirs not in page.content.decode()
    for page_name in ("change", "delete"):
        assert client.post(address(LinkCheck, page_name, both.pk)).status_code == 403
    assert as_role("Nobody").get(address(LinkCheck, "change", both.pk)).status_code == 403
    root = client_of(User.objects.create_superuser("root"))
    assert root.post(address(LinkCheck, "delete", both.pk), {"post": "yes"}).status_code == 403


def test_a_posted_summary_or_row_of_another_centre_is_refused(
    home: Centre, foreign: Centre
) -> None:
    theirs = make_edition(centre=foreign)
    mine = make_draft(centre=home)
    client = as_role("Centre editor", home)
    url = address(Edition, "change", mine.pk)
    values = form_values(client.get(url))

    by_row = values | {"findings-0-id": theirs.findings.get().pk, "findings-0-effect": "taken"}
    client.post(url, by_row)
    new = values | {"centre": foreign.pk, "slug": "eef-new"}
    added = client.post(address(Edition, "add"), new)
    taken = client.post(address(Edition, "add"), new | {"slug": theirs.summary.slug})

    assert theirs.findings.get().effect != "taken"
    assert added.status_code == 200
    assert "Select a valid choice" in added.content.decode()
    assert taken.status_code == 200
    assert not Summary.objects.filter(slug="eef-new").exists()
    assert theirs.summary.editions.count() == 1


def test_not_even_the_address_of_another_centres_draft_is_told(
    home: Centre, foreign: Centre
) -> None:
    mine, theirs = make_draft(centre=home), make_draft(centre=foreign)
    client = as_role("Centre editor", home)
    for row, status in ((mine, 302), (mine.summary, 302), (theirs, 404), (theirs.summary, 404)):
        kind = ContentType.objects.get_for_model(row)
        url = reverse("admin:view_on_site", args=[kind.pk, row.pk])
        assert client.get(url).status_code == status, row


def test_rights_follow_the_centre_and_not_the_author(home: Centre) -> None:
    draft = make_draft(centre=home)
    author = make_person("the author", "Centre editor", centre=home)
    actions.record_edit(edition=draft, by=author)
    Membership.objects.filter(user=author).delete()
    successor = make_person("the successor", "Centre editor", centre=home)

    assert client_of(author).get(address(Edition, "change", draft.pk)).status_code == 302
    assert client_of(successor).get(address(Edition, "change", draft.pk)).status_code == 200


def test_an_administrator_cannot_become_or_change_a_superuser() -> None:
    root = User.objects.create_superuser("root")
    person = make_person("an administrator", "Administrator")
    client = client_of(person)

    client.post(
        address(User, "change", person.pk), {"username": person.username, "is_superuser": "on"}
    )
    changed: Any = client.post(address(User, "change", root.pk), {"username": "mine"})

    assert not User.objects.get(pk=person.pk).is_superuser
    assert changed.status_code == 403


def test_roles_are_made_once_and_stay_as_people_change_them() -> None:
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)


@pytest.mark.parametrize("role", [*ROLES, "Nobody", "Superuser", "Stranger"])
def test_the_second_factor_of_others_is_reset_by_who_may_change_them(
    role: str, home: Centre, settings: Any
) -> None:
    """Every role has its own second factor; only an administrator resets another's, and nobody here a superuser's."""
    settings.TWO_FACTOR = True
    person, root = make_person("somebody"), User.objects.create_superuser("root")
    me = User.objects.create_superuser("me") if role == "Superuser" else make_person(
        "me", *([role] if role in ROLES else []), centre=home
    )  # fmt: skip
    for user in (person, root, me):
        give_second_factor(user)
    client = Client() if role == "Stranger" else client_of_verified(me)

    def reset(user: User) -> int:
        url = address(User, "second_factor", user.pk)
        return max(client.get(url).status_code, client.post(url).status_code)

    may = {"Administrator": [True, False, False], "Superuser": [True, False, False]}
    refused = 302 if role == "Stranger" else 403
    for user, allowed in zip((person, root, me), may.get(role, [False] * 3), strict=True):
        assert reset(user) == (302 if allowed else refused), user
        assert (device_of(user) is None) == allowed
    own = client.get(reverse("admin:second_factor")).status_code
    assert own == (302 if role == "Stranger" else 200)
    for page in ("second_factor_code", "second_factor_set_up", "carried_form"):
        assert client.get(reverse(f"admin:{page}")).status_code == 302


def give_second_factor(user: User) -> None:
    key = TOTPDevice().key
    assert set_up_for(user, key, TOTP(bytes.fromhex(key)), replace=False)


def client_of_verified(user: User) -> Client:
    client = client_of(user)
    session = client.session
    device = device_of(user)
    assert device
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client
