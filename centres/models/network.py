"""The centres, who hosts and funds them, and the history of the network."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.urls import reverse

from centres.vocabulary import Nation
from portal.models import (
    ContentModel,
    CountsChanges,
    PageModel,
    PartialDateField,
    partial_date_constraint,
    slug_constraint,
)

from .fields import nations, web_addresses
from .spending import PolicyArea


class Organisation(ContentModel):
    """A body that hosts or funds a centre."""

    class Type(models.TextChoices):
        ORGANISATION = "organisation", "Organisation"
        PERSON = "person", "Person"
        GROUP = "group", "Group of bodies"
        SCHEME = "scheme", "Levy, fund or scheme"

    class Sector(models.TextChoices):
        ACADEMIC = "academic", "Academic"
        CIVIL_SOCIETY = "civil-society", "Civil society"
        PRIVATE = "private", "Private"
        PUBLIC = "public", "Public"

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=12, choices=Type, blank=True)
    sector = models.CharField(max_length=13, choices=Sector, blank=True)
    website = models.URLField(max_length=500, blank=True)
    note = models.TextField(blank=True)

    class Meta(ContentModel.Meta):
        ordering = ["name"]
        constraints = [
            slug_constraint("organisation_slug_is_words"),
            models.CheckConstraint(
                condition=Q(sector__in=["", "academic", "civil-society", "private", "public"]),
                name="organisation_sector_is_listed",
            ),
            models.CheckConstraint(
                condition=Q(type__in=["", "organisation", "person", "group", "scheme"]),
                name="organisation_type_is_listed",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CentreQuerySet(models.QuerySet["Centre"]):
    def current(self) -> "CentreQuerySet":
        """What Works Centres and affiliates: the members of today."""
        return self.exclude(status=Centre.Status.FORMER)

    def for_page(self) -> "CentreQuerySet":
        """With all that the page of a centre shows, but what came before and after it."""
        return self.select_related("policy_area").prefetch_related(
            "policy_area__figures",
            "other_names",
            "notes",
            "events",
            "rating_scales__levels",
            models.Prefetch("hosts", CentreHost.objects.select_related("organisation")),
            models.Prefetch("funders", CentreFunder.objects.select_related("organisation")),
        )


class Centre(PageModel):
    """A member of the network, of today or of the past."""

    class Status(models.TextChoices):
        WHAT_WORKS_CENTRE = "what-works-centre", "What Works Centre"
        AFFILIATE = "affiliate", "Affiliate"
        FORMER = "former", "Former member"

    slug = models.SlugField(unique=True)
    order = models.PositiveSmallIntegerField(help_text="Its place in lists, from 1.")
    name = models.CharField(max_length=200)
    acronym = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=17, choices=Status)
    policy_area = models.ForeignKey(
        PolicyArea, models.PROTECT, null=True, blank=True, related_name="centres"
    )
    policy_area_label = models.CharField(
        max_length=100, help_text="The area as the network words it for this centre."
    )
    leads_policy_area = models.BooleanField(
        default=False, help_text="Is it the network's centre for the area today?"
    )
    description = models.TextField(help_text="What it does, in plain words.")
    website = models.URLField(max_length=500, blank=True)
    founded = PartialDateField()
    founded_note = models.TextField(blank=True)
    joined = PartialDateField("joined the network")
    joined_note = models.TextField(blank=True)
    became_full_member = PartialDateField("became a full member")
    became_full_member_note = models.TextField(blank=True)
    left = PartialDateField("left the network")
    left_reason = models.TextField(blank=True)
    successors = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="predecessors"
    )
    legal_form = models.TextField(blank=True)
    nations = nations()
    nations_note = models.TextField(blank=True)
    sources = web_addresses()
    unrated_note = models.TextField(blank=True, help_text="Why it has no rating scale, if so.")
    unrated_sources = web_addresses()

    objects = CentreQuerySet.as_manager()

    class Meta(PageModel.Meta):
        ordering = ["order", "name"]
        constraints = [
            slug_constraint("centre_slug_is_words"),
            models.CheckConstraint(
                condition=Q(status__in=["what-works-centre", "affiliate", "former"]),
                name="centre_status_is_listed",
            ),
            *(
                partial_date_constraint(field, name=f"centre_{field}_is_partial_date")
                for field in ["founded", "joined", "became_full_member", "left"]
            ),
            # A later date may be known less exactly: "2014-05" is not after "2014". So the later one counts as its end.
            *(
                models.CheckConstraint(
                    condition=Q(**{first: ""})
                    | Q(**{second: ""})
                    | Q(**{f"{first}__lte": Concat(F(second), Value("-99"))}),
                    name=f"centre_{first}_before_{second}",
                    violation_error_message=f"The dates of {first} and {second} are out of order.",
                )
                for first, second in [
                    ("founded", "left"),
                    ("joined", "became_full_member"),
                    ("joined", "left"),
                ]
            ),
            models.CheckConstraint(
                condition=Q(status="former") | Q(left="", left_reason=""),
                name="only_former_centres_have_left",
            ),
            models.CheckConstraint(
                condition=Q(nations__contained_by=Nation.values), name="centre_nations_are_listed"
            ),
            models.UniqueConstraint(
                fields=["policy_area"],
                condition=Q(leads_policy_area=True),
                name="one_lead_centre_an_area",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("centres:centre", args=[self.slug])

    @property
    def short_name(self) -> str:
        """What people call it: the acronym, or the name where it has none."""
        return self.acronym or self.name


class CentreName(ContentModel):
    """Another name that a centre goes or went by."""

    centre = models.ForeignKey(Centre, models.CASCADE, related_name="other_names")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    note = models.TextField(blank=True)

    class Meta(ContentModel.Meta):
        ordering = ["centre", "order"]

    def __str__(self) -> str:
        return self.name


class CentreNote(ContentModel):
    """A remark on what is known of a centre, and on which part of it."""

    centre = models.ForeignKey(Centre, models.CASCADE, related_name="notes")
    order = models.PositiveSmallIntegerField()
    about = models.CharField(max_length=40, blank=True)
    text = models.TextField()

    class Meta(ContentModel.Meta):
        ordering = ["centre", "order"]

    def __str__(self) -> str:
        return self.text


class CentreHost(ContentModel):
    """An organisation that houses or founded a centre."""

    centre = models.ForeignKey(Centre, models.CASCADE, related_name="hosts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="hosted")
    order = models.PositiveSmallIntegerField()
    role = models.TextField()
    from_year = models.PositiveSmallIntegerField(null=True, blank=True)
    to_year = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta(ContentModel.Meta):
        ordering = ["centre", "order"]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_year=None) | Q(to_year=None) | Q(from_year__lte=F("to_year")),
                name="host_years_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.role})"


class CentreFunder(ContentModel):
    """Money that a centre gets or got, as far as it was stated."""

    class Kind(models.TextChoices):
        GOVERNMENT = "government", "Government"
        NON_GOVERNMENT = "non-government", "Not government"

    centre = models.ForeignKey(Centre, models.CASCADE, related_name="funders")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="funded")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=14, choices=Kind)
    amount_gbp_m = models.DecimalField(
        "amount, £ million", max_digits=9, decimal_places=3, null=True, blank=True
    )
    year = models.CharField(max_length=40, blank=True, help_text='As stated, such as "2021-22".')
    note = models.TextField(blank=True)

    class Meta(ContentModel.Meta):
        ordering = ["centre", "order"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["government", "non-government"]),
                name="funder_kind_is_listed",
            ),
            models.CheckConstraint(
                condition=Q(amount_gbp_m=None) | Q(amount_gbp_m__gt=0),
                name="funding_is_above_zero",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} funds {self.centre}"


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
                name="network_event_kind_is_listed",
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
    by = models.CharField(max_length=7, choices=By)
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
                condition=Q(by__in=["network", "others"]), name="publication_by_is_listed"
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
    counts = models.CharField(max_length=12, choices=Counts)
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
                fields=["latest"], condition=Q(latest=True), name="one_latest_total"
            ),
            models.CheckConstraint(
                condition=Q(counts__in=["full-centres", "all-members"]),
                name="network_total_counts_is_listed",
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
    """A page that says whom the network serves."""

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


class Membership(models.Model):
    """A person belongs to a centre and may work on its summaries, as far as their role goes.

    Rights hang on centres, never on who made a row: whoever joins takes over what others began.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="person", related_name="memberships"
    )
    centre = models.ForeignKey(Centre, models.CASCADE, related_name="memberships")

    class Meta:
        verbose_name_plural = "people of centres"
        constraints = [
            models.UniqueConstraint(fields=["user", "centre"], name="membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} of {self.centre}"


# The tables behind many-to-many fields have no class of their own to carry triggers; a proxy gives them one.


class CentreSuccessor(Centre.successors.through):  # type: ignore[name-defined]
    class Meta:
        proxy = True
        triggers = [CountsChanges(name="counts_changes")]


class NetworkEventCentre(NetworkEvent.centres.through):  # type: ignore[name-defined]
    class Meta:
        proxy = True
        triggers = [CountsChanges(name="counts_changes")]


class NetworkAudienceSource(NetworkAudience.named_in.through):  # type: ignore[name-defined]
    class Meta:
        proxy = True
        triggers = [CountsChanges(name="counts_changes")]
