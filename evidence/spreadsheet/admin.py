"""Import and export in admin: upload, dry run, confirm; and the list as a file.

What was uploaded waits for its confirmation in the database, which all workers share, beside the fingerprint of the plan
that its person was shown: nobody can confirm another's file, or one that was never looked at.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from import_export.admin import ImportExportMixin
from import_export.forms import SelectableFieldsExportForm

from evidence.models import Edition, ImportFile, Summary
from portal.safe_csv import csv_lines

from .columns import COLUMNS
from .files import (
    FORMATS,
    MAX_BYTES,
    MAX_ROWS,
    MEGABYTE,
    Refused,
    labels_of,
    read,
    refuse_by_outside,
    workbook,
)
from .resource import Moved, Plan, SummaryResource, check, confirm

GONE = (
    "There is no file to confirm: it was confirmed already, replaced by another upload, or has waited for more than "
    "an hour. Upload it again."
)
MOVED = (
    "Somebody has changed something since this file was checked, so nothing was imported. "
    "It has been checked anew: this is what it would do now."
)


def may_import(user: Any) -> bool:
    """Say whether somebody may make drafts from a file: what it makes, they may make by hand too."""
    rights = ("import_summary", "add_summary", "add_edition")
    return all(user.has_perm(f"evidence.{right}") for right in rights)


class UploadForm(forms.Form):
    file = forms.FileField(
        label="File",
        help_text=f"CSV in UTF-8, or XLSX. At most {MAX_ROWS:,} rows and {MAX_BYTES // MEGABYTE} MB.",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"empty": "The file is empty.", "required": "Choose a file."},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        try:
            refuse_by_outside(file.name, file.size)
        except Refused as refused:
            raise forms.ValidationError(list(refused.messages)) from refused
        return file


class ExportForm(SelectableFieldsExportForm):
    """Which format, and which columns. The id is always one of them: without it, no row could be imported."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["format"].choices = [
            (number, kind().get_title()) for number, kind in enumerate(FORMATS.values())
        ]
        self.fields["format"].initial = 0
        self.fields[self.create_boolean_field_name(SummaryResource, "id")].disabled = True

    @property
    def media(self) -> forms.Media:
        return forms.Media()

    def _get_field_label(self, resource: Any, field_name: str) -> str:
        return COLUMNS[field_name].label


class RowsMixin(ImportExportMixin):
    """Import and export of summaries, for their list in admin."""

    resource_classes = [SummaryResource]
    formats = list(FORMATS.values())
    import_export_change_list_template = "admin/evidence/summary/change_list.html"
    import_template_name = "admin/evidence/summary/import.html"
    export_template_name = "admin/evidence/summary/export.html"
    export_form_class = ExportForm

    def has_import_permission(self, request: HttpRequest) -> bool:
        return may_import(request.user)

    def has_export_permission(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return user.has_perm("evidence.export_summary") and user.has_perm("evidence.view_edition")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.import_template)
        template = path("import/template.<kind>", view, name="evidence_summary_import_template")
        return [template, *super().get_urls()]

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Ask for a file (GET), or show what it would do (POST). Nothing is written but the file itself."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        ImportFile.objects.forgotten().delete()
        posted = request.method == "POST"
        form = UploadForm(request.POST, request.FILES) if posted else UploadForm()
        if posted and form.is_valid():
            try:
                return self._checked(request, form.cleaned_data["file"])
            except Refused as refused:
                form.add_error("file", list(refused.messages))
        return self._import_page(request, form=form, columns=_columns())

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Make the drafts of a file that this person has looked at (POST)."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        with transaction.atomic():
            kept = _kept(request) if request.method == "POST" else None
            if kept is None:
                self.message_user(request, GONE, messages.ERROR)
                return HttpResponseRedirect(reverse("admin:evidence_summary_import"))
            sheet = read(kept.name, bytes(kept.content))
            try:
                with transaction.atomic():
                    plan = confirm(
                        sheet, user=request.user, checked=kept.fingerprint, file_name=kept.name
                    )
            except Moved:
                plan = check(sheet, user=request.user, file_name=kept.name)
                return self._preview(request, plan, bytes(kept.content), moved=MOVED)
            kept.delete()
        drafts = "1 draft was" if plan.made == 1 else f"{plan.made:,} drafts were"
        self.message_user(
            request,
            f"{drafts} made from {plan.file_name}. Nothing is public yet: each draft below is to be "
            "submitted for review, and approved by somebody else.",
        )
        state = Edition.State.DRAFT
        return HttpResponseRedirect(
            f"{reverse('admin:evidence_edition_changelist')}?state__exact={state}"
        )

    def import_template(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Send a file with the names of the columns; a workbook explains them on a second sheet."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        if kind not in FORMATS:
            raise Http404("There are templates in CSV and XLSX.")
        names = labels_of(COLUMNS)
        if kind == "xlsx":
            heading = ["column", "needed", "what goes in", "allowed values"]
            told = [
                [
                    one["label"],
                    "yes" if one["required"] else "no",
                    one["help"],
                    "\n".join(one["allowed"]),
                ]
                for one in _columns()
            ]
            content = workbook({"Summaries": [names], "Columns": [heading, *told]})
        else:
            content = "".join(csv_lines([names])).encode()
        return HttpResponse(
            content,
            content_type=FORMATS[kind].CONTENT_TYPE,
            headers={"Content-Disposition": f'attachment; filename="summaries-template.{kind}"'},
        )

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """Ask for format and columns (GET), or send the list as it is filtered (POST)."""
        try:
            return super().export_action(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(f"{reverse('admin:evidence_summary_changelist')}?e=1")

    def get_export_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {}  # an export needs to know nothing but the list

    def get_export_filename(self, request: HttpRequest, queryset: Any, file_format: Any) -> str:
        return f"summaries-{timezone.localdate().isoformat()}.{file_format.get_extension()}"

    def _checked(self, request: HttpRequest, file: Any) -> HttpResponse:
        content = file.read()
        plan = check(read(file.name, content), user=request.user, file_name=file.name)
        return self._preview(request, plan, content)

    def _preview(
        self, request: HttpRequest, plan: Plan, content: bytes, moved: str = ""
    ) -> HttpResponse:
        """Show a plan, and keep its file if it can be confirmed. A person has one file at a time."""
        person: Any = request.user
        ImportFile.objects.filter(person=person).delete()
        kept = None
        if plan.drafts and not plan.faults:
            kept = ImportFile.objects.create(
                person=person,
                name=plan.file_name,
                content=content,
                fingerprint=plan.fingerprint,
            )
        return self._import_page(request, form=UploadForm(), plan=plan, kept=kept, moved=moved)

    def _import_page(self, request: HttpRequest, **context: Any) -> HttpResponse:
        title = (
            "Import summaries: what the file would do" if "plan" in context else "Import summaries"
        )
        context |= self.admin_site.each_context(request) | {"title": title, "opts": Summary._meta}
        return TemplateResponse(request, self.import_template_name, context)


def _columns() -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "label": one.label,
            "required": one.required,
            "help": one.help,
            "allowed": list(one.allowed()),
        }
        for name, one in COLUMNS.items()
    ]


def _kept(request: HttpRequest) -> ImportFile | None:
    """Return the person's own file that a form names, and keep it from being confirmed twice."""
    try:
        key = forms.UUIDField().clean(request.POST.get("file"))
    except forms.ValidationError:
        return None
    person: Any = request.user
    mine = ImportFile.objects.filter(person=person, pk=key)
    return mine.exclude(pk__in=ImportFile.objects.forgotten()).select_for_update().first()
