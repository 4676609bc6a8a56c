"""What can be done with many editions at once: the forms that ask for it, what each would change, and how it is carried out.

Each edition goes through the same action as alone, with the same rules, four eyes included. A person chooses whether all are
left alone if one cannot be done.
"""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db import transaction

from evidence.models import (
    Audience,
    Confirmation,
    Edition,
    ProductLines,
    Topic,
    editors_of,
    present_rows,
)
from evidence.models.content_fields import help_of, label_of, lack_in, lines_of_value
from evidence.models.list_rows import MERGED
from portal.clock import database_now
from portal.form_fields import ProseField
from portal.templatetags.portal_tags import day

from . import actions
from .content import Content, content_of, digest_of
from .diff import Change
from .figures import Figure, digest_of_figures, figures_of_many
from .reviews import day_to_fill_in
from .steps import MEAN_IT, STEPS, CommentForm, ConfirmForm, SubmitForm, TakeBackForm, review_day

State = Edition.State
LISTS = ("topics", "audiences")
TOGETHER = "Changed together"  # begins the comment of such a change in the audit log
LIMIT = 200  # editions at once: more than anybody looks through


class BatchForm(forms.Form):
    """What every batch asks: whether all are to be left alone if one cannot be done."""

    together = forms.ChoiceField(
        label="If one of them cannot be done",
        choices=[("all", "do none of them"), ("each", "do the others")],
        initial="all",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, editions: Sequence[Edition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.editions = editions
        self.order_fields([*(name for name in self.fields if name != "together"), "together"])


def _date(help_text: str, **kwargs: Any) -> forms.DateField:
    return review_day(help_text=help_text, validators=[_in_the_future], **kwargs)


def _in_the_future(day: datetime.date) -> None:
    if wrong := actions.wrong_review_day(day):
        raise forms.ValidationError(wrong)


def _several(rows: Any, label: str, **kwargs: Any) -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(rows, required=False, label=label, **kwargs)


class SubmitBatch(BatchForm):
    """Asks for what the drafts do not say themselves."""

    change_note = ProseField(
        required=False,
        label=label_of("change_note"),
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text=f"{help_of('change_note')} For those that have none yet.",
    )
    minor = forms.BooleanField(
        required=False, label=label_of("minor"), help_text=SubmitForm.base_fields["minor"].help_text
    )
    review_due = _date(
        "For those that have none yet. Left empty, the rule of its product line or kind decides for each, but never "
        "gives an earlier day than readers see now.",
        required=False,
    )


class SendBackBatch(BatchForm):
    """Asks for a comment to the authors."""

    comment = ProseField(
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text=CommentForm.base_fields["comment"].help_text,
    )


class AssignBatch(BatchForm):
    """Asks who goes on with them: somebody who may write for each of their centres."""

    to = forms.ModelChoiceField(User.objects.none(), label="Who goes on with them")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True)
        for centre in {edition.summary.centre for edition in self.editions}:
            people = people.filter(pk__in=editors_of(centre).order_by().values("pk"))
        choice: Any = self.fields["to"]
        choice.queryset = people.order_by("username")


class CheckBatch(BatchForm):
    """Asks when to check again."""

    review_due = _date(
        "You have checked what each of them says against its sources, and it is still true. Nothing but this date changes."
    )


class ConfirmBatch(BatchForm):
    """Asks somebody to put the centre's name to the figures of each, which the page lists."""

    sure = forms.BooleanField(
        label=ConfirmForm.base_fields["sure"].label,
        error_messages={"required": MEAN_IT},
        help_text=ConfirmForm.base_fields["sure"].help_text,
    )


class TakeBackBatch(BatchForm):
    """Asks why the confirmations are taken back."""

    reason = ProseField(
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text=TakeBackForm.base_fields["reason"].help_text,
    )


class ChangeBatch(BatchForm):
    """Asks what to change; what is left empty stays as it is."""

    review_due = _date("Leave it empty to keep the date of each.", required=False)
    product = ProseField(
        required=False, max_length=100, label=label_of("product"), help_text=help_of("product")
    )
    add_topics = _several(Topic.objects.in_use(), "Topics to add")
    remove_topics = _several(Topic.objects.exclude(ended=MERGED), "Topics to take out")
    add_audiences = _several(
        Audience.objects.in_use(), "Who it is for: add", widget=forms.CheckboxSelectMultiple
    )
    remove_audiences = _several(
        Audience.objects.exclude(ended=MERGED), "Who it is for: take out",
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Ask for something to change."""
        asked = [name for name in self.fields if name != "together"]
        if not any(self.cleaned_data.get(name) or name in self.errors for name in asked):
            raise forms.ValidationError("Choose something to change.")
        return self.cleaned_data


class LevelBatch(BatchForm):
    """Asks for nothing: the scales say what changes."""

    def clean(self) -> dict[str, Any]:
        """Ask for the level of the scale of each."""
        return self.cleaned_data | {"level_of_scale": True}


@dataclass
class Result:
    """What became of a batch: the editions that are done, those that say it already, and the others by key with the reason.

    `comment` is that of the drafts in the audit log, by which the list finds them.
    """

    done: list[Edition] = field(default_factory=list)
    unchanged: list[Edition] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    comment: str = ""


@dataclass(frozen=True)
class Batch:
    """Something that can be done to many editions. `right` is a permission of the evidence app.

    `planned` says what it would change in one of them; without it, the list shows what each has changed already.
    """

    name: str
    label: str
    done: str  # after the number of editions
    right: str
    form: type[BatchForm]
    states: tuple[str, ...]
    run: Callable[[Edition, User, dict[str, Any]], None] | None
    planned: Callable[[Edition, dict[str, Any]], list[Change]] | None = None
    # In place of `run`, for all editions with their digests at once.
    run_all: Callable[[Sequence[tuple[Edition, str]], User, dict[str, Any]], Result] | None = None
    # What hinders the person in some of the editions, by their keys: so that they see it before they try.
    hinders: Callable[[Sequence[Edition], Any], dict[int, str]] = lambda editions, person: {}
    # Why what the form says cannot be done to some of them, so that they see that too.
    refuses: Callable[[Sequence[Edition], dict[str, Any]], dict[int, str]] = (
        lambda editions, cleaned: {}
    )
    # Of what they look at, so that nothing else is slipped in.
    digest_of: Callable[[Edition], str] = digest_of
    # Whether it leads towards publication, so that the page says where that would end the centre's confirmation.
    leads_on: bool = False
    # The figures of each edition, by their keys, where the page lists these in place of what changes.
    figures: Callable[[Sequence[Edition]], dict[int, list[Figure]]] | None = None

    @property
    def asks(self) -> bool:
        """Whether its form asks for more than what every batch does."""
        return self.form.base_fields.keys() != BatchForm.base_fields.keys()

    @staticmethod
    def as_sent() -> dict[str, Any]:
        """Return what somebody sends who leaves what every batch asks as it is."""
        return {name: field.initial for name, field in BatchForm.base_fields.items()}


def carry_out(
    batch: Batch, editions: Iterable[tuple[Edition, str]], by: User, cleaned: dict[str, Any]
) -> Result:
    """Do it to each edition, with the digest of the content that somebody saw; to none if `together` is "all" and one fails."""
    if batch.run_all:
        with transaction.atomic():
            return batch.run_all(list(editions), by, cleaned)
    result = Result()
    run: Any = batch.run
    with transaction.atomic():
        # In one order for everybody, so that no two people wait for each other.
        for edition, digest in sorted(editions, key=lambda pair: pair[0].summary_id):
            try:
                with transaction.atomic():
                    run(edition, by, {**cleaned, "digest": digest})
            except actions.ActionError as error:
                result.refused[edition.pk] = str(error)
            else:
                result.done.append(edition)
        if result.refused and cleaned["together"] == "all":
            transaction.set_rollback(True)
            result.done = []
    return result


def _submit(edition: Edition, by: User, cleaned: dict[str, Any]) -> None:
    actions.submit(
        edition=edition,
        by=by,
        digest=cleaned["digest"],
        change_note=edition.change_note or cleaned["change_note"],
        minor=edition.minor or cleaned["minor"],
        review_due=edition.review_due or cleaned["review_due"] or day_to_fill_in(edition),
    )


def _discard(edition: Edition, by: User, cleaned: dict[str, Any]) -> None:
    actions.discard(edition=edition, by=by)


def _change_all(
    editions: Sequence[tuple[Edition, str]], by: User, cleaned: dict[str, Any]
) -> Result:
    """Change drafts, and open new ones of published editions, in a few statements. What says it already is left alone."""
    result = Result()
    now = _as_they_are([edition for edition, _ in editions])
    elsewhere = open_elsewhere(now.values(), by)
    lines = ProductLines() if cleaned.get("product") else None
    new: list[tuple[Edition, Content]] = []
    again: list[tuple[Edition, Content]] = []
    for shown, digest in editions:
        edition = now.get(shown.pk)
        reason = _refused(edition, digest, elsewhere)
        if reason or edition is None:
            result.refused[shown.pk] = reason
        elif not planned_changes(edition, cleaned):
            result.unchanged.append(edition)
        elif wrong := _wrong_change(_wanted(edition, cleaned), edition, lines):
            result.refused[shown.pk] = wrong
        else:
            result.done.append(edition)
            content = _changed(content_of(edition), _wanted(edition, cleaned))
            (new if edition.is_published else again).append((edition, content))
    if result.refused and cleaned["together"] == "all":
        result.done = []
    elif result.done:
        labels = ", ".join(one.label for one in planned_changes(result.done[0], cleaned))
        result.comment = f"{TOGETHER}, {actions.in_words(database_now())}: {labels}."
        made = [(edition.summary, content) for edition, content in new]
        actions.make_drafts(following=made, by=by, comment=result.comment)
        actions.rewrite_drafts(contents=again, by=by, comment=result.comment)
    return result


def _as_they_are(editions: Iterable[Edition]) -> dict[int, Edition]:
    """Return editions as they are now, by key, and keep them so until the transaction ends."""
    actions.lock_all([edition.summary for edition in editions])
    rows = Edition.objects.filter(pk__in=[edition.pk for edition in editions])
    list(rows.select_for_update().order_by("pk").values_list("pk"))
    return {edition.pk: edition for edition in rows.for_reading()}


def open_elsewhere(editions: Iterable[Edition], person: Any) -> dict[int, str]:
    """Return, for each published edition whose summary has another one open, by its key, a sentence that says who has it."""
    published = {one.summary_id: one.pk for one in editions if one.is_published}
    rows = Edition.objects.open().filter(summary__in=published)
    return {
        published[one.summary_id]: actions.has_it_open(one, person)
        for one in rows.select_related(*actions.WHO_HAS_IT)
    }


def _refused(edition: Edition | None, digest: str, elsewhere: dict[int, str]) -> str:
    if edition is None:
        return "It has gone in the meantime."
    if edition.state not in {State.DRAFT, State.PUBLISHED}:
        return f"This is not possible while it is {edition.state_in_sentence}."
    if digest != digest_of(edition):
        return actions.STALE
    return elsewhere.get(edition.pk, "")


def _wrong_change(wanted: dict[str, Any], edition: Edition, lines: ProductLines | None) -> str:
    if not all(wanted[name] for name in LISTS if name in wanted):
        return "It needs at least one topic and one audience."
    if lines and "product" in wanted:
        return lines.fault(edition.summary.centre_id, wanted["product"])
    return ""


def _changed(said: Content, wanted: dict[str, Any]) -> Content:
    fields = {name: value for name, value in wanted.items() if name not in LISTS}
    lists = {name: value for name, value in wanted.items() if name in LISTS}
    return Content(
        {**said.fields, **fields}, {**said.classification, **lists}, said.findings, said.sources
    )


def _wanted(edition: Edition, cleaned: dict[str, Any]) -> dict[str, Any]:
    """Return what an edition would say, by field, where the form of a batch asks for something."""
    wanted = {name: cleaned[name] for name in ("review_due", "product") if cleaned.get(name)}
    if cleaned.get("level_of_scale") and (given := edition.level_of_scale):
        wanted["strength"] = given.value
    for name in LISTS:
        now = present_rows(getattr(edition, name).all())
        together = [*now, *(row for row in cleaned.get(f"add_{name}", ()) if row not in now)]
        kept = [row for row in together if row not in cleaned.get(f"remove_{name}", ())]
        wanted |= {name: kept} if kept != now else {}
    return wanted


def planned_changes(edition: Edition, cleaned: dict[str, Any]) -> list[Change]:
    """Return what the form of a batch would change in an edition."""
    found = []
    for name, value in _wanted(edition, cleaned).items():
        now = getattr(edition, name)
        old = lines_of_value(name, now.all() if name in LISTS else now)
        new = lines_of_value(name, value)
        if old != new:
            sides = ("\n".join(old) or lack_in(name), "\n".join(new) or lack_in(name))
            found.append(Change(name, label_of(name), *sides))
    return found


def _refuses_check(editions: Sequence[Edition], cleaned: dict[str, Any]) -> dict[int, str]:
    due = cleaned["review_due"]
    return {one.pk: actions.wrong_next_review_day(one, due) for one in editions}


def _refuses_change(editions: Sequence[Edition], cleaned: dict[str, Any]) -> dict[int, str]:
    lines = ProductLines() if cleaned.get("product") else None
    return {
        one.pk: _wrong_change(_wanted(one, cleaned), one, lines)
        for one in editions
        if planned_changes(one, cleaned)
    }


def _cannot_submit(editions: Sequence[Edition], person: Any) -> dict[int, str]:
    """Return what some drafts lack that nothing in the form could give them."""
    lines, retired = ProductLines(), actions.have_retired(editions)
    return {
        one.pk: actions.lacks_rows(one)
        or retired.get(one.pk, "")
        or actions.lacks_wording(one)
        or lines.fault(one.summary.centre_id, one.product)
        or actions.wrong_level(one)
        for one in editions
    }


def _cannot_approve(editions: Sequence[Edition], person: Any) -> dict[int, str]:
    """Return why a person cannot approve some editions: four eyes first."""
    other_level = {one.pk: wrong for one in editions if (wrong := actions.has_other_level(one))}
    unsubmitted = {one.pk: actions.UNSUBMITTED for one in editions if not one.submitted_by_id}
    own = {one.pk: actions.FOUR_EYES for one in editions if actions.may_not_approve(one, person)}
    return other_level | unsubmitted | own


def _cannot_check(editions: Sequence[Edition], person: Any) -> dict[int, str]:
    """Return why some editions cannot be checked as they are."""
    wrong = {edition.pk: actions.wrong_level(edition) for edition in editions}
    return {key: why for key, why in wrong.items() if why} | open_elsewhere(editions, person)


def _cannot_confirm(editions: Sequence[Edition], person: Any) -> dict[int, str]:
    """Return why a person cannot confirm the figures of some editions."""
    found = {one.pk: actions.CONFIRMED.format(day(held.day)) for one, held in _confirmed(editions)}
    found |= {one.pk: actions.in_doubt(one) for one in editions if one.doubts}
    return found | _of_others(editions, person)


def _cannot_take_back(editions: Sequence[Edition], person: Any) -> dict[int, str]:
    """Return why a person cannot take back the confirmation of some editions."""
    confirmed = {one.pk for one, _ in _confirmed(editions)}
    found = {one.pk: actions.UNCONFIRMED for one in editions if one.pk not in confirmed}
    return found | _of_others(editions, person)


def _confirmed(editions: Sequence[Edition]) -> list[tuple[Edition, Confirmation]]:
    held = Confirmation.objects.held().filter(summary__in=[one.summary_id for one in editions])
    by_summary = {one.summary_id: one for one in held}
    return [(one, by_summary[one.summary_id]) for one in editions if one.summary_id in by_summary]


def _of_others(editions: Sequence[Edition], person: Any) -> dict[int, str]:
    own = set(person.memberships.values_list("centre", flat=True))
    return {one.pk: actions.OWN_CENTRE for one in editions if one.summary.centre_id not in own}


RUNS = {step.name: step.run for step in STEPS}  # what is done to one is done to many

BATCHES = [
    Batch(
        "submit", "Submit for review", "submitted, and waiting for somebody else",
        "submit_edition", SubmitBatch, (State.DRAFT,), _submit,
        hinders=_cannot_submit, leads_on=True,
    ),
    Batch(
        "approve", "Approve and publish now", "approved, and public within seconds",
        "approve_edition", BatchForm, (State.IN_REVIEW,), RUNS["approve"],
        hinders=_cannot_approve, leads_on=True,
    ),
    Batch(
        "send-back", "Send back with a comment", "sent back",
        "approve_edition", SendBackBatch, (State.IN_REVIEW, State.SCHEDULED), RUNS["send-back"],
    ),
    Batch(
        "assign", "Assign to somebody", "assigned",
        "change_edition", AssignBatch, (State.DRAFT,), RUNS["assign"],
    ),
    Batch(
        "discard", "Discard", "discarded",
        "delete_edition", BatchForm, (State.DRAFT,), _discard,
    ),
    Batch(
        "check", "Checked, still true", "checked: readers see the new review date within seconds",
        "submit_edition", CheckBatch, (State.PUBLISHED,), RUNS["check"], planned_changes,
        hinders=_cannot_check, refuses=_refuses_check,
    ),
    Batch(
        "confirm", "Confirm the figures for the centre", "confirmed for the centre",
        "confirm_figures", ConfirmBatch, (State.PUBLISHED,), RUNS["confirm"],
        hinders=_cannot_confirm, digest_of=digest_of_figures, figures=figures_of_many,
    ),
    Batch(
        "unconfirm", "Take the centre’s confirmation back", "not confirmed by the centre any more",
        "confirm_figures", TakeBackBatch, (State.PUBLISHED,), RUNS["unconfirm"],
        hinders=_cannot_take_back,
    ),
    Batch(
        "change", "Change review dates, topics, audiences or product line", "changed: look at the drafts, and submit them",
        "change_edition", ChangeBatch, (State.DRAFT, State.PUBLISHED), None, planned_changes,
        run_all=_change_all, hinders=open_elsewhere, refuses=_refuses_change, leads_on=True,
    ),
    Batch(
        "level", actions.LEVEL_ACTION, "changed: look at the drafts, and submit them",
        "change_edition", LevelBatch, (State.DRAFT, State.PUBLISHED), None, planned_changes,
        run_all=_change_all, hinders=open_elsewhere, leads_on=True,
    ),
]  # fmt: skip
