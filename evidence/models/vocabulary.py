"""The lists that summaries are sorted by."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from centres.models import PolicyArea
from portal.addresses import address_of
from portal.models import LISTED, also_known_as

from .list_rows import ListRow


class Term(ListRow):
    """One entry of a list that summaries are sorted by. Its slug is in the address of its page, or in those of lists."""

    class Meta(ListRow.Meta):
        abstract = True


class Topic(Term):
    """What a summary is about, in words that people look for."""

    description = models.TextField()
    policy_areas = models.ManyToManyField(PolicyArea, related_name="topics")
    also_known_as = also_known_as()

    def get_absolute_url(self) -> str:
        """Return the address of the page that lists what is published on it."""
        return address_of("evidence:topic", self.slug)


class Audience(Term):
    """People who can act on a summary."""

    decides = models.TextField(help_text="What these people decide.")

    def get_absolute_url(self) -> str:
        """Return the address of the page that lists what is published for these people."""
        return address_of("evidence:audience", self.slug)


class Setting(Term):
    """Where something is done: a school, a prison, the home."""


class Kind(Term):
    """What sort of product a summary sums up: a toolkit entry, a guideline, a trial."""

    class RestsOn(models.TextChoices):
        """How much research one item of a kind rests on, the most first."""

        MANY = "many-studies", "Many studies"
        PROGRAMME = "one-programme", "One programme"
        STUDY = "one-study", "One study"

    what = models.TextField("what it is")
    rests_on = models.CharField(
        "what it rests on",
        max_length=13,
        choices=RestsOn,
        default=RestsOn.MANY,
        help_text="Where several summaries are about one thing, what rests on many studies comes first.",
    )

    review_months = models.PositiveSmallIntegerField(
        "months until a review",
        default=24,
        validators=[MinValueValidator(1)],
        help_text="Of each summary of this kind, from its publication, unless its product line has a rule of its own.",
    )
    review_reason = models.TextField("why so many months", blank=True)

    class Meta(Term.Meta):
        constraints = [
            *Term.Meta.constraints,
            models.CheckConstraint(
                condition=Q(review_months__gt=0),
                name="kind_review_is_above_zero",
                violation_error_message="The months until a review must be more than 0.",
            ),
            models.CheckConstraint(
                condition=Q(rests_on__in=["many-studies", "one-programme", "one-study"]),
                name="kind_rests_on_is_listed",
                violation_error_message=LISTED,
            ),
        ]


class Outcome(Term):
    """A result that is measured, and which way it should go."""

    class Domain(models.TextChoices):
        EDUCATION = "education", "Education"
        CRIME = "crime", "Crime and justice"
        HEALTH = "health", "Health"
        WELLBEING = "wellbeing", "Wellbeing"
        FAMILY = "family", "Family"
        HOUSING = "housing", "Housing"
        WORK = "work", "Work"
        ECONOMY = "economy", "Economy"
        MONEY = "money", "Money"
        SERVICES = "services", "Services"

    class Better(models.TextChoices):
        HIGHER = "higher", "Higher is better"
        LOWER = "lower", "Lower is better"

    domain = models.CharField(max_length=10, choices=Domain)
    better_when = models.CharField("which way is better", max_length=6, choices=Better)
    also_known_as = also_known_as()

    class Meta(Term.Meta):
        constraints = [
            *Term.Meta.constraints,
            models.CheckConstraint(
                condition=Q(better_when__in=["higher", "lower"]), name="outcome_better_is_listed",
                violation_error_message=LISTED
            ),
            models.CheckConstraint(
                condition=Q(
                    domain__in=[
                        "education", "crime", "health", "wellbeing", "family", "housing", "work",
                        "economy", "money", "services",
                    ]
                ),
                name="outcome_domain_is_listed", violation_error_message=LISTED,
            ),
        ]  # fmt: skip
