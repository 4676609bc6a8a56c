"""What people say about the fields of an edition while it is worked on, and what fact-checkers without an account answer.

All of it belongs to the history of the edition, of which it has the summary and the number, as the audit log has: it outlives a
draft that is discarded. It is never public, and the rows are their own log. The database refuses to change them, save for the
mark that a comment was dealt with, the end of a fact check, and names that are forgotten.
"""

import datetime

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import LessThanOrEqual

from portal import guards
from portal.templatetags.portal_tags import day

from .fields import person
from .summaries import Summary

LONGEST = 5_000  # characters of a comment
LONGEST_NAME = 200
MOST_DAYS = 30  # that a link to a fact check works
MOST_ANSWERS = 20  # to one link

KEPT = [
    guards.Protect(name="row_is_kept", operation=pgtrigger.Delete),
    guards.NeverEmptied(name="table_is_never_emptied"),
]


class OfAnEdition(models.Model):
    """A row of the history of an edition, which need not exist any more."""

    summary = models.ForeignKey(Summary, models.PROTECT, related_name="+")
    edition_number = models.PositiveIntegerField("edition")

    class Meta:
        abstract = True


class FactCheck(OfAnEdition):
    """A request to check what an open edition says. Its signed address lets anybody who has it answer, without an account."""

    asked_of = models.CharField("asked of", max_length=LONGEST_NAME, blank=True)
    question = models.TextField(blank=True)
    asked_by = person("asked by")
    asked_at = models.DateTimeField("asked", db_default=Now(), editable=False)
    expires_at = models.DateTimeField("until")
    ended_by = person("ended by")
    ended_at = models.DateTimeField("ended", null=True, editable=False)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["summary", "edition_number"], name="fact_check_of_edition")]
        constraints = [
            models.CheckConstraint(
                condition=Q(asked_by__isnull=False),
                name="fact_check_is_asked_by_a_person",
                violation_error_message="A fact check names who asked for it.",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("asked_at"))
                & Q(expires_at__lte=F("asked_at") + datetime.timedelta(days=MOST_DAYS)),
                name="fact_check_ends_within_30_days",
                violation_error_message="The link of a fact check must end within 30 days.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="fact_check_ended_says_by_whom",
                violation_error_message="A fact check that was ended says when and by whom.",
            ),
        ]
        triggers = [
            guards.Guard(
                name="fact_check_is_of_a_draft",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    PERFORM FROM evidence_edition
                    WHERE summary_id = NEW.summary_id AND number = NEW.edition_number FOR SHARE;
                    IF NOT EXISTS (
                        SELECT FROM evidence_edition
                        WHERE summary_id = NEW.summary_id AND number = NEW.edition_number
                            AND state IN ('draft', 'in-review')
                    ) THEN RAISE EXCEPTION 'only a draft, or what is in review, can be checked'; END IF;
                    NEW.asked_at = clock_timestamp();
                    RETURN NEW;
                """,
            ),
            guards.Protect(
                name="fact_check_only_ends",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "to_jsonb(OLD) - '{asked_of,ended_at,ended_by_id}'::text[]"
                    " IS DISTINCT FROM to_jsonb(NEW) - '{asked_of,ended_at,ended_by_id}'::text[]"
                    " OR NEW.asked_of NOT IN (OLD.asked_of, '')"
                    " OR OLD.ended_at IS NOT NULL AND (OLD.ended_at, OLD.ended_by_id)"
                    " IS DISTINCT FROM (NEW.ended_at, NEW.ended_by_id)"
                ),
            ),
            *KEPT,
        ]

    def __str__(self) -> str:
        return f"Fact check {self.pk}"

    def why_over(self, now: datetime.datetime, answered: int) -> str:
        """Say why it takes no answer any more, having so many; an empty text if it does."""
        if self.ended_at:
            return "The person who asked for this fact check has ended it."
        if self.expires_at <= now:
            return f"This link worked until {day(self.expires_at)}."
        if answered >= MOST_ANSWERS:
            return f"This link has brought {MOST_ANSWERS} answers, and takes no more."
        return ""


class FactCheckAnswer(models.Model):
    """Somebody without an account has answered a fact check. What they said are comments."""

    fact_check = models.ForeignKey(FactCheck, models.PROTECT, related_name="answers")
    name = models.CharField(max_length=LONGEST_NAME, blank=True)
    at = models.DateTimeField("when", db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        triggers = [
            guards.Guard(
                name="answer_comes_in_time",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                # With the lock, answers to one link are counted one after the other.
                func=f"""
                    PERFORM FROM evidence_factcheck WHERE id = NEW.fact_check_id FOR UPDATE;
                    IF NOT EXISTS (
                        SELECT FROM evidence_factcheck
                        WHERE id = NEW.fact_check_id AND ended_at IS NULL AND expires_at > clock_timestamp()
                    ) THEN RAISE EXCEPTION 'this fact check is over'; END IF;
                    IF (SELECT count(*) FROM evidence_factcheckanswer WHERE fact_check_id = NEW.fact_check_id)
                        >= {MOST_ANSWERS}
                    THEN RAISE EXCEPTION 'this fact check has all its answers'; END IF;
                    NEW.at = clock_timestamp();
                    RETURN NEW;
                """,  # noqa: S608  # a number of our own
            ),
            guards.Protect(
                name="answer_is_fixed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "to_jsonb(OLD) - 'name' IS DISTINCT FROM to_jsonb(NEW) - 'name'"
                    " OR NEW.name NOT IN (OLD.name, '')"
                ),
            ),
            *KEPT,
        ]

    def __str__(self) -> str:
        return f"Answer of {self.name or 'somebody whose name is not kept'}"


class CommentQuerySet(models.QuerySet["Comment"]):
    """Comments by whether somebody still has to do something."""

    def open(self) -> "CommentQuerySet":
        """Return those that began a conversation and that nobody has dealt with. A bare “yes” asks for nothing."""
        agreed = Q(verdict=Comment.Verdict.YES, text="")
        return self.filter(reply_to=None, dealt_with_at=None).exclude(agreed)


class Comment(OfAnEdition):
    """What somebody said about a field of an open edition, or about all of it. A mistake is answered by another comment."""

    class Verdict(models.TextChoices):
        YES = "yes", "Right"
        NO = "no", "Not right"

    field = models.CharField(max_length=50, blank=True)  # empty: the edition as a whole
    seen = models.CharField("fingerprint of what it is about", max_length=12)
    text = models.TextField(blank=True)
    verdict = models.CharField(max_length=3, choices=Verdict, blank=True)
    at = models.DateTimeField("when", db_default=Now(), editable=False)
    by = person("who")
    answer = models.ForeignKey(
        FactCheckAnswer, models.PROTECT, null=True, related_name="comments"
    )  # if it is by somebody without an account
    reply_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="replies")
    dealt_with_by = person("dealt with by")
    dealt_with_at = models.DateTimeField("dealt with", null=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["summary", "edition_number"], name="comment_of_edition")]
        constraints = [
            models.CheckConstraint(
                condition=Q(by__isnull=False, answer=None) | Q(by=None, answer__isnull=False),
                name="comment_is_by_a_person_or_of_a_fact_check",
                violation_error_message="A comment is by a person or from a fact check, and not both.",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["", "yes", "no"])
                & (Q(verdict="") | Q(answer__isnull=False)),
                name="only_a_fact_check_has_a_verdict",
                violation_error_message="Only an answer to a fact check says “right” or “not right”.",
            ),
            models.CheckConstraint(
                condition=~Q(text="") | ~Q(verdict=""),
                name="comment_says_something",
                violation_error_message="Write a comment, or say whether it is right.",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("text"), LONGEST),
                name="comment_is_not_too_long",
                violation_error_message="A comment must have 5,000 characters or fewer.",
            ),
            models.CheckConstraint(
                condition=Q(dealt_with_by=None, dealt_with_at=None)
                | Q(dealt_with_by__isnull=False, dealt_with_at__isnull=False, reply_to=None),
                name="conversation_is_dealt_with_by_a_person",
                violation_error_message="The first comment of a conversation says when it was dealt with, and by whom.",
            ),
        ]
        triggers = [
            guards.Guard(
                name="comment_is_on_an_open_edition",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    PERFORM FROM evidence_edition
                    WHERE summary_id = NEW.summary_id AND number = NEW.edition_number FOR SHARE;
                    IF NOT EXISTS (
                        SELECT FROM evidence_edition
                        WHERE summary_id = NEW.summary_id AND number = NEW.edition_number
                            AND state IN ('draft', 'in-review', 'scheduled')
                    ) THEN RAISE EXCEPTION 'only what is not published yet is commented on'; END IF;
                    IF NEW.reply_to_id IS NOT NULL AND NOT EXISTS (
                        SELECT FROM evidence_comment
                        WHERE id = NEW.reply_to_id AND reply_to_id IS NULL
                            AND (summary_id, edition_number, field)
                            = (NEW.summary_id, NEW.edition_number, NEW.field)
                    ) THEN RAISE EXCEPTION 'a reply is to a comment on the same field'; END IF;
                    IF NEW.answer_id IS NOT NULL AND NOT EXISTS (
                        SELECT FROM evidence_factcheckanswer answer
                        JOIN evidence_factcheck asked ON asked.id = answer.fact_check_id
                        WHERE answer.id = NEW.answer_id
                            AND (asked.summary_id, asked.edition_number)
                            = (NEW.summary_id, NEW.edition_number)
                    ) THEN RAISE EXCEPTION 'the fact check was about another edition'; END IF;
                    NEW.at = clock_timestamp();
                    RETURN NEW;
                """,
            ),
            guards.Protect(
                name="comment_begins_open",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__dealt_with_at__isnull=False),
            ),
            guards.Protect(
                name="comment_is_only_dealt_with",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.dealt_with_at IS NOT NULL AND OLD.* IS DISTINCT FROM NEW.*"
                    " OR to_jsonb(OLD) - '{dealt_with_at,dealt_with_by_id}'::text[]"
                    " IS DISTINCT FROM to_jsonb(NEW) - '{dealt_with_at,dealt_with_by_id}'::text[]"
                ),
            ),
            *KEPT,
        ]

    def __str__(self) -> str:
        return self.text or self.get_verdict_display()

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody, as `objects.open()` says."""
        agreed = self.verdict == self.Verdict.YES and not self.text
        return not (self.reply_to_id or self.dealt_with_at or agreed)

    @property
    def author(self) -> str:
        """Who said it. Whether a person has the name that they gave in a fact check, nobody has checked."""
        if self.answer is None:
            return str(self.by)
        return f"from the fact check of {self.answer.name or 'somebody whose name is no longer kept'} (no account)"
