"""Each centre's own rating scales, and the common levels that they map to."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from centres.vocabulary import Direction, Strength
from portal.content_version import ContentModel
from portal.models import LISTED, slug_constraint

from .centres import Centre
from .fields import web_addresses


class CommonLevel(ContentModel):
    """What one level of the portal's common scale of strength means."""

    level = models.CharField(max_length=12, choices=Strength, unique=True)
    rank = models.PositiveSmallIntegerField(unique=True)
    label = models.CharField(max_length=40)
    meaning = models.TextField()

    class Meta(ContentModel.Meta):
        ordering = ["rank"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=Strength.values),
                name="common_level_is_listed",
                violation_error_message=LISTED,
            )
        ]

    def __str__(self) -> str:
        return self.label


class RatingScale(ContentModel):
    """A scale that a centre rates with; without a centre, a scale of others for reference."""

    class Rates(models.TextChoices):
        STRENGTH = "strength", "Strength of evidence"
        IMPACT = "impact", "Effect"
        COST = "cost", "Cost"
        RECOMMENDATION = "recommendation", "Strength of a recommendation"

    class Form(models.TextChoices):
        LADDER = "ladder", "Ladder of levels"
        CHECKLIST = "checklist", "Checklist"
        NUMBER = "number", "Number"
        WORDING = "wording", "Wording"

    slug = models.SlugField(unique=True)
    order = models.PositiveSmallIntegerField(help_text="Its place in lists, from 1.")
    centre = models.ForeignKey(
        Centre, models.PROTECT, null=True, blank=True, related_name="rating_scales"
    )
    name = models.CharField(max_length=200)
    rates = models.CharField("what it rates", max_length=14, choices=Rates)
    unit = models.TextField(blank=True, help_text="What one rating is given to.")
    form = models.CharField(max_length=9, choices=Form, blank=True)
    complete = models.BooleanField(
        null=True, blank=True, help_text="Are all its steps listed here? Unknown is an answer."
    )
    address = models.URLField(max_length=500, blank=True)
    address_note = models.TextField(blank=True)
    levels_from = models.TextField(
        blank=True, help_text="Where the levels were read, if not there."
    )
    contestable = models.TextField(blank=True, help_text="What one may dispute in the mapping.")
    note = models.TextField(blank=True)
    sources = web_addresses()
    used_by = models.ManyToManyField(
        Centre,
        blank=True,
        related_name="reference_scales",
        help_text="For a scale of others: the centres that use it.",
    )

    class Meta(ContentModel.Meta):
        ordering = ["order", "name"]
        constraints = [
            slug_constraint("rating_scale_slug_is_words"),
            models.CheckConstraint(
                condition=Q(rates__in=["strength", "impact", "cost", "recommendation"]),
                name="rating_scale_rates_is_listed",
                violation_error_message=LISTED,
            ),
            models.CheckConstraint(
                condition=Q(form__in=["", "ladder", "checklist", "number", "wording"]),
                name="rating_scale_form_is_listed",
                violation_error_message=LISTED,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of its place on the page of rating scales."""
        return f"{reverse('centres:ratings')}#{self.slug}"

    @property
    def maps(self) -> bool:
        """Whether any of its steps is mapped to the common scale."""
        return any(level.common for level in self.levels.all())


class RatingLevel(ContentModel):
    """One step of a scale, and for strength the common level that it maps to."""

    scale = models.ForeignKey(RatingScale, models.CASCADE, related_name="levels")
    order = models.PositiveSmallIntegerField(help_text="From worst to best.")
    rank = models.SmallIntegerField(
        null=True, blank=True, help_text="The step on the ladder; empty if it is not on it."
    )
    label = models.CharField(max_length=100)
    meaning = models.TextField(blank=True)
    common = models.CharField("common level", max_length=12, choices=Strength, blank=True)
    direction = models.CharField(
        max_length=12,
        choices=Direction,
        blank=True,
        help_text="Where the step also says which way the effect goes.",
    )
    reason = models.TextField(blank=True, help_text="Why it maps to this common level.")

    class Meta(ContentModel.Meta):
        ordering = ["scale", "order"]
        constraints = [
            models.UniqueConstraint(fields=["scale", "order"], name="rating_levels_in_one_order"),
            models.UniqueConstraint(fields=["scale", "label"], name="rating_level_once_a_scale"),
            # An edition's rating refers to both, so that a step can only be one of its own scale.
            models.UniqueConstraint(fields=["id", "scale"], name="rating_level_and_its_scale"),
            models.CheckConstraint(
                condition=Q(common__in=["", *Strength.values]),
                name="rating_level_common_is_listed",
                violation_error_message=LISTED,
            ),
            models.CheckConstraint(
                condition=Q(direction__in=["", *Direction.values]),
                name="rating_level_direction_is_listed",
                violation_error_message=LISTED,
            ),
        ]

    def __str__(self) -> str:
        return self.label


class RatingDimension(ContentModel):
    """One of the things that a scale looks at, such as the letters of EMMIE."""

    scale = models.ForeignKey(RatingScale, models.CASCADE, related_name="dimensions")
    order = models.PositiveSmallIntegerField()
    letter = models.CharField(max_length=2)
    name = models.CharField(max_length=60)
    meaning = models.TextField()

    class Meta(ContentModel.Meta):
        ordering = ["scale", "order"]

    def __str__(self) -> str:
        return self.name


class RatingReference(ContentModel):
    """A publication on how evidence is rated, for readers who want to go deeper."""

    slug = models.SlugField(unique=True)
    order = models.PositiveSmallIntegerField(help_text="Its place in lists, from 1.")
    citation = models.TextField()
    url = models.URLField(max_length=500, blank=True, help_text="The publication itself.")
    finding = models.TextField(help_text="What it found, in plain words.")
    source = models.URLField(max_length=500, help_text="The page that was read.")
    note = models.TextField(blank=True)

    class Meta(ContentModel.Meta):
        ordering = ["order"]
        constraints = [slug_constraint("rating_reference_slug_is_words")]

    def __str__(self) -> str:
        return self.citation
