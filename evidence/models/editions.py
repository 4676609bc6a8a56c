"""The editions of a summary, with their findings and sources."""

from typing import Any

import pgtrigger
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, OuterRef, Prefetch, Q
from django.db.models.functions import JSONObject

from centres.models import PolicyArea, RatingLevel, RatingScale
from centres.vocabulary import AgeGroup, Cost, Direction, Strength
from portal import guards
from portal.models import (
    ContentModel,
    PartialDateField,
    partial_date_constraint,
)

from .access import of_centres_of
from .fields import person, sentences
from .rules import FATE, FixedWithEdition
from .summaries import Summary
from .vocabulary import Audience, Kind, Outcome, Setting, Topic


class EditionQuerySet(models.QuerySet["Edition"]):
    def for_person(self, user: Any) -> "EditionQuerySet":
        """Those that somebody may work on: of their centres, or of all (a right on centres)."""
        limited: EditionQuerySet = of_centres_of(user, self, "summary__centre")
        return limited

    def unapproved(self) -> "EditionQuerySet":
        """Those published in an emergency that nobody else has approved since."""
        return self.filter(emergency_by__isnull=False, approved_by=None)

    def published(self) -> "EditionQuerySet":
        """What the public sees: the one definition for pages, lists, counts, feeds and files."""
        return self.filter(state=Edition.State.PUBLISHED)

    def open(self) -> "EditionQuerySet":
        """What is being worked on."""
        return self.filter(state__in=Edition.OPEN)

    def history(self) -> "EditionQuerySet":
        """Every edition that the public has seen, newest first."""
        return self.filter(state__in=Edition.CLOSED).order_by("-number")

    def for_lists(self) -> "EditionQuerySet":
        """With what a row of a list shows beside the edition's own fields."""
        return self.select_related("summary__centre", "kind")

    def for_reading(self) -> "EditionQuerySet":
        """With all that a page about one edition shows, in three queries.

        Its classification comes as `all_policy_areas`, `all_topics`, `all_audiences` and
        `all_settings`: lists of {"pk", "slug", "label"}, in order.
        """
        linked = {
            f"all_{name}": ArraySubquery(
                model._default_manager.filter(  # type: ignore[misc]  # every model here has editions
                    editions=OuterRef("pk")
                )
                .order_by("order")
                .values(term=JSONObject(pk="pk", slug="slug", label="label"))
            )
            for name, model in {
                "policy_areas": PolicyArea,
                "topics": Topic,
                "audiences": Audience,
                "settings": Setting,
            }.items()
        }
        return (
            self.for_lists()
            .annotate(**linked)
            .prefetch_related(
                "sources", Prefetch("findings", Finding.objects.select_related("outcome"))
            )
        )

    def for_comparing(self) -> "EditionQuerySet":
        """With every row that two editions can differ in (see evidence.editorial.diff)."""
        return self.select_related(
            "kind", "strength_scale", "strength_step", "cost_scale", "cost_step"
        ).prefetch_related(
            *("policy_areas", "topics", "audiences", "settings", "sources"),
            Prefetch("findings", Finding.objects.select_related("outcome")),
        )


