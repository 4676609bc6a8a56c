"""Policy areas and the public spending that each covers."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from centres.vocabulary import Nation, SpendingBand
from portal.addresses import address_of
from portal.content_version import ContentModel
from portal.models import ALL_LISTED, LISTED, PageModel, also_known_as, slug_constraint

from .fields import nations, web_addresses


class PolicyArea(PageModel):
    """A field of public policy, as GOV.UK words it."""

    slug = models.SlugField(unique=True)
    order = models.PositiveSmallIntegerField(help_text="Its place in lists, from 1.")
    label = models.CharField(max_length=100)
    label_note = models.TextField(
        blank=True, help_text="Where the label comes from, if not GOV.UK."
    )
    description = models.TextField()
    also_known_as = also_known_as()

    class Meta(PageModel.Meta):
        ordering = ["order", "label"]
        constraints = [slug_constraint("policy_area_slug_is_words")]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """Return the address of its page in the list of policy areas."""
        return address_of("centres:policy-area", self.slug)

    @property
    def spending(self) -> "SpendingFigure | None":
        """The figure for the main service of the area, which decides its band; None where there is none."""
        return next((f for f in self.figures.all() if f.role == SpendingFigure.Role.MAIN), None)

    @property
    def band(self) -> SpendingBand:
        """The band of its main figure, or NOT_KNOWN where there is none."""
        return self.spending.band if self.spending else SpendingBand.NOT_KNOWN


class SpendingFigure(ContentModel):
    """What is spent on a policy area, or on a part of it: indicative, of mixed years and nations.

    The network publishes one total and no split by area, so no row here is a figure of the network.
    """

    class Role(models.TextChoices):
        MAIN = "main", "Main figure of the area"
        PART = "part", "Part of the area"
        CONTEXT = "context", "Context only"

    class Confidence(models.TextChoices):
        HIGH = "high", "High"
        MEDIUM = "medium", "Medium"
        LOW = "low", "Low"

    class ReadOn(models.TextChoices):
        OFFICIAL = "official", "The official page"
        COPY = "copy", "A copy of the official page"
        NEWS = "news", "A news site"
        OTHER = "other", "The page of another organisation"

    policy_area = models.ForeignKey(PolicyArea, models.CASCADE, related_name="figures")
    role = models.CharField(max_length=10, choices=Role)
    order = models.PositiveSmallIntegerField()
    official_gbp_bn = models.DecimalField(
        "official figure, £ billion", max_digits=9, decimal_places=4, null=True, blank=True
    )
    gbp_bn = models.DecimalField(
        "indicative figure, £ billion", max_digits=9, decimal_places=4, null=True, blank=True
    )
    year = models.CharField(max_length=40, blank=True, help_text='As stated, such as "2024-25".')
    nations = nations()
    basis = models.CharField(max_length=60, blank=True, help_text='Such as "Plan" or "Outturn".')
    annual = models.BooleanField(null=True, blank=True, help_text="Is it the sum for one year?")
    scope = models.TextField(help_text="What the figure covers.")
    confidence = models.CharField(max_length=6, choices=Confidence, blank=True)
    note = models.TextField(blank=True)
    in_sum = models.BooleanField(default=False, help_text="May it be added up with the others?")
    publication = models.CharField(
        "official publication",
        max_length=300,
        blank=True,
        help_text="Who published the figure first, under what title and when, if that is known.",
    )
    publication_url = models.URLField(
        "address of the official publication",
        max_length=500,
        blank=True,
        help_text="Leave empty if it was not found: never guess.",
    )
    read_on = models.CharField(
        max_length=8, choices=ReadOn, blank=True, help_text="What sort of page the sources are."
    )
    sources = web_addresses("The pages that the figure was read on. One address a line.")

    class Meta(ContentModel.Meta):
        ordering = ["policy_area", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["policy_area"],
                condition=Q(role="main"),
                name="one_main_figure_an_area",
                violation_error_message="A policy area can have only one main figure.",
            ),
            models.UniqueConstraint(
                fields=["policy_area", "order"], name="spending_figures_in_one_order"
            ),
            models.CheckConstraint(
                condition=Q(gbp_bn__gt=0) | Q(gbp_bn=None),
                name="spending_is_above_zero",
                violation_error_message="The amount must be more than 0. Leave it empty if none is stated.",
            ),
            models.CheckConstraint(
                condition=Q(gbp_bn=None) | Q(sources__len__gt=0),
                name="spending_has_a_source",
                violation_error_message="An amount needs the page that states it.",
            ),
            models.CheckConstraint(
                condition=Q(read_on__in=["", "official", "copy", "news", "other"]),
                name="spending_read_on_is_listed",
                violation_error_message=LISTED,
            ),
            models.CheckConstraint(
                condition=Q(publication_url="") | ~Q(publication=""),
                name="spending_publication_has_a_name",
                violation_error_message="Name the publication that the address leads to.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=["main", "part", "context"]),
                name="spending_role_is_listed",
                violation_error_message=LISTED,
            ),
            models.CheckConstraint(
                condition=Q(confidence__in=["", "high", "medium", "low"]),
                name="spending_confidence_is_listed",
                violation_error_message=LISTED,
            ),
            models.CheckConstraint(
                condition=Q(nations__contained_by=Nation.values),
                name="spending_nations_are_listed",
                violation_error_message=ALL_LISTED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy_area}: {self.scope}"

    @property
    def band(self) -> SpendingBand:
        """The band that the yearly figure falls into, NOT_KNOWN if it is not yearly. A bound belongs to the band above it."""
        if self.gbp_bn is None or not self.annual:
            return SpendingBand.NOT_KNOWN
        bounds = [
            (Decimal(50), SpendingBand.OVER_50),
            (Decimal(10), SpendingBand.FROM_10_TO_50),
            (Decimal(1), SpendingBand.FROM_1_TO_10),
        ]
        return next((band for low, band in bounds if self.gbp_bn >= low), SpendingBand.UNDER_1)
