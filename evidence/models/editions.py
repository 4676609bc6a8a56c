"""The editions of a summary, with their findings and sources."""

import datetime
from functools import cached_property
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Prefetch, Q
from django.db.models.functions import Now

from centres.models import PolicyArea, RatingLevel, RatingScale
from centres.vocabulary import (
    DIRECTIONS_OF_OUTCOMES,
    AgeGroup,
    Cost,
    Direction,
    Doubt,
    Rated,
    Strength,
)
from portal.lookups import trigrams
from portal.models import LISTED, PartialDateField
from portal.templatetags.portal_tags import possessive

from . import rules
from .access import of_centres_of
from .fields import person, sentences
from .products import (
    HELD_IN,
    NOTHING,
    Product,
    ProductLines,
    Why,
    is_stated,
    lack_of,
    own_reasons,
    why_missing,
    wrong_reasons,
)
from .summaries import Summary
from .vocabulary import Audience, Kind, Outcome, Setting, Topic


class EditionQuerySet(models.QuerySet["Edition"]):
    """Editions by who may see them, and with the related rows that a page needs."""

    def published(self) -> "EditionQuerySet":
        """Return what the public sees, for pages, lists, counts, feeds and files (see Edition.published_q)."""
        return self.filter(Edition.published_q())

    def open(self) -> "EditionQuerySet":
        """Return what is being worked on: drafts, and what is in review or scheduled."""
        return self.filter(Edition.open_q())

    def history(self) -> "EditionQuerySet":
        """Return every edition that the public has seen, newest first."""
        return self.filter(state__in=Edition.CLOSED).order_by("-number")

    def for_person(self, user: Any) -> "EditionQuerySet":
        """Return those that somebody may work on: of their own centres, or of all if they have the right."""
        limited: EditionQuerySet = of_centres_of(user, self, "summary__centre")
        return limited

    def unapproved(self) -> "EditionQuerySet":
        """Return those that were published in an emergency and that nobody else has approved since."""
        return self.filter(emergency_by__isnull=False, approved_by=None)

    def for_reading(self) -> "EditionQuerySet":
        """Add all that a page about one edition shows, and every row in which two editions can differ, in seven queries."""
        lists = {"topics": Topic, "audiences": Audience, "settings": Setting}
        return self.select_related(
            *("summary__centre", "kind__instead"),
            *("strength_scale", "strength_step", "cost_scale", "cost_step"),
        ).prefetch_related(
            *("policy_areas", "sources"),
            *(
                Prefetch(name, rows.objects.select_related("instead"))
                for name, rows in lists.items()
            ),
            Prefetch("findings", Finding.objects.select_related("outcome__instead")),
        )


