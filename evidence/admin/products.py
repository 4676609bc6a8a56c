"""The centres' product lines and their rules."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from portal.admin_base import PortalInline
from portal.templatetags.portal_tags import partial_date

from ..catalogue.vocabulary import current_vocabulary
from ..models import Product, ProductRule
from ..pages.coverage import LineCoverage, coverage_of
from .list_changes import ProposesChanges


class ProductRuleInline(PortalInline):
    """Whether the centre gives each value for the items of a line."""

    model = ProductRule
    max_num = len(ProductRule._meta.get_field("field").flatchoices)


@admin.register(Product)
class ProductAdmin(ProposesChanges):
    """A product line and its rules."""

    list_display = ["name", "its_centre", "held", "complete", "newest", "read_on"]
    list_filter = ["centre"]
    search_fields = ["name", "slug", "names"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [ProductRuleInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        """Fetch the centres with them."""
        return super().get_queryset(request).select_related("centre")

    @admin.display(description="centre", ordering="centre__name")
    def its_centre(self, product: Product) -> str:
        """Name the centre."""
        return product.centre.short_name

    @admin.display(description="summaries here")
    def held(self, product: Product) -> str:
        """Say how many published summaries it has, of how many where that is known, as the public page on coverage does."""
        line = _line(product)
        if line is None:
            return "–"
        share = f" ({line.percent}%)" if line.percent is not None else ""
        return f"{line.held} of {line.size}{share}" if line.size else f"{line.held}; size not known"

    @admin.display(description="of these state")
    def complete(self, product: Product) -> str:
        """Say how many of the summaries here state each value, and of how many the centre has confirmed the figures."""
        line = _line(product)
        if line is None:
            return "–"
        stated = ", ".join(f"{one.field.value} {one.stated}" for one in line.fields)
        return f"{stated}; confirmed by the centre {line.confirmed}"

    @admin.display(description="newest here")
    def newest(self, product: Product) -> str:
        """Say of when the newest version is that a summary here is of."""
        line = _line(product)
        return partial_date(line.newest) if line and line.newest else "–"


def _line(product: Product) -> LineCoverage | None:
    """Return what is here of a line, from the snapshot; None for one that is not in it yet."""
    known = current_vocabulary().products.get(product.pk)
    return coverage_of(known) if known else None
