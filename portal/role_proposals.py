"""Roles that nobody gives alone: those that put evidence before the public, and those that manage accounts.

One administrator proposes such a role for somebody else, and a third person gives it or refuses. So nobody can make a second
account of their own and publish with it what nobody else has seen. The database holds the role of the web to it; whoever owns
the tables may give any role, as the command line does.
"""

from collections.abc import Iterable

import pgtrigger
from django.contrib.auth.models import Group, User
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse

from . import guards
from .mail.kinds import Kind, When, having, register
from .mail.outbox import name_of, tell

# A role with one of these rights (evidence/roles.py) needs two people, whatever it is called.
APPROVING = ("approve_edition", "publish_in_emergency", "withdraw_summary")
MANAGING = ("add_user", "change_user")
TOO_MUCH = "Nobody both approves evidence and manages accounts: they could publish alone. Choose one of the two."


class ProposalError(Exception):
    """This cannot be decided so. The message says why, to the person who tried it."""


class RoleProposal(models.Model):
    """A role that one administrator wants somebody to have, and what another one decided."""

    person = models.ForeignKey(User, models.PROTECT, related_name="role_proposals")
    role = models.ForeignKey(Group, models.CASCADE, related_name="+")
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField("proposed", auto_now_add=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("decided", null=True)  # by the database
    given = models.BooleanField(default=False)

    class Meta:
        ordering = ["-pk"]
        # Who may change accounts sees and decides them: there is no right to give.
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role"],
                condition=Q(decided_at=None),
                name="role_is_proposed_once_at_a_time",
                violation_error_message="This role is proposed for this person already.",
            ),
            models.CheckConstraint(
                condition=~Q(proposed_by=F("person"))
                & (
                    Q(given=False)
                    | Q(decided_by__isnull=False)
                    & ~Q(decided_by=F("person"))
                    & ~Q(decided_by=F("proposed_by"))
                ),
                name="role_is_given_by_two_others",
                violation_error_message="One person proposes a role and another gives it, and neither is the one who gets it.",
            ),
        ]
        triggers = [
            guards.Guard(
                name="proposal_begins_undecided",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    NEW.proposed_at = clock_timestamp();
                    NEW.decided_at = NULL; NEW.decided_by_id = NULL; NEW.given = FALSE;
                    RETURN NEW;
                """,
            ),
            guards.Guard(
                name="proposal_is_decided_once",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.decided_at IS NOT NULL
                        OR (OLD.person_id, OLD.role_id, OLD.proposed_by_id)
                        IS DISTINCT FROM (NEW.person_id, NEW.role_id, NEW.proposed_by_id)
                    THEN RAISE EXCEPTION 'a proposal is decided once, as it was made'; END IF;
                    NEW.decided_at = now();
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} for {self.person}"


class PersonRole(User.groups.through):  # type: ignore[name-defined]  # made by Django
    """A role of a person."""

    class Meta:
        proxy = True
        triggers = [
            guards.Guard(
                name="role_that_needs_two_was_proposed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                # A proposal counts in the transaction that decides it, and never again.
                func=f"""
                    IF {guards.NOT_OWNER} AND EXISTS (
                        SELECT FROM auth_group_permissions JOIN auth_permission right_ ON right_.id = permission_id
                        WHERE group_id = NEW.group_id AND codename IN {APPROVING + MANAGING}
                    ) AND NOT EXISTS (
                        SELECT FROM portal_roleproposal
                        WHERE person_id = NEW.user_id AND role_id = NEW.group_id AND given AND decided_at = now()
                    ) THEN RAISE EXCEPTION 'another person must agree to this role'; END IF;
                    RETURN NEW;
                """,  # noqa: S608 - the names above
            )
        ]


class Account(User):
    """An account, for the rule that only whoever owns the tables makes a superuser."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            guards.Guard(
                name="superuser_is_made_by_the_owner",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__is_superuser=True),
                func=f"""
                    IF (TG_OP = 'INSERT' OR NOT OLD.is_superuser) AND {guards.NOT_OWNER}
                    THEN RAISE EXCEPTION 'superusers are made at the command line'; END IF;
                    RETURN NEW;
                """,
            )
        ]


def _open(person: User, keys: set[int]) -> set[int]:
    waiting = RoleProposal.objects.filter(pk__in=keys, decided_at=None).exclude(person=person)
    return set(waiting.values_list("pk", flat=True))


MANAGES = "auth.change_user"
PROPOSED = Kind(
    "role", "Roles that wait for a second administrator", "roles to decide on",
    "you look after accounts", having(MANAGES), When.AT_ONCE, _open,
)  # fmt: skip
DECIDED = Kind(
    "role-decided", "Roles that you proposed are given or refused", "roles given or refused",
    "you proposed a role", having(MANAGES), When.DAILY, lambda person, keys: keys,
)  # fmt: skip
register(PROPOSED, DECIDED)


