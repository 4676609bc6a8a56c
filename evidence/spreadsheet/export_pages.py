"""The export page in admin: the list of summaries, as it is filtered, in a file."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from .columns import COLUMNS
from .export import exported_rows
from .files import FORMATS


class ColumnBoxes(forms.CheckboxSelectMultiple):
    """A box for each column. That of the id cannot be changed."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Disable the box of the id."""
        option = super().create_option(name, value, *args, **kwargs)
        if value == "id":
            option["attrs"] |= {"checked": True, "disabled": True}
        return option


class ExportForm(forms.Form):
    """The format, and the columns. The id is always one of them: without it, no row could be imported."""

    # The safer one first: a spreadsheet reads a CSV as it likes, and so may change dates and long numbers.
    format = forms.ChoiceField(choices=[(kind, FORMATS[kind].title) for kind in ("xlsx", "csv")])
    columns = forms.MultipleChoiceField(
        choices=[(name, one.label) for name, one in COLUMNS.items()],
        initial=list(COLUMNS),
        required=False,
        widget=ColumnBoxes,
    )

    def clean_columns(self) -> list[str]:
        """Return the names of the columns in their order."""
        chosen = {"id", *self.cleaned_data["columns"]}
        return [name for name in COLUMNS if name in chosen]


class ExportPages(admin.ModelAdmin):
    """The page of the export, for the list of summaries in admin."""

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Say whether the list offers the export, and its page answers."""
        user: Any = request.user
        return user.has_perm("evidence.export_summary") and user.has_perm("evidence.view_edition")

    def get_urls(self) -> list[URLPattern]:
        """Put the page before those of a summary, whose addresses match anything."""
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name="evidence_summary_export"), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Offer the export to those who may."""
        allowed = {"has_export_permission": self.has_export_permission(request)}
        return super().changelist_view(request, {**(extra_context or {}), **allowed})

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for the format and the columns (GET), or send the list as the address filters it (POST)."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        try:
            summaries = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(f"{reverse('admin:evidence_summary_changelist')}?e=1")
        form = ExportForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            kind, columns = form.cleaned_data["format"], form.cleaned_data["columns"]
            name = f"summaries-{timezone.localdate().isoformat()}.{kind}"
            try:
                content = FORMATS[kind].write(exported_rows(summaries, columns))
                return FORMATS[kind].download(name, content)
            except ValueError as error:  # a text is too long for a workbook
                self.message_user(request, str(error), messages.ERROR)
        context = self.admin_site.each_context(request)
        context |= {"title": "Export", "form": form, "opts": self.opts}
        return TemplateResponse(request, "admin/evidence/summary/export.html", context)
