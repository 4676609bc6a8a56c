"""The centres, and who hosts and funds them."""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat

from centres.vocabulary import Nation
from portal.addresses import address_of
from portal.content_version import ContentModel
from portal.models import (
    ALL_LISTED,
    LISTED,
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
                violation_error_message=LISTED,
            ),
            models.CheckConstraint(
                condition=Q(type__in=["", "organisation", "person", "group", "scheme"]),
                name="organisation_type_is_listed",
                violation_error_message=LISTED,
            ),
        ]

    def __str__(self) -> str:
        return self.name


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

    class Meta(PageModel.Meta):
        ordering = ["order", "name"]
        constraints = [
            slug_constraint("centre_slug_is_words"),
            models.CheckConstraint(
                condition=Q(status__in=["what-works-centre", "affiliate", "former"]),
                name="centre_status_is_listed",
                violation_error_message=LISTED,
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
                    violation_error_message=(
                        f"The dates of “{first}” and “{second}” are out of order.".replace("_", " ")
                    ),
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
                violation_error_message="Only a former member says when and why it left.",
            ),
            models.CheckConstraint(
                condition=~Q(status="former") | Q(leads_policy_area=False),
                name="former_centres_lead_no_area",
                violation_error_message="A former member is not the network’s member for its policy area.",
            ),
            models.CheckConstraint(
                condition=Q(nations__contained_by=Nation.values),
                name="centre_nations_are_listed",
                violation_error_message=ALL_LISTED,
            ),
            models.UniqueConstraint(
                fields=["policy_area"],
                condition=Q(leads_policy_area=True),
                name="one_lead_centre_an_area",
                violation_error_message="Another centre is the network’s member for this policy area already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of its page in the list of centres."""
        return address_of("centres:centre", self.slug)

    @property
    def short_name(self) -> str:
        """The acronym, or the name where it has none."""
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
                violation_error_message="The last year cannot be before the first.",
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
                violation_error_message=LISTED,
            ),
            models.CheckConstraint(
                condition=Q(amount_gbp_m=None) | Q(amount_gbp_m__gt=0),
                name="funding_is_above_zero",
                violation_error_message="The amount must be more than 0. Leave it empty if none is stated.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} funds {self.centre}"
