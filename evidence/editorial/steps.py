"""What a person may do next with an edition in admin: the steps, their forms, and who may take them.

A step only collects what an action needs; the action (evidence.editorial.actions) decides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import Q

from evidence.models import Edition, Summary

from . import actions

State = Edition.State
ALIKE = 5  # summaries that are offered where a title is not clear


class StepForm(forms.Form):
    """Nothing to say, except which content the person looked at."""

    digest = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"id_{type(self).__name__.lower()}_%s")
        super().__init__(*args, **kwargs)
        self.edition = edition
        self.initial["digest"] = actions.digest_of(edition)


class SubmitForm(StepForm):
    change_note = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="What changed and why, in a sentence that the public will read.",
    )
    minor = forms.BooleanField(
        required=False,
        label="Only spelling has changed",
        help_text="Then no change note is needed.",
    )
    review_due = forms.DateField(
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="When somebody should check that it is still true. Needed for every edition.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["change_note"] = self.edition.change_note
        self.initial["minor"] = self.edition.minor
        self.initial["review_due"] = self.edition.review_due


class CommentForm(StepForm):
    comment = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="What should be different. The author and the audit log will have it.",
    )


class ScheduleForm(StepForm):
    publish_at = forms.DateTimeField(
        label="Goes live at",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="Date and time in the United Kingdom.",
    )


class ReasonForm(StepForm):
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text=(
            "Why it cannot wait for another person. It stays on the first page of publishers and "
            "of its centre until somebody else has approved it."
        ),
    )


class WithdrawForm(StepForm):
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="Why it is withdrawn, in a sentence that the public will read.",
    )
    replaced_by = forms.CharField(
        required=False,
        label="Replaced by",
        help_text="The title or address of the summary to read instead. May be empty.",
    )
    sure = forms.BooleanField(
        label="Take it out of every list now",
        help_text="Its address will say that it is withdrawn. To come back it needs a new edition.",
    )

    def clean_replaced_by(self) -> Summary | None:
        typed = self.cleaned_data["replaced_by"].strip()
        if not typed:
            return None
        slug = typed.strip("/").rpartition("/")[2]
        published = Edition.objects.published().select_related("summary")
        found = list(published.filter(Q(summary__slug=slug) | Q(title__iexact=typed))[:2])
        if len(found) == 1:
            return found[0].summary
        alike = found or published.filter(title__icontains=typed).order_by("title")[:ALIKE]
        named = "; ".join(f"{one.summary.slug} ({one.title})" for one in alike)
        raise forms.ValidationError(
            f"Which one? Write its address: {named}."
            if named
            else "No published summary has this title or address."
        )


@dataclass(frozen=True)
class Step:
    """One thing that can be done to an edition in some of its states, by those with a right."""

    name: str
    label: str
    done: str
    right: str
    form: type[StepForm]
    possible: Callable[[Edition], bool]
    run: Callable[[Edition, User, dict[str, Any]], None]
    own: bool = True  # whether those who wrote or submitted it may do it too
    grave: bool = False  # whether it should not be done in passing


def steps_for(edition: Edition, user: User) -> list[Step]:
    """Return what a person may do now with an edition."""
    return [
        step
        for step in STEPS
        if step.possible(edition)
        and user.has_perm(f"evidence.{step.right}")
        and (step.own or not actions.wrote(edition, user))
    ]


def _in(*states: str) -> Callable[[Edition], bool]:
    return lambda edition: edition.state in states


def _submit(edition: Edition, by: User, said: dict[str, Any]) -> None:
    actions.submit(
        edition=edition,
        by=by,
        digest=said["digest"],
        change_note=said["change_note"],
        minor=said["minor"],
        review_due=said["review_due"],
    )


def _approve(edition: Edition, by: User, said: dict[str, Any]) -> None:
    actions.approve(edition=edition, by=by, digest=said["digest"])


def _schedule(edition: Edition, by: User, said: dict[str, Any]) -> None:
    actions.schedule(edition=edition, by=by, digest=said["digest"], publish_at=said["publish_at"])


def _take_back(edition: Edition, by: User, said: dict[str, Any]) -> None:
    actions.send_back(edition=edition, by=by, comment="Taken back, to go on editing.")


def _send_back(edition: Edition, by: User, said: dict[str, Any]) -> None:
    actions.send_back(edition=edition, by=by, comment=said["comment"])


def _emergency(edition: Edition, by: User, said: dict[str, Any]) -> None:
    actions.publish_in_emergency(
        edition=edition, by=by, digest=said["digest"], reason=said["reason"]
    )


def _afterwards(edition: Edition, by: User, said: dict[str, Any]) -> None:
    actions.approve_afterwards(edition=edition, by=by, digest=said["digest"])


def _withdraw(edition: Edition, by: User, said: dict[str, Any]) -> None:
    actions.withdraw(
        summary=edition.summary, by=by, reason=said["reason"], replaced_by=said["replaced_by"]
    )


STEPS = [
    Step(
        "submit", "Submit for review", "Submitted: somebody else can now approve it.",
        "submit_edition", SubmitForm, _in(State.DRAFT), _submit,
    ),
    Step(
        "take-back", "Take it back, to go on editing", "Taken back: it is a draft again.",
        "submit_edition", StepForm, _in(State.IN_REVIEW), _take_back,
    ),
    Step(
        "approve", "Approve and publish now", "Approved: the public can read it.",
        "approve_edition", StepForm, _in(State.IN_REVIEW), _approve, own=False,
    ),
    Step(
        "schedule", "Approve and schedule", "Approved: it goes live at its time.",
        "approve_edition", ScheduleForm, _in(State.IN_REVIEW), _schedule, own=False,
    ),
    Step(
        "approve-afterwards", "Approve what was published in an emergency", "Approved.",
        "approve_edition", StepForm,
        lambda edition: bool(edition.emergency_by_id and not edition.approved_by_id),
        _afterwards, own=False,
    ),
    Step(
        "send-back", "Send back with a comment", "Sent back: it is a draft again.",
        "approve_edition", CommentForm, _in(State.IN_REVIEW, State.SCHEDULED), _send_back,
    ),
    Step(
        "emergency", "Publish in an emergency, without approval",
        "Published without approval: somebody else must still approve it.",
        "publish_in_emergency", ReasonForm, _in(State.IN_REVIEW), _emergency, grave=True,
    ),
    Step(
        "withdraw", "Withdraw this summary",
        "Withdrawn: its address says so, and it has left every list.",
        "withdraw_summary", WithdrawForm, _in(State.PUBLISHED), _withdraw, grave=True,
    ),
]  # fmt: skip
