"""The outbox: what people are to be told, and when each of them wants to be."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from .kinds import KINDS, Kind, When


class Notice(models.Model):
    """Something that one person is to be told by mail."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", "Waits"
        SENT = "sent", "Sent"
        DROPPED = "dropped", "Concerns them no longer"
        FAILED = "failed", "Given up"

    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    about = models.BigIntegerField("key of the row that it is about")
    headline = models.TextField()
    title = models.TextField()
    text = models.TextField(help_text="What happened and what is asked, in sentences.")
    comment = models.TextField(blank=True)
    path = models.TextField("page in admin")
    at = models.DateTimeField(db_default=Now())
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    closed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField("not tried before", db_default=Now())
    error = models.TextField(blank=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index("try_at", condition=Q(state="waiting"), name="notice_waiting")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", closed_at=None)
                | ~Q(state="waiting") & Q(closed_at__isnull=False),
                name="notice_is_closed_or_waits",
                violation_error_message="A notice that waits is not closed, and every other one says when it was.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.headline}: {self.title}"


class MailChoice(models.Model):
    """When a person wants a kind of mail. Without a row, as the kind says."""

    person = models.ForeignKey(User, models.CASCADE, related_name="mail_choices")
    kind = models.CharField(max_length=20)
    when = models.CharField(max_length=7, choices=When)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="one_mail_choice_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.kind}: {self.get_when_display()}"


def tell(
    people: Iterable[User], kind: Kind, *, about: int, headline: str, title: str, text: str,
    path: str, comment: str = "",
) -> None:  # fmt: skip
    """Write a notice for each of these people, in the transaction of what happened. `path` is the address of a page in admin.

    People without an address get none.
    """
    Notice.objects.bulk_create(
        Notice(
            person=person, kind=kind.name, about=about, headline=headline, title=title, text=text,
            path=path, comment=comment,
        )
        for person in sorted(people, key=lambda one: one.pk)
        if person.email
    )  # fmt: skip


def wait_again(**whose: User) -> int:
    """Let what was given up be tried again, of everybody or of `person`; return how many notices that is."""
    failed = Notice.objects.filter(state=Notice.State.FAILED, **whose)
    again = {"state": Notice.State.WAITING, "closed_at": None, "attempts": 0}
    return failed.update(**again, try_at=Now())


def choices_of(people: Iterable[int]) -> dict[tuple[int, str], When]:
    """Return what people chose, by the key of the person and the name of the kind."""
    chosen = MailChoice.objects.filter(person__in=people)
    return {
        (person, kind): When(when)
        for person, kind, when in chosen.values_list("person", "kind", "when")
    }


def when_for(person: int, name: str, choices: dict[tuple[int, str], When]) -> When:
    """Return when a person gets a kind of mail. A kind that there is no more is never sent."""
    kind = KINDS.get(name)
    if kind is None:
        return When.NEVER
    return When.AT_ONCE if kind.always else choices.get((person, name), kind.default)


def name_of(person: User | None) -> str:
    """Return how a mail names a person; without one it was the system."""
    return (person.get_full_name() or person.get_username()) if person else "The portal"