class Edition(models.Model):
    """One version of what a summary says. Empty or null means "not stated" by the centre."""

    class State(models.TextChoices):
        """Where an edition is on its way to the public and out of it (see evidence.editorial.actions)."""

        DRAFT = "draft", "Draft"
        IN_REVIEW = "in-review", "In review"
        SCHEDULED = "scheduled", "Scheduled"
        PUBLISHED = "published", "Published"
        SUPERSEDED = "superseded", "Superseded"
        WITHDRAWN = "withdrawn", "Withdrawn"

        @property
        def in_sentence(self) -> str:
            """What an edition in this state is said to be: "a draft", "in review"."""
            return f"{'a ' if self == 'draft' else ''}{self.label.lower()}"

    OPEN = [State.DRAFT, State.IN_REVIEW, State.SCHEDULED]
    CLOSED = [State.PUBLISHED, State.SUPERSEDED, State.WITHDRAWN]

    # Identity and state
    summary = models.ForeignKey(
        Summary,
        models.PROTECT,
        related_name="editions",
        help_text="The summary that it is an edition of.",
    )
    number = models.PositiveIntegerField(editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT, editable=False)
    change_note = models.TextField(
        blank=True, help_text="What changed and why, in a sentence that the public will read."
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
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
    assigned_to = person("assigned to")
    submitted_by = person("submitted by")
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    approved_by = person("approved by")
    approved_at = models.DateTimeField(null=True, blank=True, editable=False)
    publish_at = models.DateTimeField("goes live at", null=True, blank=True, editable=False)
    checked_by = person("checked by")
    emergency_by = person("published in an emergency by")
    emergency_reason = models.TextField("reason for the emergency", blank=True, editable=False)

    # What it says
    title = models.CharField(max_length=200, help_text="In sentence case, without a full stop.")
    code = models.CharField(
        "reference", max_length=20, blank=True, help_text="The centre’s own, such as “NG222”."
    )
    product = models.CharField(
        "product line",
        max_length=100,
        help_text="The centre’s product line, such as “YEF Toolkit”, by one of its names.",
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
    search_words = ArrayField(
        models.CharField(max_length=60),
        verbose_name="words that people use",
        blank=True,
        default=list,
        help_text=(
            "What people may call the subject and the rest does not say, a short phrase a line, such as “naughty kids”. The "
            "search reads it, and the page does not show it. Never a claim, a result or a private person."
        ),
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
            "“Not assessed” is for a source that gives no direction, or of which it is not yet read."
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
    doubts = ArrayField(
        models.CharField(max_length=14, choices=Doubt),
        blank=True,
        default=list,
        help_text=(
            "Why a figure or rating may not be what the centre says today. Explain each of them under “Doubt about a "
            "figure”."
        ),
    )
    missing = own_reasons(
        "why a value is missing",
        "Only where it differs from the rule of the product line: why this one has no strength, effect, cost, "
        "number of studies, date or place.",
    )
    data_note = models.TextField(
        "doubt about a figure",
        blank=True,
        help_text="What readers should know about the figures. Leave empty if there is no doubt.",
    )

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["summary", "-number"]
        indexes = [
            # With all that admin's list sorts, filters and searches by: it reads no edition but those that it shows.
            models.Index(
                "title", F("number").desc(), F("id").desc(), name="edition_in_lists",
                include=[
                    "summary", "state", "code", "product", "kind", "direction", "strength", "cost", "submitted_at"
                ],
            ),
            # With all by which a published edition needs something (evidence.editorial.dashboard), to count and list them.
            models.Index(
                fields=["product"], name="edition_has_needs", condition=Q(state="published"),
                include=[
                    "id", "summary", "review_due", "doubts", "strength", "strength_native", "strength_step", "cost",
                    "cost_native", "studies", "missing", "title", "number",
                ],
            ),
            # So that a worker sees at once whether it has all that is published (evidence.catalogue.documents).
            models.Index(fields=["id"], condition=Q(state="published"), name="edition_published"),
            models.Index(
                fields=["source_url"], name="edition_by_source"
            ),  # which links are used where
            # For the search of admin's lists, which finds the rest by the address of the summary.
            GinIndex(trigrams("title"), name="edition_by_title"),
            GinIndex(trigrams("code"), name="edition_by_code"),
        ]  # fmt: skip
        constraints = rules.CONSTRAINTS
        permissions = [
            ("submit_edition", "Can submit a draft for review"),
            ("approve_edition", "Can approve, schedule or send back what others wrote"),
            ("publish_in_emergency", "Can publish without approval in an emergency"),
            ("withdraw_summary", "Can withdraw a summary"),
            ("confirm_figures", "Can confirm figures for their own centres"),
            ("all_centres", "Works on the summaries of every centre"),
        ]
        triggers = rules.TRIGGERS

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of its summary, where only the published edition is shown."""
        return self.summary.get_absolute_url()

    def clean(self) -> None:
        """Refuse what contradicts the scales, the product lines or the values: each says which field is wrong."""
        for message in wrong_reasons(self.missing, lambda name: getattr(self, name)):
            raise ValidationError({"missing": f"This {message}."})
        if self.product and hasattr(self, "summary"):
            self._refuse_unknown_line()
        for kind in ("strength", "cost"):
            scale, step = getattr(self, f"{kind}_scale"), getattr(self, f"{kind}_step")
            known = hasattr(self, "summary")  # a new one has no key yet
            if scale and known and scale.centre_id != self.summary.centre_id:
                raise ValidationError({f"{kind}_scale": "This is a scale of another centre."})
            if step and step.scale_id != getattr(self, f"{kind}_scale_id"):
                wrong = f"“{step}” is a step of “{step.scale}”, not of “{scale or 'no scale'}”."
                raise ValidationError({f"{kind}_step": wrong})
        if level := self.level_of_scale:
            wrong = f"“{self.strength_step}” maps to “{level.label}”: choose that level, or another step."
            raise ValidationError({"strength": wrong})
        if self.doubts and not self.data_note:
            raise ValidationError({"data_note": rules.UNEXPLAINED})

    def validate_constraints(self, exclude: Any = None) -> None:
        """Ask the database nothing: it refuses what breaks a constraint, and to ask it before takes 30 statements."""

    def _refuse_unknown_line(self) -> None:
        """Refuse the name of a product line that the centre does not have, if it has any."""
        centre = self.summary.centre_id
        if message := ProductLines(centre=centre).fault(centre, self.product):
            raise ValidationError({"product": message})

    @cached_property
    def changed_pages(self) -> list[Any]:
        """What was read on those of its pages that have changed since; nothing unless it is published."""
        if not self.is_published:
            return []
        return list(self.page_readings.changed().order_by("change", "changed_at", "pk"))

    @cached_property
    def line(self) -> Product | None:
        """The product line that it belongs to; None if the portal knows none of this name."""
        return Product.of(self.summary.centre_id, self.product)

    def states(self, field: str) -> bool:
        """Say whether it has a value in `field`, one of Rated."""
        return is_stated(field, lambda name: getattr(self, name))

    def why_missing(self, field: str) -> Why | None:
        """Say why it has no value in `field`, one of Rated; None if it has one."""
        return None if self.states(field) else why_missing(field, self.line, self.missing)

    def lack_of(self, field: str) -> str:
        """Say in few words what stands where the level, figure or text of `field`, one of Rated, would; empty if there."""
        if getattr(self, HELD_IN[Rated(field)][0]) not in NOTHING:
            return ""  # without a look for the line
        return lack_of(field, self.line, self.missing, lambda name: getattr(self, name))

    @staticmethod
    def published_q(path: str = "") -> Q:
        """Return the condition that an edition is what the public sees: the one definition of that.

        `path` leads to the edition from another model: `Finding.objects.filter(Edition.published_q("edition"))`.
        """
        return Q((f"{path}__state" if path else "state", Edition.State.PUBLISHED))

    @staticmethod
    def open_q(path: str = "") -> Q:
        """Return the condition that an edition is being worked on; `path` leads to it as for `published_q`."""
        return Q((f"{path}__state__in" if path else "state__in", Edition.OPEN))

    @staticmethod
    def other_level_q() -> Q:
        """Return the condition that the scale gives its step another level than it says: the scale has changed since."""
        given = F("strength_step__common")
        return Q(strength_step__common__gt="") & ~Q(strength=given)

    @property
    def level_of_scale(self) -> Strength | None:
        """The level that the scale gives its step, where that is another than it says."""
        given = self.strength_step.common if self.strength_step else ""
        return Strength(given) if given and given != self.strength else None

    @property
    def level_since(self) -> str:
        """What readers should know of its level where its step was mapped to another one since; otherwise an empty text."""
        level = self.level_of_scale
        return (
            f"Since this was written, the portal maps this step to “{level.label}”."
            if level
            else ""
        )

    @property
    def doubts_in_words(self) -> str:
        """The doubts in one line: "read in a copy; from an older page". Empty if there are none."""
        labels = [str(Doubt(doubt).label) for doubt in self.doubts]
        return "; ".join(label[:1].lower() + label[1:] for label in labels)

    @property
    def our_reading(self) -> str:
        """Whose verdict the direction is where it is ours, as a sentence; empty where it is the centre's.

        The centre's words for the effect, where there are any, stand beside it: only which way they point is our reading.
        """
        if Doubt.OUR_READING not in self.doubts or self.direction == Direction.NOT_ASSESSED:
            return ""
        if self.impact_native:
            return "The direction is our reading of it."
        whose = possessive(self.summary.centre.short_name)
        return f"Our reading: the pages that we read give no verdict in {whose} own words."

    @property
    def harmful_findings(self) -> list["Finding"]:
        """The findings that went the wrong way."""
        return [row for row in self.findings.all() if row.direction == Direction.HARMFUL]

    @property
    def state_in_sentence(self) -> str:
        """What it is said to be: "a draft", "in review"."""
        return self.State(self.state).in_sentence

    @property
    def is_published(self) -> bool:
        """Whether this is the edition that the public sees."""
        return self.state == self.State.PUBLISHED

    @cached_property
    def confirmed_on(self) -> datetime.date | None:
        """The day on which its centre confirmed its figures; None if it has not, or if they have changed since."""
        held = self.summary.confirmations.held().first() if self.is_published else None
        return held.day if held else None

    @property
    def is_check(self) -> bool:
        """Whether somebody only checked that the edition before is still true, and moved the review date."""
        return self.checked_by_id is not None

    @property
    def is_open(self) -> bool:
        """Whether somebody is working on it: a draft, in review or scheduled."""
        return self.state in self.OPEN


class EditionPart(models.Model):
    """A row that belongs to one edition, and can be changed only while that is a draft."""

    order = models.PositiveSmallIntegerField(default=0, help_text="Its place in the list.")

    class Meta:
        abstract = True
        ordering = ["edition", "order", "pk"]
        triggers = rules.PART_TRIGGERS

    def validate_constraints(self, exclude: Any = None) -> None:
        """Ask the database nothing, as for an edition."""


class Finding(EditionPart):
    """One outcome in one edition: which way it went, by how much, and how sure the centre is."""

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
                condition=Q(direction__in=Direction.values),
                name="finding_direction_is_listed",
                violation_error_message=LISTED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome.present}: {self.get_direction_display()}"

    def get_direction_display(self) -> str:  # type: ignore[no-redef]  # in place of Django's
        """Return what its direction is called; Django would call it as that of a summary."""
        return DIRECTIONS_OF_OUTCOMES.get(self.direction, self.direction)

    @property
    def exact_measure(self) -> str:
        """What exactly was measured; empty where the label of the outcome says it already."""
        return "" if self.measured.lower() in self.outcome.label.lower() else self.measured

    def as_line(self) -> str:
        """Return all that it says, in one line for lists of changes."""
        parts = [self.get_direction_display(), self.measured, self.effect, self.strength_native]
        return f"{self.outcome.present}: {'; '.join(part for part in parts if part)}"


class Source(EditionPart):
    """A page that was read for an edition."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="sources")
    url = models.URLField("address", max_length=500, help_text="Of a page that was read for it.")
    note = models.CharField(
        max_length=200, blank=True, help_text="What kind of page it is, such as “centre’s page”."
    )

    class Meta(EditionPart.Meta):
        verbose_name_plural = "pages read"
        indexes = [models.Index(fields=["url"], name="source_by_address")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(url=""),
                name="source_has_an_address",
                violation_error_message="Give the address of the page.",
            ),
            models.UniqueConstraint(fields=["edition", "url"], name="source_once_an_edition"),
        ]

    def __str__(self) -> str:
        return self.url

    def as_line(self) -> str:
        """Return its address and what kind of page it is, in one line for lists of changes."""
        return f"{self.url} ({self.note})" if self.note else self.url
