"""The centres' product lines and their rules."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from portal.admin_base import PortalInline, PortalModelAdmin

from ..models import Product, ProductRule


class ProductRuleInline(PortalInline):
    """Whether the centre gives each value for the items of a line."""

    model = ProductRule
    max_num = len(ProductRule._meta.get_field("field").flatchoices)


@admin.register(Product)
class ProductAdmin(PortalModelAdmin):
    """A product line and its rules."""

    list_display = ["name", "its_centre", "count", "count_unit", "read_on"]
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
