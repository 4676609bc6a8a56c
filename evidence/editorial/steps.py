"""What a person may do next with an edition: the steps on the review page, their forms, and who may take them.

A step collects what an action needs. The action (evidence.editorial.actions) decides whether it is possible.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import Q

from evidence.models import Edition, Summary, editors_of, works_for
from evidence.models.content_fields import help_of, label_of
from portal.form_fields import ProseField

from . import actions
from .content import digest_of
from .figures import Figure, digest_of_figures, figures_of
from .reviews import day_to_fill_in

State = Edition.State
AS_PEOPLE_WRITE = "Write a date as 31 March 2028 or 31/03/2028."
MEAN_IT = "Tick this if you mean it."
STALE_CODE = "stale"  # the code of an error: it is not any more what the person had looked at
SUGGESTIONS = 5  # summaries that are offered if a title is not clear


class StepForm(forms.Form):
    """A step that asks for nothing. The hidden field has the digest of the content that the person looked at."""

    digest = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"id_{type(self).__name__.lower()}_%s")
        super().__init__(*args, **kwargs)
        self.edition = edition
        self.initial["digest"] = digest_of(edition)

    def look_again(self, edition: Edition) -> None:
        """Be about an edition as the page shows it now, and say so if that is not what the person had looked at.

        So what is confirmed next is what they have before them, and nothing that was refused is refused for ever.
        """
        now = type(self)(edition=edition)
        shown = {field.name: now.initial[field.name] for field in now.hidden_fields()}
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        if any(data.get(name) != value for name, value in shown.items()):
            if not self.has_error(NON_FIELD_ERRORS, STALE_CODE):
                self.add_error(None, actions.STALE)
            for name, value in shown.items():
                data[name] = value
        self.edition, self.data = edition, data


def review_day(*, help_text: str, **kwargs: Any) -> forms.DateField:
    """Return the field for the day of the next review, written as everywhere in admin: 31 March 2028 or 31/03/2028."""
    return forms.DateField(
        label=label_of("review_due"),
        widget=forms.DateInput(attrs={"size": 20, "autocomplete": "off"}),
        help_text=f"{help_text} {AS_PEOPLE_WRITE}",
        error_messages={"invalid": AS_PEOPLE_WRITE},
        **kwargs,
    )


class SubmitForm(StepForm):
    """Asks what changed, and when to review the edition again."""

    change_note = ProseField(
        required=False,
        label=label_of("change_note"),
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text=help_of("change_note"),
    )
    minor = forms.BooleanField(
        required=False,
        label=label_of("minor"),
        help_text="Tick this only if nothing that it says has changed. Then it needs no change note.",
    )
    review_due = review_day(
        required=False, help_text=f"{help_of('review_due')} Every edition needs it."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["change_note"] = self.edition.change_note
        self.initial["minor"] = self.edition.minor
        if not self.edition.summary.editions.history().exists():
            self.fields["change_note"].help_text = "A first edition needs none."
            del self.fields["minor"]  # there is no text before whose spelling could have changed
        self.initial["review_due"] = self.edition.review_due or day_to_fill_in(self.edition)


class AssignForm(StepForm):
    """Asks who is to go on with a draft."""

    to = forms.ModelChoiceField(
        User.objects.none(),
        label="Who goes on with it",
        help_text="It is then among their drafts on the first page. Others may still edit it.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.queryset = editors_of(self.edition.summary.centre)
        self.initial["to"] = self.edition.assigned_to_id


class CommentForm(StepForm):
    """Asks for a comment to the author."""

    comment = ProseField(
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="What should be different. The author sees it, and it is in the audit log.",
    )


class ScheduleForm(StepForm):
    """Asks when to publish."""

    publish_at = forms.DateTimeField(
        label="Goes live at",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="Date and time in the United Kingdom.",
    )


class CheckForm(StepForm):
    """Asks when to check again."""

    review_due = review_day(
        help_text="You have checked what it says against its sources, and it is still true. Nothing but this date changes.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_rule = day_to_fill_in(self.edition)
        if not actions.wrong_next_review_day(self.edition, by_rule):
            self.initial["review_due"] = by_rule


class ConfirmForm(StepForm):
    """Asks somebody to put the centre's name to the figures, which the page lists."""

    sure = forms.BooleanField(
        label="I say for the centre that these are its figures and ratings",
        error_messages={"required": MEAN_IT},
        help_text=(
            "Readers see the name of the centre and the day, and not yours. It is about what is listed here and not about the "
            "sentences of the summary. It is lost when any of this changes."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["digest"] = digest_of_figures(self.edition)

    @property
    def figures(self) -> list[Figure]:
        """What is confirmed."""
        return figures_of(self.edition)

    @property
    def obstacle(self) -> str:
        """Why they cannot be confirmed as they are; empty if they can. The page says it in place of the form."""
        return actions.in_doubt(self.edition) if self.edition.doubts else ""


class TakeBackForm(StepForm):
    """Asks why a confirmation is taken back."""

    reason = ProseField(
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="Why the centre does not stand behind these figures any more. Your colleagues and the secretariat see it.",
    )


class SettleForm(StepForm):
    """Asks why a change of a source page does not matter. The hidden field says which change the person looked at."""

    seen = forms.CharField(widget=forms.HiddenInput)
    reason = ProseField(
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text=(
            "Why the summary can stay as it is, such as “only a picture on the page is new”. The audit log keeps the reason. "
            "If you have checked everything and it is still true, use “Checked, still true”, which ends this task too; if it "
            "is not, open a new edition, which ends it once it is published."
        ),
        error_messages={"required": actions.WHY_NOT},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = actions.seen_changes(self.edition.changed_pages)


class EmergencyForm(StepForm):
    """Asks why an edition is published without approval."""

    reason = ProseField(
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text=(
            "Why it cannot wait for another person. The edition stays on the first page of publishers "
            "and of its centre until somebody else has approved it."
        ),
    )


class WithdrawForm(StepForm):
    """Asks why a summary is withdrawn, and what to read instead."""

    reason = ProseField(
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="Why it is withdrawn, in a sentence that the public will read.",
    )
    replaced_by = forms.CharField(
        required=False,
        label="Replaced by",
        help_text="The title or address of the summary to read instead, if there is one.",
    )
    sure = forms.BooleanField(
        label="Take it out of every list now",
        error_messages={"required": MEAN_IT},
        help_text="Its page will say that it is withdrawn. To bring it back, publish a new edition.",
    )

    def clean_replaced_by(self) -> Summary | None:
        """Return the published summary with this title or address. Raises ValidationError, with suggestions, if none fits."""
        typed = self.cleaned_data["replaced_by"].strip()
        if not typed:
            return None
        slug = typed.strip("/").rpartition("/")[2]
        own = self.edition.summary
        published = Edition.objects.published().exclude(summary=own).select_related("summary")
        found = list(published.filter(Q(summary__slug=slug) | Q(title__iexact=typed))[:SUGGESTIONS])
        if len(found) == 1:
            return found[0].summary
        alike = found or published.filter(title__icontains=typed).order_by("title")[:SUGGESTIONS]
        if named := "; ".join(f"{one.summary.slug} ({one.title})" for one in alike):
            raise forms.ValidationError(f"Which one? Write its address: {named}.")
        if slug == own.slug or typed.lower() == self.edition.title.lower():
            raise forms.ValidationError(actions.NOT_ITSELF)
        raise forms.ValidationError("No published summary has this title or address.")


class WithdrawLaterForm(WithdrawForm):
    """Asks for the same, and when."""

    at = forms.DateTimeField(
        label="Withdrawn at",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="Date and time in the United Kingdom. Until then nothing changes for readers.",
    )
    sure = None  # type: ignore[assignment]  # it can be cancelled, so nobody needs to be


@dataclass(frozen=True)
class Step:
    """Something that can be done to an edition.

    `right` is a permission of the evidence app, `done` the message afterwards. `possible` says whether the state of the edition
    allows it, and `run` does it with the cleaned data of `form`.
    """

    name: str
    label: str
    done: str
    right: str
    form: type[StepForm]
    possible: Callable[[Edition], bool]
    run: Callable[[Edition, User, dict[str, Any]], None]
    by_author: bool = True  # whether people who wrote or submitted it may do it
    is_serious: bool = False  # hidden at first, so that nobody does it by accident
    # Whether only people of the centre itself may do it; folded, because it lists much.
    of_the_centre: bool = False


def steps_for(edition: Edition, user: User) -> list[Step]:
    """Return what a person may do with an edition now."""
    return [
        step
        for step in STEPS
        if step.possible(edition)
        and user.has_perm(f"evidence.{step.right}")
        and (step.by_author or not actions.may_not_approve(edition, user))
        and (not step.of_the_centre or works_for(user, edition.summary.centre_id))
    ]


def step_named(name: str) -> Step | None:
    """Return a step whoever may take it, such as for what somebody typed for one that is not possible any more."""
    return next((step for step in STEPS if step.name == name), None)


def _in(*states: str) -> Callable[[Edition], bool]:
    return lambda edition: edition.state in states


def _submit(edition: Edition, by: User, cleaned: dict[str, Any]) -> None:
    actions.submit(
        edition=edition,
        by=by,
        digest=cleaned["digest"],
        change_note=cleaned["change_note"],
        minor=cleaned.get("minor", False),
        review_due=cleaned["review_due"],
    )


def _approve(edition: Edition, by: User, cleaned: dict[str, Any]) -> None:
    actions.approve(edition=edition, by=by, digest=cleaned["digest"])


def _schedule(edition: Edition, by: User, cleaned: dict[str, Any]) -> None:
    actions.schedule(
        edition=edition, by=by, digest=cleaned["digest"], publish_at=cleaned["publish_at"]
    )


def _assign(edition: Edition, by: User, cleaned: dict[str, Any]) -> None:
    actions.assign(edition=edition, by=by, to=cleaned["to"])


def _take_back(edition: Edition, by: User, cleaned: dict[str, Any]) -> None:
    actions.take_back(edition=edition, by=by)


def _send_back(edition: Edition, by: User, cleaned: dict[str, Any]) -> None:
    actions.send_back(edition=edition, by=by, comment=cleaned["comment"])


def _emergency(edition: Edition, by: User, cleaned: dict[str, Any]) -> None:
    actions.publish_in_emergency(
        edition=edition, by=by, digest=cleaned["digest"], reason=cleaned["reason"]
    )


def _check(edition: Edition, by: User, cleaned: dict[str, Any]) -> None:
    actions.confirm(
        edition=edition, by=by, digest=cleaned["digest"], review_due=cleaned["review_due"]
    )


def _confirm(edition: Edition, by: User, cleaned: dict[str, Any]) -> None:
    actions.confirm_figures(edition=edition, by=by, seen=cleaned["digest"])


def _take_back_confirmation(edition: Edition, by: User, cleaned: dict[str, Any]) -> None:
    actions.take_back_confirmation(edition=edition, by=by, reason=cleaned["reason"])


def _settle(edition: Edition, by: User, cleaned: dict[str, Any]) -> None:
    actions.settle_page_changes(
        edition=edition, by=by, seen=cleaned["seen"], reason=cleaned["reason"]
    )


def _afterwards(edition: Edition, by: User, cleaned: dict[str, Any]) -> None:
    actions.approve_afterwards(edition=edition, by=by, digest=cleaned["digest"])


def _withdraw(edition: Edition, by: User, cleaned: dict[str, Any]) -> None:
    actions.withdraw(
        summary=edition.summary, by=by, reason=cleaned["reason"], replaced_by=cleaned["replaced_by"]
    )


def _withdraw_later(edition: Edition, by: User, cleaned: dict[str, Any]) -> None:
    actions.plan_withdrawal(
        summary=edition.summary, by=by, at=cleaned["at"], reason=cleaned["reason"],
        replaced_by=cleaned["replaced_by"],
    )  # fmt: skip


def _keep(edition: Edition, by: User, cleaned: dict[str, Any]) -> None:
    actions.cancel_withdrawal(summary=edition.summary, by=by)


def _is_to_be_withdrawn(edition: Edition) -> bool:
    return edition.is_published and hasattr(edition.summary, "planned_withdrawal")


STEPS = [
    Step(
        "submit", "Submit for review", "Submitted: somebody else can now approve it.",
        "submit_edition", SubmitForm, _in(State.DRAFT), _submit,
    ),
    Step(
        "assign", "Assign it to somebody", "Assigned: it is among their drafts now.",
        "change_edition", AssignForm, _in(State.DRAFT), _assign,
    ),
    Step(
        "take-back", "Take it back to edit it", "Taken back: it is a draft again.",
        "submit_edition", StepForm, _in(State.IN_REVIEW), _take_back,
    ),
    Step(
        "approve", "Approve and publish now", "Approved: the public can read it within seconds.",
        "approve_edition", StepForm, _in(State.IN_REVIEW), _approve, by_author=False,
    ),
    Step(
        "schedule", "Approve and schedule", "Approved: it goes live at its time.",
        "approve_edition", ScheduleForm, _in(State.IN_REVIEW), _schedule, by_author=False,
    ),
    Step(
        "approve-afterwards", "Approve what was published in an emergency", "Approved.",
        "approve_edition", StepForm,
        lambda edition: bool(edition.emergency_by_id and not edition.approved_by_id),
        _afterwards, by_author=False,
    ),
    Step(
        "send-back", "Send back with a comment", "Sent back: it is a draft again.",
        "approve_edition", CommentForm, _in(State.IN_REVIEW, State.SCHEDULED), _send_back,
    ),
    Step(
        "check", "Checked, still true", "Checked: readers see the new review date within seconds.",
        "submit_edition", CheckForm, _in(State.PUBLISHED), _check,
    ),
    Step(
        "confirm", "Confirm the figures for the centre",
        "Confirmed: readers see within seconds that the centre stands behind these figures.",
        "confirm_figures", ConfirmForm,
        lambda edition: edition.is_published and not edition.confirmed_on,
        _confirm, of_the_centre=True,
    ),
    Step(
        "unconfirm", "Take the centre’s confirmation back",
        "Taken back: within seconds the page does not say any more that the centre confirmed these figures.",
        "confirm_figures", TakeBackForm, lambda edition: bool(edition.confirmed_on),
        _take_back_confirmation, of_the_centre=True,
    ),
    Step(
        "settle", "The change of its page does not matter",
        "Noted: from now on the page is compared with what it says now.",
        "submit_edition", SettleForm, lambda edition: bool(edition.changed_pages), _settle,
    ),
    Step(
        "emergency", "Publish in an emergency, without approval",
        "Published without approval: the public can read it within seconds, and somebody else must still approve it.",
        "publish_in_emergency", EmergencyForm, _in(State.IN_REVIEW), _emergency, is_serious=True,
    ),
    Step(
        "withdraw", "Withdraw this summary",
        "Withdrawn: within seconds its page says so, and it is in no list.",
        "withdraw_summary", WithdrawForm, _in(State.PUBLISHED), _withdraw, is_serious=True,
    ),
    Step(
        "withdraw-later", "Withdraw it at a later time",
        "Planned: it is withdrawn at its time, and until then nothing changes for readers.",
        "withdraw_summary", WithdrawLaterForm,
        lambda edition: edition.is_published and not _is_to_be_withdrawn(edition),
        _withdraw_later, is_serious=True,
    ),
    Step(
        "keep", "Cancel the planned withdrawal", "Cancelled: it stays published.",
        "withdraw_summary", StepForm, _is_to_be_withdrawn, _keep,
    ),
]  # fmt: skip
