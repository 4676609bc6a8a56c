"""Nobody changes their own roles, and nobody alone gives one that approves evidence or manages accounts."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from portal import role_proposals
from portal.mail.outbox import Notice
from portal.models import AdminChange
from portal.role_proposals import ProposalError, RoleProposal, combine_too_much, decide, propose
from tests.people import make_person
from tests.portal.accounts.test_second_factor_race import elsewhere
from tests.portal.test_admin import address, form_values
from tests.web_role import web_role

pytestmark = pytest.mark.django_db

PASSWORD = "a walk to the quiet harbour"


@pytest.fixture
def ann() -> User:
    return make_person("ann", "Administrator")


@pytest.fixture
def bob() -> User:
    return make_person("bob", "Administrator")


def role(name: str) -> Group:
    return Group.objects.get(name=name)


def roles_of(person: User) -> set[str]:
    return set(User.objects.get(pk=person.pk).groups.values_list("name", flat=True))


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def save(by: User, person: User, **changes: Any) -> Any:
    """Save the page of a person as `by` would, with these fields changed; None unticks a box."""
    client, page = client_of(by), address(User, "change", person.pk)
    values = {**form_values(client.get(page)), **changes}
    return client.post(page, {name: value for name, value in values.items() if value is not None})


def choose(by: User, person: User, *names: str) -> Any:
    return save(by, person, groups=[role(name).pk for name in names])


def decide_page(proposal: RoleProposal) -> str:
    return reverse("admin:portal_roleproposal_decide", args=[proposal.pk])


@pytest.mark.parametrize("name", ["Publisher", "Administrator"])
def test_a_second_administrator_gives_the_role(name: str, ann: User, bob: User) -> None:
    puppet = make_person("puppet")
    choose(ann, puppet, name, "Centre editor")
    assert roles_of(puppet) == {"Centre editor"}
    proposal = RoleProposal.objects.get()

    client_of(ann).post(decide_page(proposal), {"give": "yes"})
    assert roles_of(puppet) == {"Centre editor"}

    page = client_of(bob).get(reverse("admin:index")).content.decode()
    assert decide_page(proposal) in page
    client_of(bob).post(decide_page(proposal), {"give": "yes"})
    assert roles_of(puppet) == {"Centre editor", name}
    log = [entry.get_change_message() for entry in AdminChange.objects.order_by("pk")]
    assert f"Proposed the role {name}." in log
    assert log[-1] == f"Gave the role {name}, proposed by ann."
    # Another change of the person leaves the role with them.
    save(ann, puppet, last_name="Pet")
    assert roles_of(puppet) == {"Centre editor", name}


def test_a_refused_role_can_be_proposed_again(ann: User, bob: User) -> None:
    puppet = make_person("puppet")
    for _ in range(2):
        choose(ann, puppet, "Publisher")
        proposal = RoleProposal.objects.get(decided_at=None)
        # There is one already, and it stays his to agree to.
        again = choose(bob, puppet, "Publisher")
        assert "Publisher for puppet is proposed already, by ann" in again.content.decode()
        shown = client_of(ann).get(address(User, "change", puppet.pk)).content.decode()
        assert f'<a href="{decide_page(proposal)}">Publisher</a> waits for another' in shown
        client_of(bob).post(decide_page(proposal), {"refuse": "yes"})
    assert roles_of(puppet) == set()
    with pytest.raises(ProposalError, match="already"):
        decide(proposal=proposal, by=bob, give=True)


@pytest.mark.parametrize("who", ["administrator", "superuser"])
def test_nobody_changes_their_own_roles(who: str, ann: User) -> None:
    me = ann if who == "administrator" else User.objects.create_superuser("root")
    before = roles_of(me)
    choose(me, me, "Publisher", "Centre editor")
    save(me, me, is_active=None, last_name="Mine")
    assert roles_of(me) == before
    now = User.objects.get(pk=me.pk)
    assert (now.is_active, now.last_name) == (True, "Mine")
    assert not RoleProposal.objects.exists()


def test_nobody_makes_a_superuser_in_admin() -> None:
    root, person = User.objects.create_superuser("root"), make_person("ed")
    save(root, person, is_superuser="on")
    assert not User.objects.get(pk=person.pk).is_superuser


def test_nobody_approves_evidence_and_manages_accounts(ann: User, bob: User) -> None:
    page = choose(ann, bob, "Administrator", "Publisher")
    assert "could publish alone" in page.content.decode()
    puppet = make_person("puppet")
    for name in ("Administrator", "Publisher"):
        choose(ann, puppet, name)
    for proposal in RoleProposal.objects.order_by("pk"):
        client_of(bob).post(decide_page(proposal), {"give": "yes"})
    assert roles_of(puppet) == {"Administrator"}


def test_two_who_give_roles_to_one_person_at_once_wait_for_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both = threading.Barrier(2)

    def check_together(roles: Any) -> bool:
        found = combine_too_much(roles)
        with suppress(threading.BrokenBarrierError):  # the other one waits, as it should
            both.wait(timeout=0.5)
        return found

    monkeypatch.setattr(role_proposals, "combine_too_much", check_together)
    people = elsewhere(lambda: [User.objects.create_user(name) for name in ("eve", "ann", "bob")])
    eve, ann, bob = people

    def give(by: User, name: str) -> bool:
        proposal = RoleProposal.objects.get(role=role(name), decided_at=None)
        try:
            decide(proposal=proposal, by=by, give=True)
        except ProposalError:
            return False
        return True

    try:
        elsewhere(lambda: propose(person=eve, role=role("Publisher"), by=ann))
        elsewhere(lambda: propose(person=eve, role=role("Administrator"), by=bob))
        with ThreadPoolExecutor(2) as windows:
            given = list(
                windows.map(
                    lambda one: elsewhere(lambda: give(*one)),
                    [(ann, "Administrator"), (bob, "Publisher")],
                )
            )
        assert sorted(given) == [False, True]
    finally:
        elsewhere(lambda: RoleProposal.objects.filter(person=eve).delete())
        elsewhere(lambda: User.objects.filter(pk__in=[one.pk for one in people]).delete())


def test_an_account_that_comes_back_has_lost_what_one_person_cannot_give(ann: User) -> None:
    gone = make_person("gone", "Publisher", "Centre editor")
    save(ann, gone, is_active=None)
    save(ann, gone, is_active="on")
    assert roles_of(gone) == {"Centre editor"}
    # Also if it was made inactive in another way.
    old = make_person("old", "Publisher")
    User.objects.filter(pk=old.pk).update(is_active=False)
    save(ann, old, is_active="on")
    assert roles_of(old) == set()
    assert RoleProposal.objects.get().person == old


def test_who_changes_how_somebody_signs_in_needs_another_to_agree_to_their_roles(
    ann: User, bob: User
) -> None:
    """With a new password for a publisher, an administrator could approve what a puppet wrote."""
    pat = make_person("pat", "Publisher", "Auditor")
    propose(person=pat, role=role("Administrator"), by=bob)  # ann could agree to this one
    new = {"password1": PASSWORD, "password2": PASSWORD}

    page = address(User, "password_change", pat.pk)
    assert "This ends the role Publisher at once." in client_of(ann).get(page).content.decode()

    said = client_of(ann).post(page, new, follow=True)

    assert "Publisher is proposed for pat." in said.content.decode()
    assert roles_of(pat) == {"Auditor"}
    assert "This ends the role Publisher at once." not in client_of(ann).get(page).content.decode()
    for proposal in RoleProposal.objects.filter(decided_at=None):
        client_of(ann).post(decide_page(proposal), {"give": "yes"})
    assert roles_of(pat) == {"Auditor"}
    proposal = RoleProposal.objects.get(decided_at=None, role=role("Publisher"))
    asked = client_of(bob).get(decide_page(proposal)).content.decode()
    assert "What ann did with this account on that day:" in asked
    assert "Proposed the role Publisher after the password was changed." in asked
    given = client_of(bob).post(decide_page(proposal), {"give": "yes"}, follow=True)
    assert "Gave the role: Publisher for pat." in given.content.decode()
    assert roles_of(pat) == {"Auditor", "Publisher"}
    # One's own new password needs nobody.
    client_of(bob).post(address(User, "password_change", bob.pk), new)
    assert roles_of(bob) == {"Administrator"}


def test_who_decides_reads_that_the_role_is_proposed_after_a_reset_of_the_second_factor(
    ann: User, bob: User
) -> None:
    User.objects.filter(pk=bob.pk).update(email="bob@example.org")
    pat = make_person("pat", "Publisher")

    client_of(ann).post(reverse("admin:auth_user_second_factor", args=[pat.pk]))

    proposal = RoleProposal.objects.get(decided_at=None)
    asked = client_of(bob).get(decide_page(proposal)).content.decode()
    said = "Proposed the role Publisher after the second factor was reset."
    assert asked.index("Reset the second factor.") < asked.index(said)
    (notice,) = Notice.objects.filter(person=bob)
    assert notice.text.startswith("ann proposed this role after the second factor was reset.")


def test_a_password_for_somebody_else_is_asked_for_in_words_that_fit(ann: User) -> None:
    pat, client = make_person("pat", "Auditor"), client_of(ann)
    pages = [address(User, "add"), address(User, "password_change", pat.pk)]
    for page in (client.get(page).content.decode() for page in pages):
        assert "At least 12 characters" in page
        assert "once, and then chooses their own" in page
        assert "that you have now" not in page
        assert "password-based authentication" not in page.lower()
    # Nobody signs in here without a password, so an account cannot be left without one either.
    client.post(pages[1], {"usable_password": "false", "unset-password": "x"})
    client.post(pages[1], {"password1": PASSWORD, "password2": PASSWORD})
    assert User.objects.get(pk=pat.pk).check_password(PASSWORD)


def test_nobody_else_sets_the_password_of_a_superuser_here() -> None:
    root, other = User.objects.create_superuser("root"), User.objects.create_superuser("other")
    page = client_of(other).get(address(User, "change", root.pk)).content.decode()
    assert address(User, "password_change", root.pk) not in page
    assert "/password/" not in page
    url = address(User, "password_change", root.pk)
    new = {"password1": PASSWORD, "password2": PASSWORD}
    assert client_of(other).post(url, new).status_code == 403
    assert not User.objects.get(pk=root.pk).check_password(PASSWORD)


def test_who_manages_no_accounts_decides_nothing(ann: User) -> None:
    proposal = propose(person=make_person("puppet"), role=role("Publisher"), by=ann)
    publisher = make_person("pat", "Publisher")
    assert client_of(publisher).post(decide_page(proposal), {"give": "yes"}).status_code == 403
    assert client_of(ann).get(f"{decide_page(proposal)[:-8]}9/decide/").status_code == 404


def run(*statements: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_the_database_refuses_the_web_a_role_that_nobody_agreed_to(ann: User, bob: User) -> None:
    puppet, publisher = make_person("puppet"), role("Publisher")
    give = f"INSERT INTO auth_user_groups (user_id, group_id) VALUES ({puppet.pk}, {publisher.pk})"
    with web_role():
        with pytest.raises(DatabaseError, match="another person must agree"):
            run(give)
        proposal = propose(person=puppet, role=publisher, by=ann)
        decide(proposal=proposal, by=bob, give=True)
    assert roles_of(puppet) == {"Publisher"}


@pytest.mark.parametrize(
    "trick",
    [
        "INSERT INTO portal_roleproposal (person_id, role_id, proposed_by_id, proposed_at, given)"
        " VALUES ({bob}, {role}, {bob}, now(), false)",
        "UPDATE portal_roleproposal SET given = true, decided_by_id = {ann}",
        "UPDATE portal_roleproposal SET given = true, decided_by_id = {puppet}",
        "UPDATE portal_roleproposal SET proposed_by_id = {bob}",
    ],
)
def test_the_database_refuses_a_proposal_that_two_did_not_make(
    trick: str, ann: User, bob: User
) -> None:
    puppet, publisher = make_person("puppet"), role("Publisher")
    propose(person=puppet, role=publisher, by=ann)
    with pytest.raises(DatabaseError, match=r"two_others|decided once"):
        run(trick.format(bob=bob.pk, ann=ann.pk, puppet=puppet.pk, role=publisher.pk))
