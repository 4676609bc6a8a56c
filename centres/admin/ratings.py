"""Rating scales and common levels in admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from portal.admin_base import PortalInline, PortalModelAdmin

from ..models import CommonLevel, RatingDimension, RatingLevel, RatingReference, RatingScale


@admin.register(CommonLevel)
class CommonLevelAdmin(PortalModelAdmin):
    """A level of the portal's common scale of strength, which the steps of the centres' scales map to."""

    list_display = ["label", "rank", "meaning"]


class RatingLevelInline(PortalInline):
    """The steps of a scale, in order."""

    model = RatingLevel


class RatingDimensionInline(PortalInline):
    """The things that a scale looks at, such as the letters of EMMIE."""

    model = RatingDimension


@admin.register(RatingScale)
class RatingScaleAdmin(PortalModelAdmin):
    """A centre's own rating scale and its steps, or one of no centre, which is only compared with."""

    list_display = ["name", "centre", "rates", "form", "complete"]
    list_filter = ["rates", "form", "centre"]
    list_select_related = ["centre"]
    search_fields = ["name", "slug", "centre__name", "centre__acronym"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [RatingLevelInline, RatingDimensionInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Keep a scale with its centre."""
        return ["centre"] if obj else []


@admin.register(RatingLevel)
class RatingLevelAdmin(PortalModelAdmin):
    """A step of a scale."""

    list_display = ["label", "scale", "order", "common"]
    list_filter = ["scale"]
    list_select_related = ["scale"]
    search_fields = ["label", "scale__name", "scale__slug"]


@admin.register(RatingReference)
class RatingReferenceAdmin(PortalModelAdmin):
    """A publication on how evidence is rated."""

    list_display = ["citation", "order", "finding"]
    search_fields = ["citation", "slug", "finding"]