def needing_two(roles: Iterable[Group]) -> list[Group]:
    """Return those of these roles that one person cannot give alone."""
    return list(_with_rights(roles, APPROVING + MANAGING))


def waiting_for(person: User) -> models.QuerySet[RoleProposal]:
    """Return the roles that are proposed for a person and not decided."""
    waiting = RoleProposal.objects.filter(person=person, decided_at=None)
    return waiting.select_related("role", "person", "proposed_by")


def combine_too_much(roles: Iterable[Group]) -> bool:
    """Say whether somebody with all these roles could make an account to write with, and approve what it wrote."""
    keys = [role.pk for role in roles]
    rights = Group.objects.filter(pk__in=keys).values_list("permissions__codename", flat=True)
    found = set(rights)
    return bool(found & set(APPROVING)) and bool(found & set(MANAGING))


def _with_rights(roles: Iterable[Group], codenames: tuple[str, ...]) -> models.QuerySet[Group]:
    keys = [role.pk for role in roles]
    return Group.objects.filter(pk__in=keys, permissions__codename__in=codenames).distinct()


@transaction.atomic
def propose(*, person: User, role: Group, by: User, after: str = "") -> RoleProposal:
    """Propose a role for somebody else, or return the proposal that is open already: two may save the same page at once.

    `after` is what happened to the account just before, such as "the second factor was reset".
    """
    proposal, made = RoleProposal.objects.get_or_create(
        person=person, role=role, decided_at=None, defaults={"proposed_by": by}
    )
    if made:
        when = f" after {after}" if after else ""
        managers = User.objects.with_perm(
            MANAGES, is_active=True, include_superusers=False,
            backend="django.contrib.auth.backends.ModelBackend",
        )  # fmt: skip
        _tell(
            managers.exclude(pk__in=[person.pk, by.pk]), PROPOSED, proposal, "Role to decide on",
            f"{name_of(by)} proposed this role{when}. Find out whether it is right; then give it, or refuse.",
        )  # fmt: skip
    return proposal


@transaction.atomic
def propose_anew(*, person: User, by: User, after: str) -> list[Group]:
    """Take from a person the roles that one person cannot give alone, propose them again, and return them.

    For when somebody else has changed how the person signs in: with the new password they could act as that person. What
    others had proposed is proposed again too, so that whoever made the change agrees to none of it.
    """
    _lock(person.pk)
    roles = needing_two(person.groups.all())
    person.groups.remove(*roles)
    waiting = RoleProposal.objects.select_for_update().filter(person=person, decided_at=None)
    for proposal in waiting.exclude(proposed_by=by):
        proposal.decided_by = by
        proposal.save(update_fields=["decided_by"])
        roles.append(proposal.role)
    for role in roles:
        propose(person=person, role=role, by=by, after=after)
    return roles


def may_give(proposal: RoleProposal, user: User) -> bool:
    """Say whether this is a third person, neither who proposed the role nor who would have it."""
    return user.pk not in {proposal.person_id, proposal.proposed_by_id}


@transaction.atomic
def decide(*, proposal: RoleProposal, by: User, give: bool) -> None:
    """Give the role, or refuse. ProposalError if it is decided already, or if this person may not give it."""
    _lock(proposal.person_id)
    locked = RoleProposal.objects.select_for_update().get(pk=proposal.pk)
    if locked.decided_at:
        raise ProposalError("Somebody has decided this already.")
    if give and not may_give(locked, by):
        raise ProposalError("Somebody else must agree: neither who proposed it nor who gets it.")
    if give and not locked.person.is_active:
        raise ProposalError("This account is not active.")
    if give and combine_too_much([*locked.person.groups.all(), locked.role]):
        raise ProposalError(TOO_MUCH)
    locked.decided_by, locked.given = by, give
    locked.save(update_fields=["decided_by", "given"])
    if give:
        locked.person.groups.add(locked.role)
    proposer = User.objects.filter(pk=locked.proposed_by_id).exclude(pk=by.pk)
    what = "gave" if give else "refused"
    _tell(
        proposer,
        DECIDED,
        locked,
        f"Role {'given' if give else 'refused'}",
        f"{name_of(by)} {what} it.",
    )


def _lock(person: int) -> None:
    """Let decisions about one person, and changes of how they sign in, wait for each other."""
    User.objects.select_for_update().get(pk=person)


def _tell(
    people: Iterable[User], kind: Kind, proposal: RoleProposal, headline: str, text: str
) -> None:
    tell(
        people, kind, about=proposal.pk, headline=headline, title=str(proposal), text=text,
        path=reverse("admin:portal_roleproposal_decide", args=[proposal.pk]),
    )  # fmt: skip
