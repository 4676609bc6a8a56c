"""The fixed lists of the field. Their order is the order in which pages show them."""

from django.db import models


class Strength(models.TextChoices):
    """The portal's common level of the strength of evidence: a reading aid, never averaged."""

    VERY_HIGH = "very-high", "Very high"
    HIGH = "high", "High"
    MODERATE = "moderate", "Moderate"
    LOW = "low", "Low"
    VERY_LOW = "very-low", "Very low"
    INSUFFICIENT = "insufficient", "Insufficient"
    NOT_RATED = "not-rated", "Not rated"


MODERATE_OR_STRONGER = (Strength.VERY_HIGH, Strength.HIGH, Strength.MODERATE)


class Direction(models.TextChoices):
    """Which way an effect goes, by the centre's own verdict unless a doubt says otherwise."""

    BENEFICIAL = "beneficial", "Beneficial"
    MIXED = "mixed", "Mixed"
    NO_EFFECT = "no-effect", "No effect"
    HARMFUL = "harmful", "Harmful"
    INSUFFICIENT = "insufficient", "Insufficient evidence"
    NOT_ASSESSED = "not-assessed", "Not assessed"


# What a direction is called where it is of one outcome: that none is known does not say that nobody assessed it.
DIRECTIONS_OF_OUTCOMES = {one.value: str(one.label) for one in Direction} | {
    Direction.NOT_ASSESSED.value: "Not stated"
}


class Cost(models.IntegerChoices):
    """Cost in relation to other interventions; the centre's own wording stands beside it."""

    VERY_LOW = 1, "Very low"
    LOW = 2, "Low"
    MODERATE = 3, "Moderate"
    HIGH = 4, "High"
    VERY_HIGH = 5, "Very high"


class SpendingBand(models.TextChoices):
    """The yearly public spending of a policy area, in bands of billions of pounds."""

    OVER_50 = "over-50bn", "Over £50 billion"
    FROM_10_TO_50 = "10bn-to-50bn", "£10 billion to £50 billion"
    FROM_1_TO_10 = "1bn-to-10bn", "£1 billion to £10 billion"
    UNDER_1 = "under-1bn", "Under £1 billion"
    NOT_KNOWN = "not-known", "Not known"


class AgeGroup(models.TextChoices):
    """Whom the evidence is about, by age."""

    EARLY_YEARS = "early-years", "Early years"
    CHILDREN = "children", "Children"
    YOUNG_PEOPLE = "young-people", "Young people"
    WORKING_AGE = "working-age", "Working age"
    OLDER_PEOPLE = "older-people", "Older people"


class Doubt(models.TextChoices):
    """Why a figure or rating may not be what its centre says today. A summary may have several."""

    OTHER_BODY = "other-body", "Another organisation’s figure or verdict"
    OUR_READING = "our-reading", "Our reading of the effect"
    SECOND_HAND = "second-hand", "Read second-hand"
    COPY = "copy", "Read in a copy"
    OLDER_PAGE = "older-page", "From an older page"
    NOT_READ = "not-read", "Part of it could not be read"
    SOURCES_DIFFER = "sources-differ", "Sources do not agree"


class Rated(models.TextChoices):
    """The values of which a summary says why it has none: whether the centre gives none, or it was not read."""

    STRENGTH = "strength", "Strength of evidence"
    EFFECT = "effect", "Effect"
    COST = "cost", "Cost"
    STUDIES = "studies", "Number of studies"
    DATE = "date", "Date of the version read"
    PLACE = "place", "Where the studies were done"


class Reason(models.TextChoices):
    """Why a value is missing."""

    NONE = "none", "The centre gives none"
    NOT_READ = "not-read", "Not yet read"
    NOT_APPLICABLE = "not-applicable", "Not applicable"


# Each reason for each of these values, as one word: "cost-not-read".
MISSING = {f"{field}-{reason}": (field, reason) for field in Rated for reason in Reason}
MISSING_CHOICES = [
    (value, f"{field.label}: {str(reason.label).lower()}")
    for value, (field, reason) in MISSING.items()
]


class Nation(models.TextChoices):
    """A nation of the United Kingdom."""

    ENGLAND = "England"
    WALES = "Wales"
    SCOTLAND = "Scotland"
    NORTHERN_IRELAND = "Northern Ireland"
