"""The lists of the network: two people change each of them too, so their pages propose changes."""

from django.contrib import admin

from centres.admin.ratings import RatingLevelAdmin
from centres.models import Centre, RatingLevel
from evidence.dataset.list_history import LISTS
from portal.admin_base import ReadOnlyAdmin

from .list_changes import ProposesChanges


def have_changes_proposed() -> None:
    """Put a page that proposes changes in the place of each page of `centres`.

    They are all alike, and a class for each would be forgotten for the next list: so they are made from the lists. Only the
    page of a centre has more to it (see .membership).
    """
    for table in LISTS.values():
        model = table.model
        if model._meta.app_label == Centre._meta.app_label and model is not Centre:
            page = type(admin.site.get_model_admin(model))
            proposing = type(f"Proposed{page.__name__}", (ProposesChanges, page), {})
            admin.site.unregister(model)
            admin.site.register(model, proposing)


have_changes_proposed()
admin.site.unregister(RatingLevel)


@admin.register(RatingLevel)
class ReadRatingLevelAdmin(ReadOnlyAdmin, RatingLevelAdmin):
    """A step of a scale. It is changed with its scale; this page lets editors search for the step of a rating."""

    change_form_template = "admin/centres/ratinglevel/change_form.html"
