"""The centres' product lines: what each is, how it rates, and why a value of a summary in it may be missing.

A summary belongs to the line of its centre that has the summary's `product` among its `names`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import BooleanField, Func, Q, Value
from django.db.models.functions import Cast

from centres.models import Centre, RatingScale
from centres.models.fields import web_addresses
from centres.vocabulary import MISSING, MISSING_CHOICES, Direction, Rated, Reason, Strength
from portal.addresses import address_of
from portal.content_version import ContentModel
from portal.models import (
    LISTED,
    PageModel,
    PartialDateField,
    partial_date_constraint,
    slug_constraint,
)


class Product(PageModel):
    """A series of publications of one centre that are made and rated alike: a toolkit, its guidelines, its trials."""

    slug = models.SlugField(unique=True)
    order = models.PositiveSmallIntegerField(help_text="Its place in lists, from 1.")
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="products")
    name = models.CharField(max_length=100)
    names = ArrayField(
        models.CharField(max_length=100),
        help_text="What summaries in it give as their product line, exactly as they give it. One a line.",
    )
    what = models.TextField("what it is")
    address = models.URLField(max_length=500, blank=True, help_text="Of its page at the centre.")
    address_note = models.TextField(blank=True, help_text="How the address was found. For editors.")
    count = models.PositiveIntegerField(
        "how many it really has",
        null=True,
        blank=True,
        help_text="A number that was read on a page: never an estimate, nor one of a part of it.",
    )
    count_qualifier = models.CharField(
        "words before that number", max_length=40, blank=True, help_text="Such as “more than”."
    )
    count_unit = models.CharField(
        "what that number counts", max_length=60, blank=True, help_text="Such as “strands”."
    )
    count_date = PartialDateField(
        "date of that number", help_text="2024, 2024-08 or 2024-08-20. Empty if the page has none."
    )
    count_note = models.TextField(
        "about the date of that number", blank=True, help_text="Needed where the page has no date."
    )
    count_source = models.URLField(
        "page with that number", max_length=500, blank=True, help_text="Where it was read."
    )
    tell_apart = models.TextField(
        blank=True, help_text="How to tell what the centre does not give from what was not read."
    )
    note = models.TextField(blank=True, help_text="For editors.")
    review_months = models.PositiveSmallIntegerField(
        "months until a review",
        null=True,
        blank=True,
        help_text="Of each summary in it, from its publication. Empty: as for the kind of the summary.",
    )
    review_reason = models.TextField("why so many months", blank=True)
    read_on = models.DateField(help_text="When its pages were last read.")
    sources = web_addresses()

    class Meta(PageModel.Meta):
        ordering = ["order", "name"]
        verbose_name = "product line"
        constraints = [
            slug_constraint("product_slug_is_words"),
            models.CheckConstraint(
                condition=Q(names__len__gt=0),
                name="product_has_the_names_of_its_summaries",
                violation_error_message="Give at least one name.",
            ),
            models.CheckConstraint(
                condition=Q(review_months=None) | Q(review_months__gt=0) & ~Q(review_reason=""),
                name="product_review_has_a_reason",
                violation_error_message="Give at least one month, and say why so many.",
            ),
            partial_date_constraint("count_date", name="product_count_date_is_partial_date"),
            models.CheckConstraint(
                condition=Q(count=None)
                | ~Q(count_unit="") & ~Q(count_source="") & (~Q(count_date="") | ~Q(count_note="")),
                name="product_count_has_unit_source_and_date",
                violation_error_message=(
                    "A number needs what it counts, the page where it was read, and its date or, where the page has "
                    "none, a note that says so."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of its page, which says how much of it is here."""
        return address_of("evidence:product", self.slug)

    def clean(self) -> None:
        """Refuse a name that another line of the centre has, so that each summary is in one."""
        others = Product.objects.filter(centre=self.centre_id).exclude(pk=self.pk)
        if taken := sorted({name for other in others for name in other.names} & set(self.names)):
            message = f"Another product line of the centre has the name “{taken[0]}”."
            raise ValidationError({"names": message})

    @classmethod
    def of(cls, centre: int, name: str) -> "Product | None":
        """Return the line of a centre, by its key, that has this name, in two queries."""
        lines = cls.objects.filter(centre=centre, names__contains=[name])
        return lines.prefetch_related("rules").first()

    @cached_property
    def rule_of(self) -> "dict[str, ProductRule]":
        """Its rules by the value that each is about. A value without a rule has none here."""
        return {rule.field: rule for rule in self.rules.all()}


class ProductLines:
    """The names of the product lines of every centre, to check those of many summaries with one query."""

    def __init__(self, **only: Any) -> None:
        self._names: dict[int, list[str]] = {}
        for centre, names in Product.objects.filter(**only).values_list("centre", "names"):
            self._names.setdefault(centre, []).extend(names)

    def fault(self, centre: int, product: str) -> str:
        """Say what is wrong with a name that no line of the centre has, if it has any lines; empty if it is right."""
        names = self._names.get(centre, [])
        if not names or product in names:
            return ""
        return (
            f"“{product}” is in no product line of the centre. Known: {'; '.join(names)}. "
            "A Secretariat editor can add another under Product lines."
        )