class Edition(ContentModel):
    """One version of what a summary says. Empty or null means "not stated" by the centre."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_REVIEW = "in-review", "In review"
        SCHEDULED = "scheduled", "Scheduled"
        PUBLISHED = "published", "Published"
        SUPERSEDED = "superseded", "Superseded"
        WITHDRAWN = "withdrawn", "Withdrawn"

    OPEN = [State.DRAFT, State.IN_REVIEW, State.SCHEDULED]
    CLOSED = [State.PUBLISHED, State.SUPERSEDED, State.WITHDRAWN]

    # Identity and state
    summary = models.ForeignKey(
        Summary,
        models.PROTECT,
        related_name="editions",
        help_text="One that has no draft yet. If it is new, add it under Summaries first.",
    )
    number = models.PositiveIntegerField(editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT, editable=False)
    change_note = models.TextField(
        blank=True, help_text="What changed and why, in a sentence that the public will read."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(
        "superseded or withdrawn at", null=True, blank=True, editable=False
    )
    review_due = models.DateField(
        null=True, blank=True, help_text="When somebody should check that it is still true."
    )
    minor = models.BooleanField(
        "only spelling has changed",
        default=False,
        help_text="Nothing that it says has changed, so it needs no change note.",
    )

    # Who did it. An edition with no person at all was made by the system from the shipped data set.
    made_by = person("made by")
    edited_by = person("last edited by")
    submitted_by = person("submitted by")
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    approved_by = person("approved by")
    approved_at = models.DateTimeField(null=True, blank=True, editable=False)
    publish_at = models.DateTimeField("goes live at", null=True, blank=True, editable=False)
    emergency_by = person("published in an emergency by")
    emergency_reason = models.TextField("reason for the emergency", blank=True, editable=False)

    # What it says
    title = models.CharField(max_length=200, help_text="In sentence case, without a full stop.")
    code = models.CharField(
        "reference", max_length=20, blank=True, help_text="The centre’s own, such as “NG222”."
    )
    product = models.CharField(
        "publication line",
        max_length=100,
        help_text="The centre’s publication line, such as “YEF Toolkit”.",
    )
    kind = models.ForeignKey(
        Kind, models.PROTECT, related_name="editions", help_text="What sort of product it sums up."
    )
    bottom_line = models.TextField(
        help_text="What it is and what the evidence says, in two or three plain sentences."
    )
    key_findings = sentences("key findings", "One a line, in plain sentences.")
    implementation = sentences("how to do it", "One point a line, in plain sentences.")
    caveats = sentences("cautions and harms", "One a line, in plain sentences.")

    # What it is about
    policy_areas = models.ManyToManyField(
        PolicyArea,
        related_name="editions",
        help_text="The policy areas that it is about. Choose at least one.",
    )
    topics = models.ManyToManyField(
        Topic, related_name="editions", help_text="What people would look for. Choose at least one."
    )
    audiences = models.ManyToManyField(
        Audience,
        verbose_name="who it is for",
        related_name="editions",
        help_text="Who can act on it. Choose at least one.",
    )
    settings = models.ManyToManyField(
        Setting,
        blank=True,
        related_name="editions",
        help_text="Where it is done. Leave empty if the centre does not say.",
    )
    age_groups = ArrayField(
        models.CharField(max_length=13, choices=AgeGroup),
        blank=True,
        default=list,
        help_text="Who it was done with. Leave empty if the centre does not say.",
    )

    # Ratings: the common level beside the centre's own words, and where they stand on its scale
    direction = models.CharField(
        "effect",
        max_length=12,
        choices=Direction,
        help_text=(
            "Which way the effect goes overall. “Insufficient evidence” is the centre’s own verdict; "
            "“Not assessed” is for a source that measures no effect."
        ),
    )
    impact_native = models.CharField(
        "effect in the centre’s words",
        max_length=200,
        blank=True,
        help_text="Its headline, such as “+6 months”. Leave empty if it gives none.",
    )
    strength = models.CharField(
        "strength of evidence",
        max_length=12,
        choices=Strength,
        help_text="The common level. The ratings page has the rule that maps each scale to it.",
    )
    strength_native = models.CharField(
        "strength in the centre’s words",
        max_length=200,
        blank=True,
        help_text="Such as “4 of 5 padlocks”. Never a rating without the centre’s own wording.",
    )
    strength_scale = models.ForeignKey(
        RatingScale,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The centre’s own scale of strength, if its rating is on one.",
    )
    strength_step = models.ForeignKey(
        RatingLevel,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="step on the strength scale",
        related_name="+",
        help_text="Where it stands on that scale, as the scale words it.",
    )
    cost = models.PositiveSmallIntegerField(
        choices=Cost,
        null=True,
        blank=True,
        help_text=(
            "The common band, from 1 (very low) to 5 (very high). Leave empty if the centre does not "
            "rate cost: never guess."
        ),
    )
    cost_native = models.CharField(
        "cost in the centre’s words",
        max_length=200,
        blank=True,
        help_text="Such as “£££” or “Moderate”. Leave empty if it gives none.",
    )
    cost_scale = models.ForeignKey(
        RatingScale,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The centre’s own scale of cost, if it has one.",
    )
    cost_step = models.ForeignKey(
        RatingLevel,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="step on the cost scale",
        related_name="+",
        help_text="Where it stands on that scale, as the scale words it.",
    )

    # Where it comes from
    studies = models.PositiveIntegerField(
        "number of studies",
        null=True,
        blank=True,
        help_text="As the centre states it. Leave empty if it does not: never guess.",
    )
    countries = models.CharField(
        "where the studies were done",
        max_length=200,
        blank=True,
        help_text="As the centre states it, such as “England and Wales”.",
    )
    source_url = models.URLField(
        "the centre’s page", max_length=500, help_text="The page that a reader should go to."
    )
    updated = PartialDateField(
        "date of the version read", help_text="As shown on the page: 2024, 2024-08 or 2024-08-20."
    )
    data_note = models.TextField(
        "doubt about a figure",
        blank=True,
        help_text="What readers should know about the figures. Leave empty if there is no doubt.",
    )

    objects = EditionQuerySet.as_manager()

    class Meta(ContentModel.Meta):
        ordering = ["summary", "-number"]
        indexes = [
            models.Index("title", F("number").desc(), F("id").desc(), name="edition_by_title")
        ]
        constraints = [
            models.UniqueConstraint(fields=["summary", "number"], name="edition_number_once"),
            models.UniqueConstraint(
                fields=["summary"],
                condition=Q(state="published"),
                name="one_published_edition_a_summary",
            ),
            models.UniqueConstraint(
                fields=["summary"],
                condition=Q(state__in=["draft", "in-review", "scheduled"]),
                name="one_open_edition_a_summary",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "draft", "in-review", "scheduled", "published", "superseded", "withdrawn"
                    ]
                ),
                name="edition_state_is_listed",
            ),
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values), name="direction_is_listed"
            ),
            models.CheckConstraint(
                condition=Q(strength__in=Strength.values), name="strength_is_listed"
            ),
            models.CheckConstraint(
                condition=Q(cost=None) | Q(cost__range=(1, 5)), name="cost_is_from_1_to_5"
            ),
            models.CheckConstraint(
                condition=Q(strength_step=None) | Q(strength_scale__isnull=False),
                name="strength_step_needs_its_scale",
            ),
            models.CheckConstraint(
                condition=Q(cost_step=None) | Q(cost_scale__isnull=False),
                name="cost_step_needs_its_scale",
            ),
            models.CheckConstraint(
                condition=Q(age_groups__contained_by=AgeGroup.values),
                name="age_groups_are_listed",
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(bottom_line="") & ~Q(source_url=""),
                name="edition_has_title_text_and_source",
            ),
            partial_date_constraint("updated", name="edition_updated_is_partial_date"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "in-review", "scheduled"], published_at=None)
                | Q(state__in=["published", "superseded", "withdrawn"], published_at__isnull=False),
                name="published_edition_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["superseded", "withdrawn"], closed_at__isnull=False)
                | ~Q(state__in=["superseded", "withdrawn"]) & Q(closed_at=None),
                name="closed_edition_says_when",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(published_at__gte=F("created_at")),
                name="edition_made_before_published",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("published_at")),
                name="edition_published_before_closed",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | Q(submitted_by__isnull=False, approved_at__isnull=False)
                & ~Q(approved_by=F("submitted_by"))
                & (Q(edited_by=None) | ~Q(approved_by=F("edited_by")))
                & (Q(emergency_by=None) | ~Q(approved_by=F("emergency_by"))),
                name="approver_is_another_person",
                violation_error_message="The approver must be somebody who neither wrote nor submitted it.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "in-review", "scheduled"])
                | Q(approved_by__isnull=False)
                | Q(emergency_by__isnull=False)
                | Q(made_by=None, edited_by=None, submitted_by=None),
                name="public_edition_was_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["draft", "in-review"])
                | Q(approved_by=None, publish_at=None, emergency_by=None),
                name="unreviewed_edition_has_no_approval",
            ),
            models.CheckConstraint(
                condition=~Q(state="scheduled")
                | Q(approved_by__isnull=False, publish_at__isnull=False),
                name="scheduled_edition_was_approved",
            ),
            models.CheckConstraint(
                condition=Q(emergency_by=None, emergency_reason="")
                | Q(emergency_by__isnull=False) & ~Q(emergency_reason=""),
                name="emergency_has_a_reason",
            ),
        ]  # fmt: skip
        permissions = [
            ("submit_edition", "Can submit a draft for review"),
            ("approve_edition", "Can approve, schedule or send back what others wrote"),
            ("publish_in_emergency", "Can publish without approval in an emergency"),
            ("withdraw_summary", "Can withdraw a summary"),
            ("all_centres", "Works on the summaries of every centre"),
        ]
        triggers = [
            *ContentModel.Meta.triggers,
            guards.FSM(
                name="edition_moves_by_the_rules",
                field="state",
                transitions=[
                    ("draft", "in-review"),
                    ("in-review", "draft"),
                    ("in-review", "scheduled"),
                    ("in-review", "published"),
                    ("scheduled", "draft"),
                    ("scheduled", "published"),
                    ("published", "superseded"),
                    ("published", "withdrawn"),
                ],
            ),
            guards.Protect(
                name="published_edition_is_fixed",
                operation=pgtrigger.Update,
                # It may still be superseded or withdrawn, and nothing else.
                condition=pgtrigger.Condition(
                    "OLD.state IN ('published', 'superseded', 'withdrawn')"
                    " AND OLD.* IS DISTINCT FROM NEW.*"
                    " AND (OLD.state = NEW.state"
                    " OR to_jsonb(OLD) - '{state,closed_at}'::text[]"
                    " IS DISTINCT FROM to_jsonb(NEW) - '{state,closed_at}'::text[])"
                    # What was published in an emergency may be approved afterwards, once.
                    " AND NOT (OLD.emergency_by_id IS NOT NULL AND OLD.approved_by_id IS NULL"
                    " AND NEW.approved_by_id IS NOT NULL"
                    " AND to_jsonb(OLD) - '{approved_by_id,approved_at}'::text[]"
                    " = to_jsonb(NEW) - '{approved_by_id,approved_at}'::text[])"
                ),
            ),
            guards.Protect(
                name="submitted_edition_is_fixed",
                operation=pgtrigger.Update,
                # What is approved is exactly what was submitted; only its fate may be decided.
                condition=pgtrigger.Condition(
                    f"OLD.state IN ('in-review', 'scheduled') AND to_jsonb(OLD) - '{FATE}'::text[]"
                    f" IS DISTINCT FROM to_jsonb(NEW) - '{FATE}'::text[]"
                ),
            ),
            guards.Protect(
                name="edition_keeps_its_people",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.made_by_id IS NOT NULL AND NEW.made_by_id IS DISTINCT FROM OLD.made_by_id"
                    " OR OLD.edited_by_id IS NOT NULL AND NEW.edited_by_id IS NULL"
                    " OR OLD.submitted_by_id IS NOT NULL AND NEW.submitted_by_id IS NULL"
                ),
            ),
            guards.Guard(
                name="only_the_owner_publishes_for_the_system",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state <> 'published' AND NEW.state = 'published'"
                    " AND NEW.approved_by_id IS NULL AND NEW.emergency_by_id IS NULL"
                ),
                # The data set is loaded by whoever owns the tables; the role of the web does not.
                func="""
                    IF NOT pg_has_role(
                        current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER'
                    ) THEN RAISE EXCEPTION 'nobody has approved this edition'; END IF;
                    RETURN NEW;
                """,
            ),
            guards.Protect(
                name="edition_begins_as_a_draft",
                operation=pgtrigger.Insert,
                condition=~pgtrigger.Q(new__state="draft"),
            ),
            guards.Protect(
                name="published_edition_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__state__in=["published", "superseded", "withdrawn"]),
            ),
            guards.NeverEmptied(name="editions_are_never_emptied"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.summary.get_absolute_url()

    def clean(self) -> None:
        """Refuse a rating that its own scale contradicts."""
        for kind in ("strength", "cost"):
            scale, step = getattr(self, f"{kind}_scale"), getattr(self, f"{kind}_step")
            if scale and self.summary_id and scale.centre_id != self.summary.centre_id:
                raise ValidationError({f"{kind}_scale": "This is a scale of another centre."})
            if step and step.scale_id != getattr(self, f"{kind}_scale_id"):
                raise ValidationError({f"{kind}_step": "This is not a step of the scale chosen."})
        common = self.strength_step and self.strength_step.common
        if common and common != self.strength:
            wanted = Strength(common).label
            raise ValidationError({"strength": f"The step chosen maps to “{wanted}”."})

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN


class EditionPart(ContentModel):
    """A row that belongs to one edition and is as fixed as the edition is."""

    order = models.PositiveSmallIntegerField(default=0, help_text="Its place in the list.")

    class Meta(ContentModel.Meta):
        abstract = True
        ordering = ["edition", "order", "pk"]
        triggers = [
            *ContentModel.Meta.triggers,
            FixedWithEdition(name="fixed_with_edition"),
        ]


class Finding(EditionPart):
    """One outcome in one edition: which way it went, by how much, how sure the centre is."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="findings")
    outcome = models.ForeignKey(
        Outcome, models.PROTECT, related_name="findings", help_text="What should change."
    )
    measured = models.CharField(max_length=200, blank=True, help_text="What exactly was measured.")
    direction = models.CharField(
        max_length=12, choices=Direction, help_text="Which way this outcome went."
    )
    effect = models.CharField(
        "effect, as stated",
        max_length=300,
        blank=True,
        help_text="In the centre’s words, such as “21% reduction”.",
    )
    strength_native = models.CharField(
        "strength in the centre’s words",
        max_length=200,
        blank=True,
        help_text="The centre’s rating of this outcome. Leave empty if it gives none.",
    )

    class Meta(EditionPart.Meta):
        verbose_name_plural = "findings by outcome"
        constraints = [
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values), name="finding_direction_is_listed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome}: {self.get_direction_display()}"

    def as_line(self) -> str:
        """Return all that it says, in one line for lists of changes."""
        parts = [self.get_direction_display(), self.measured, self.effect, self.strength_native]
        return f"{self.outcome}: {'; '.join(part for part in parts if part)}"


