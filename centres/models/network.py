"""The network that the centres form: its history, totals, publications, values and audiences."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from portal.content_version import ContentModel
from portal.models import LISTED, PartialDateField, partial_date_constraint, slug_constraint

from .centres import Centre
from .fields import web_addresses


class NetworkEvent(ContentModel):
    """Something that happened to the network. Its order sorts it where the date is not known."""

    class Kind(models.TextChoices):
        FOUNDING = "founding", "A centre opens"
        JOINING = "joining", "A centre joins"
        PROMOTION = "promotion", "A centre becomes a full member"
        MERGER = "merger", "Centres merge"
        DEPARTURE = "departure", "A centre leaves"
        CHANGE = "change", "A centre changes"
        LAUNCH = "launch", "A launch"
        PRODUCT = "product", "A tool or product"
        PUBLICATION = "publication", "A publication"
        ANNOUNCEMENT = "announcement", "An announcement"
        POLICY = "policy", "Policy"
        GOVERNMENT = "government", "Government"
        PEOPLE = "people", "People"
        EVENT = "event", "A meeting"
        PAGE_UPDATE = "page-update", "Update to the network's page"

    slug = models.SlugField(max_length=80, unique=True)
    order = models.PositiveSmallIntegerField()
    date = PartialDateField()
    date_note = models.TextField(blank=True)
    kind = models.CharField(max_length=12, choices=Kind)
    title = models.CharField(max_length=200)
    sentence = models.TextField()
    centres = models.ManyToManyField(Centre, blank=True, related_name="events")
    source = models.URLField(max_length=500, blank=True)
    source_note = models.TextField(blank=True)
    also = web_addresses("Other pages that say so. One address a line.")
    page_update = models.BooleanField(
        default=False, help_text="Is it in the list of updates on the network's public page?"
    )

    class Meta(ContentModel.Meta):
        ordering = ["order"]
        constraints = [
            slug_constraint("network_event_slug_is_words"),
            partial_date_constraint("date", name="network_event_date_is_partial_date"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "founding", "joining", "promotion", "merger", "departure", "change",
                        "launch", "product", "publication", "announcement", "policy",
                        "government", "people", "event", "page-update",
                    ]
                ),
                name="network_event_kind_is_listed", violation_error_message=LISTED,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class Publication(ContentModel):
    """A publication of the network, or about it."""

    class By(models.TextChoices):
        NETWORK = "network", "The network"
        OTHERS = "others", "Others"

    slug = models.SlugField(max_length=80, unique=True)
    order = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    date = PartialDateField()
    publisher = models.CharField(max_length=200, blank=True)
    editors = models.CharField(max_length=200, blank=True)
    by = models.CharField("published by", max_length=7, choices=By)
    url = models.URLField(max_length=500, blank=True)
    about = models.TextField()
    extent_read = models.CharField(max_length=200, blank=True)
    source = models.URLField(max_length=500, blank=True)
    source_note = models.TextField(blank=True)
    note = models.TextField(blank=True)

    class Meta(ContentModel.Meta):
        ordering = ["order"]
        constraints = [
            slug_constraint("publication_slug_is_words"),
            partial_date_constraint("date", name="publication_date_is_partial_date"),
            models.CheckConstraint(
                condition=Q(by__in=["network", "others"]),
                name="publication_by_is_listed",
                violation_error_message=LISTED,
            ),
        ]

    def __str__(self) -> str:
        return self.title


class NetworkTotal(ContentModel):
    """How many members the network had at a date, and the spending that it said it covers."""

    class Counts(models.TextChoices):
        FULL_CENTRES = "full-centres", "Full centres only"
        ALL_MEMBERS = "all-members", "Every kind of member together"

    slug = models.SlugField(unique=True)
    order = models.PositiveSmallIntegerField()
    date = PartialDateField()
    date_note = models.TextField(blank=True)
    latest = models.BooleanField(default=False)
    counts = models.CharField("what it counts", max_length=12, choices=Counts)
    centres = models.PositiveSmallIntegerField()
    affiliates = models.PositiveSmallIntegerField(null=True, blank=True)
    associates = models.PositiveSmallIntegerField(null=True, blank=True)
    spending_gbp_bn = models.PositiveIntegerField("spending, £ billion", null=True, blank=True)
    spending_wording = models.CharField(max_length=100, blank=True)
    note = models.TextField(blank=True)
    source = models.URLField(max_length=500, blank=True)
    source_note = models.TextField(blank=True)

    class Meta(ContentModel.Meta):
        ordering = ["order"]
        constraints = [
            slug_constraint("network_total_slug_is_words"),
            partial_date_constraint("date", name="network_total_date_is_partial_date"),
            models.UniqueConstraint(
                fields=["latest"],
                condition=Q(latest=True),
                name="one_latest_total",
                violation_error_message="Another total is the latest already: untick it there first.",
            ),
            models.CheckConstraint(
                condition=Q(counts__in=["full-centres", "all-members"]),
                name="network_total_counts_is_listed",
                violation_error_message=LISTED,
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class NetworkFunction(ContentModel):
    """One of the things that a What Works Centre does."""

    slug = models.SlugField(unique=True)
    order = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=100)
    sentence = models.TextField()

    class Meta(ContentModel.Meta):
        ordering = ["order"]
        constraints = [slug_constraint("network_function_slug_is_words")]

    def __str__(self) -> str:
        return self.title


class MembershipValue(ContentModel):
    """One of the values that every member holds; their letters spell IMPACT."""

    letter = models.CharField(max_length=1)
    order = models.PositiveSmallIntegerField(unique=True)
    name = models.CharField(max_length=60)
    meaning = models.TextField()
    note = models.TextField(blank=True)

    class Meta(ContentModel.Meta):
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class NetworkSource(ContentModel):
    """A founding text of the network: it says what the network is for and whom it serves."""

    slug = models.SlugField(unique=True)
    order = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    publisher = models.CharField(max_length=200)
    date = PartialDateField()
    url = models.URLField(max_length=500, blank=True)
    note = models.TextField(blank=True)

    class Meta(ContentModel.Meta):
        ordering = ["order"]
        constraints = [
            slug_constraint("network_source_slug_is_words"),
            partial_date_constraint("date", name="network_source_date_is_partial_date"),
        ]

    def __str__(self) -> str:
        return self.title


class NetworkAudience(ContentModel):
    """Whom the network says that it serves."""

    slug = models.SlugField(unique=True)
    order = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=100)
    sentence = models.TextField()
    named_in = models.ManyToManyField(NetworkSource, blank=True, related_name="audiences")
    portal_audiences = ArrayField(
        models.SlugField(),
        blank=True,
        default=list,
        help_text="The audiences of evidence summaries that it stands for, by slug.",
    )
    note = models.TextField(blank=True)

    class Meta(ContentModel.Meta):
        ordering = ["order"]
        constraints = [slug_constraint("network_audience_slug_is_words")]

    def __str__(self) -> str:
        return self.label


class NetworkStatement(ContentModel):
    """What a founding text says of the network, in our own words."""

    class Section(models.TextChoices):
        PURPOSE = "purpose", "What the network is for"
        ORIGIN = "origin", "Why and how it began"
        CONDITION = "condition", "What its success depends on"
        FIELD = "field", "The fields of its first centres"

    slug = models.SlugField(unique=True)
    order = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=9, choices=Section)
    title = models.CharField(max_length=100)
    sentence = models.TextField()
    source = models.ForeignKey(NetworkSource, models.PROTECT, related_name="statements")
    centres = models.ManyToManyField(
        Centre,
        blank=True,
        related_name="statements",
        help_text="The centres that it is about, by our own match where the text names none.",
    )
    note = models.TextField(blank=True)

    class Meta(ContentModel.Meta):
        ordering = ["order"]
        constraints = [
            slug_constraint("network_statement_slug_is_words"),
            models.CheckConstraint(
                condition=Q(section__in=["purpose", "origin", "condition", "field"]),
                name="network_statement_section_is_listed",
                violation_error_message=LISTED,
            ),
        ]

    def __str__(self) -> str:
        return self.title


class NetworkNote(ContentModel):
    """A sentence on how to read the figures, a caution, or something that could not be found.

    The slug says where it belongs: "spending", "spending-sum", "scale-warning-1", "gap-joining-dates".
    """

    slug = models.SlugField(max_length=80, unique=True)
    order = models.PositiveSmallIntegerField()
    text = models.TextField()
    sources = web_addresses()

    class Meta(ContentModel.Meta):
        ordering = ["order"]
        constraints = [slug_constraint("network_note_slug_is_words")]

    def __str__(self) -> str:
        return self.slug
