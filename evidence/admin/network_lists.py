"""The lists of the network: two people change each of them too, so their pages propose changes."""

from django.contrib import admin

from centres.admin.ratings import RatingLevelAdmin
from centres.models import Centre, RatingLevel
from evidence.dataset.list_history import LISTS
from portal.admin_base import ReadOnlyAdmin

from .list_changes import ProposesChanges

for model in {table.model for table in LISTS.values()} - {Centre}:
    if model._meta.app_label == Centre._meta.app_label:
        page = type(admin.site.get_model_admin(model))
        admin.site.unregister(model)
        admin.site.register(model, type(f"Proposed{page.__name__}", (ProposesChanges, page), {}))

admin.site.unregister(RatingLevel)


@admin.register(RatingLevel)
class ReadRatingLevelAdmin(ReadOnlyAdmin, RatingLevelAdmin):
    """A step of a scale. It is changed with its scale; this page lets editors search for the step of a rating."""