class Source(EditionPart):
    """A page that was read for an edition."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="sources")
    url = models.URLField("address", max_length=500, help_text="Of a page that was read for it.")
    note = models.CharField(
        max_length=200, blank=True, help_text="What kind of page it is, such as “centre’s page”."
    )

    class Meta(EditionPart.Meta):
        verbose_name_plural = "pages read"
        constraints = [
            models.CheckConstraint(condition=~Q(url=""), name="source_has_an_address"),
            models.UniqueConstraint(fields=["edition", "url"], name="source_once_an_edition"),
        ]

    def __str__(self) -> str:
        return self.url

    def as_line(self) -> str:
        """Return its address and what kind of page it is, in one line for lists of changes."""
        return f"{self.url} ({self.note})" if self.note else self.url


class EditionPolicyArea(Edition.policy_areas.through):  # type: ignore[name-defined]
    class Meta:
        proxy = True
        triggers = EditionPart.Meta.triggers


class EditionTopic(Edition.topics.through):  # type: ignore[name-defined]
    class Meta:
        proxy = True
        triggers = EditionPart.Meta.triggers


class EditionAudience(Edition.audiences.through):  # type: ignore[name-defined]
    class Meta:
        proxy = True
        triggers = EditionPart.Meta.triggers


class EditionSetting(Edition.settings.through):  # type: ignore[name-defined]
    class Meta:
        proxy = True
        triggers = EditionPart.Meta.triggers
