"""The rows of lists that summaries are sorted by: which summaries have one, and a page to retire it or merge it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from evidence.dataset.list_changes import propose_ending
from evidence.editorial.actions import ActionError
from evidence.editorial.list_effects import effects_of, uses_of
from portal.form_fields import ProseField

from ..models import Edition, ListRow, editions_with
from .list_changes import MAX_REASON, ProposesChanges, said_of
from .long_filters import query_of
from .review import primary_key

SHOWN = 20  # summaries on the page of a row
MERGE, RETIRE = ListRow.Ended.MERGED, ListRow.Ended.RETIRED


class EndingForm(forms.Form):
    """What should become of a row."""

    ended = forms.ChoiceField(label="What should become of it", widget=forms.RadioSelect)
    instead: Any = forms.ModelChoiceField(
        None,
        label="Into which, or what takes its place",
        help_text="Needed to merge it. If you retire it, leave this empty if nothing takes its place.",
        required=False,
    )
    reason = ProseField(
        label="Why",
        help_text="The public can read this with your role, and without your name.",
        max_length=MAX_REASON,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        required=False,
    )

    def __init__(self, *args: Any, row: ListRow, proposes: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ended, instead = self.fields["ended"], self.fields["instead"]
        choices = [(MERGE.value, "Merge it into another"), (RETIRE.value, "Retire it")]
        ended.choices = [*choices, *([("", "Use it again")] if row.ended else [])]  # type: ignore[attr-defined]  # a choice field
        ended.required = not row.ended
        instead.queryset = type(row).objects.in_use().exclude(pk=row.pk)  # type: ignore[attr-defined]  # of models
        self.fields["reason"].required = proposes

    def clean(self) -> dict[str, Any]:
        """Ask for what it is merged into."""
        given = self.cleaned_data
        if given.get("ended") == MERGE and not given.get("instead") and "instead" in given:
            self.add_error("instead", "Choose what it is merged into.")
        return given


class ListRowAdmin(ProposesChanges):
    """A row of a list that summaries are sorted by."""

    change_form_template = "admin/evidence/listrow/change_form.html"

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Show which rows are in use, after the other columns."""
        return [*super().get_list_display(request), "use"]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Find those that have ended."""
        return [*super().get_list_filter(request), "ended"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow that filter too."""
        return lookup == "ended__exact" or super().lookup_allowed(lookup, value, request)

    @admin.display(description="in use", ordering="ended")
    def use(self, row: ListRow) -> str:
        """Say whether a row can be chosen, or what became of it."""
        return row.get_ended_display() or "In use"

    def get_urls(self) -> list[URLPattern]:
        """Add the page to retire or merge a row."""
        view = self.admin_site.admin_view(self.end_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_end"
        return [path("<path:object_id>/end/", view, name=name), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the summaries that have the row, below its form."""
        row: Any = self.get_queryset(request).filter(pk=primary_key(object_id)).first()
        uses = _uses(row, request.user) if row and request.method == "GET" else {}
        return super().change_view(request, object_id, form_url, {**uses, **(extra_context or {})})

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Where a row is used, say by how much, and lead to the page to retire or merge it."""
        row: Any = self.get_queryset(request).filter(pk=primary_key(object_id)).first()
        uses = uses_of(row) if row and editions_with(row).exists() else ""
        return super().delete_view(request, object_id, {"uses": uses, **(extra_context or {})})

    def end_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what it would do to retire or merge a row, and propose it. PermissionDenied for people who cannot change it."""
        row: Any = self.get_queryset(request).filter(pk=primary_key(object_id)).first()
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        if row is None:
            raise Http404("There is no such row.")
        proposes = "propose" in request.POST
        form = EndingForm(request.POST or None, row=row, proposes=proposes)
        effects: list[str] = []
        if form.is_valid():
            given = form.cleaned_data
            ending = {"row": row, "ended": given["ended"], "instead": given["instead"]}
            effects = effects_of(**ending)
            if proposes:
                try:
                    user: Any = request.user
                    change = propose_ending(**ending, reason=given["reason"], by=user)
                    return self._go_to(request, change)
                except ActionError as error:
                    form.add_error(None, said_of(error))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Merge or retire “{row}”",
            "opts": self.opts,
            "original": row,
            "form": form,
            "effects": effects,
        }
        return TemplateResponse(request, "admin/evidence/listrow/end.html", context)


def _uses(row: ListRow, user: Any) -> dict[str, Any]:
    """Return the open and published editions with a row, of the centres that a person works for."""
    if not user.has_perm("evidence.view_edition"):
        return {}
    shown = Edition.published_q() | Edition.open_q()
    editions = editions_with(row).for_person(user).filter(shown)
    some = editions.select_related("summary__centre").order_by("title", "-number")
    return {
        "uses": some[:SHOWN],
        "number_of_uses": editions.count(),
        "uses_query": query_of(row),
    }