class ProductRule(ContentModel):
    """Whether a centre gives one value, such as a cost, for the items of a product line, and in which form."""

    class Given(models.TextChoices):
        """For how many of its items the centre gives the value."""

        EVERY = "every", "For every item"
        SOME = "some", "For some items"
        NEVER = "never", "For no item"
        UNKNOWN = "unknown", "Not known"

    class Basis(models.TextChoices):
        """What the rule rests on, from the weakest. All but the last is an inference of ours."""

        ENTRIES = "entries", "Inferred from the summaries held here"
        PAGE_EXAMPLE = "page-example", "Seen on single items, and inferred of the others"
        PAGE_RULE = "page-rule", "A page says it of the whole line"

    product = models.ForeignKey(Product, models.CASCADE, related_name="rules")
    order = models.PositiveSmallIntegerField(default=0, help_text="Its place in the list.")
    field = models.CharField("value", max_length=8, choices=Rated)
    given = models.CharField("the centre gives it", max_length=7, choices=Given)
    if_missing = models.CharField(
        "what a missing one means",
        max_length=14,
        choices=Reason,
        blank=True,
        help_text="Only where it is known of every item without one, such as a review of trials that are rated singly.",
    )
    form = models.TextField(blank=True, help_text="In which form, such as “0 to 5 padlocks”.")
    scale = models.ForeignKey(
        RatingScale,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The centre’s own scale, if it is rated on one.",
    )
    basis = models.CharField("how this is known", max_length=12, choices=Basis)
    source = models.URLField(max_length=500, blank=True, help_text="The page that says it.")
    note = models.TextField(blank=True)

    class Meta(ContentModel.Meta):
        ordering = ["product", "order"]
        verbose_name = "rule"
        constraints = [
            models.UniqueConstraint(fields=["product", "field"], name="product_rule_once_a_value"),
            models.CheckConstraint(
                condition=Q(field__in=Rated.values),
                name="product_rule_value_is_listed",
                violation_error_message=LISTED,
            ),
            models.CheckConstraint(
                condition=Q(given__in=["every", "some", "never", "unknown"]),
                name="product_rule_given_is_listed",
                violation_error_message=LISTED,
            ),
            models.CheckConstraint(
                condition=Q(basis__in=["page-rule", "page-example", "entries"]),
                name="product_rule_basis_is_listed",
                violation_error_message=LISTED,
            ),
            models.CheckConstraint(
                condition=Q(if_missing__in=["", *Reason.values]),
                name="product_rule_if_missing_is_listed",
                violation_error_message=LISTED,
            ),
            models.CheckConstraint(
                condition=~Q(basis="page-rule") | ~Q(source=""),
                name="product_rule_of_a_page_names_it",
                violation_error_message="Name the page that says it.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_field_display()}: {self.get_given_display().lower()}"

    @property
    def is_inferred(self) -> bool:
        """Whether no page says it of the whole line."""
        return self.basis != self.Basis.PAGE_RULE


@dataclass(frozen=True)
class Why:
    """Why a value of a summary is missing: the reason, and what is known beside it."""

    reason: Reason
    is_inferred: bool = False  # whether the reason rests on a rule that no page states
    given: str = ""  # for how many items of the line the centre gives it, where that leaves open whether for this one

    @property
    def label(self) -> str:
        """The reason in few words, as a choice or a cell shows it."""
        return str(self.reason.label)

    @property
    def words(self) -> str:
        """The reason, and all that qualifies it, without a full stop."""
        inferred = f" ({INFERRED})" if self.is_inferred else ""
        return f"{self.label}{UNREAD.get(self.given, '')}{inferred}"

    @property
    def note(self) -> str:
        """What qualifies the reason in a few words, for a list of several values; empty if nothing does."""
        # That some have it is as true where the items read show it as where a page says so.
        if self.given == ProductRule.Given.SOME:
            return GIVEN[self.given]
        if self.given in GIVEN:
            return f"{GIVEN[self.given]} read" if self.is_inferred else GIVEN[self.given]
        return INFERRED if self.is_inferred else ""


INFERRED = "inferred from the items read"
UNREAD: dict[str, str] = {
    ProductRule.Given.EVERY: "; given by the centre for every item",
    ProductRule.Given.SOME: "; given by the centre for some items, and nobody has read whether for this one",
}
GIVEN: dict[str, str] = {
    ProductRule.Given.EVERY: "given by the centre for every item",
    ProductRule.Given.SOME: "given by the centre for some items",
}


def why_missing(field: str, line: Product | None, own: Iterable[str] = ()) -> Why:
    """Say why a summary has no value in `field`, one of Rated: by its own word, or else by the rule of its product line.

    `own` is `missing` of its edition. This is the only place that decides it.
    """
    for stated in own:
        if stated in MISSING and MISSING[stated][0] == field:
            return Why(MISSING[stated][1])
    rule = line.rule_of.get(field) if line else None
    if rule and rule.if_missing:
        return Why(Reason(rule.if_missing), rule.is_inferred)
    if rule is None or rule.given == ProductRule.Given.UNKNOWN:
        return Why(Reason.NOT_READ)
    given = ProductRule.Given(rule.given)
    if given == ProductRule.Given.NEVER:
        return Why(Reason.NONE, rule.is_inferred)
    return Why(Reason.NOT_READ, rule.is_inferred, given)


WORDS_ONLY = "In the centre’s words only"


def lack_of(
    field: str, line: Product | None, own: Iterable[str], value_of: Callable[[str], Any]
) -> str:
    """Say in few words what stands where the level, figure or text of `field`, one of Rated, would; empty if it is there.

    Every page, picture and file says it in these words. `own` and `line` are as for `why_missing`; `value_of` has the fields.
    """
    if value_of(HELD_IN[Rated(field)][0]) not in NOTHING:
        return ""
    return WORDS_ONLY if is_stated(field, value_of) else why_missing(field, line, own).label


# The fields of an edition that hold each value: it is there if one of them has something.
HELD_IN = {
    Rated.STRENGTH: ("strength", "strength_native"),
    Rated.EFFECT: ("direction", "impact_native"),
    Rated.COST: ("cost", "cost_native"),
    Rated.STUDIES: ("studies",),
    Rated.DATE: ("updated",),
    Rated.PLACE: ("countries",),
}
NOTHING = (None, "", Direction.NOT_ASSESSED, Strength.NOT_RATED)


def is_stated(field: str, value_of: Callable[[str], Any]) -> bool:
    """Say whether an edition has the value: a common level, or at least the centre's own words. `value_of` has its fields."""
    return any(value_of(name) not in NOTHING for name in HELD_IN[Rated(field)])


class IsIn(Func):
    """Whether the first of two expressions is in the second, which is a list that the database hashes once."""

    template, arg_joiner, output_field = "(%(expressions)s)", " IN ", BooleanField()


def in_lines(names: Iterable[tuple[int, str]]) -> Q:
    """Return the condition for editions of a centre with the name of a line, which are given in pairs.

    To compare each edition with one pair after another takes longer.
    """
    pairs = list(names)
    centres = Cast(Value([centre for centre, _ in pairs]), ArrayField(models.BigIntegerField()))
    lines = Cast(Value([name for _, name in pairs]), ArrayField(models.TextField()))
    own = Func(
        "summary__centre", "product", template="(%(expressions)s)", output_field=models.TextField()
    )
    rows = "(SELECT * FROM unnest(%(expressions)s))"
    return Q(IsIn(own, Func(centres, lines, template=rows, output_field=models.TextField())))


@dataclass(frozen=True)
class MissingQ:
    """The conditions, for the database, that decide why editions have no value in `field`, one of Rated.

    It does not look up the rule of each edition, which takes seconds for 20,000: the product lines are read first.
    """

    field: Rated

    def for_reason(self, reason: Reason, lines: Iterable[Product]) -> Q:
        """Return the condition for all without a value for this reason; `lines` has every product line with its rules."""
        meant: set[tuple[int, str]] = set()  # the centres of lines with their names
        for line in lines:
            # Without a rule a value is not read yet, as where the line is none of these.
            is_meant = why_missing(self.field, line).reason == reason
            if is_meant != (reason == Reason.NOT_READ):
                meant.update((line.centre_id, name) for name in line.names)
        of_rule = in_lines(sorted(meant))
        of_rule = ~of_rule if reason == Reason.NOT_READ else of_rule
        own = Q(missing__contains=[f"{self.field}-{reason}"])
        no_own = ~Q(missing__overlap=[f"{self.field}-{one}" for one in Reason])
        return self.empty & (own | no_own & of_rule)

    @property
    def empty(self) -> Q:
        """The condition for all without a value."""
        empty = Q()
        for name in HELD_IN[self.field]:
            is_number = name in {"cost", "studies"}
            empty &= Q(**{f"{name}__isnull": True} if is_number else {f"{name}__in": NOTHING[1:]})
        return empty


def wrong_reasons(own: Iterable[str], value_of: Callable[[str], Any]) -> Iterator[str]:
    """Yield what is wrong with an edition's own reasons: one for a value that is there, or two for the same."""
    of_fields = [MISSING[one][0] for one in own if one in MISSING]
    for field in Rated:
        if (number := of_fields.count(field)) > 1:
            yield f"gives {number} reasons for {field.value!r}"
        elif number and is_stated(field, value_of):
            yield f"says why {field.value!r} is missing, which is there"


def own_reasons(label: str, help_text: str) -> ArrayField:
    """Return the field for what an edition itself says of why its values are missing."""
    base: Any = models.CharField(max_length=24, choices=MISSING_CHOICES)
    return ArrayField(base, verbose_name=label, blank=True, default=list, help_text=help_text)
