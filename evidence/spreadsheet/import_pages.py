"""The import pages in admin: upload a file, see what it would do, confirm it.

An uploaded file waits for its confirmation in the database, which all workers share, with the fingerprint of the plan
that its person was shown. So nobody can confirm somebody else's file, or one that nobody has looked at.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from evidence.models import Edition, ImportFile, Summary

from . import workbooks
from .columns import COLUMNS, labels_of
from .drafts import import_drafts
from .files import FORMATS, MAX_BYTES, MEGABYTE, read_sheet, refuse_by_name_or_size
from .plan import Plan, PlanChanged
from .preview import preview_import
from .sheet import MAX_ROWS, Refused

NO_FILE = (
    "There is no file to confirm: it was confirmed already, replaced by another upload, or has waited for more than "
    "an hour. Upload it again."
)
PLAN_CHANGED = (
    "Somebody has changed something since this file was checked, so nothing was imported. "
    "It has been checked again: this is what it would do now."
)


def may_import(user: Any) -> bool:
    """Say whether somebody may import: whoever may, may make the same drafts by hand too."""
    rights = ("import_summary", "add_summary", "add_edition")
    return all(user.has_perm(f"evidence.{right}") for right in rights)


class UploadForm(forms.Form):
    """The file to import."""

    file = forms.FileField(
        label="File",
        help_text=f"CSV in UTF-8, or XLSX. At most {MAX_ROWS:,} rows and {MAX_BYTES // MEGABYTE} MB.",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"empty": "The file is empty.", "required": "Choose a file."},
    )

    def clean_file(self) -> Any:
        """Refuse a file before it is read, where its name or size is enough to do so."""
        file = self.cleaned_data["file"]
        try:
            refuse_by_name_or_size(file.name, file.size)
        except Refused as refused:
            raise forms.ValidationError(list(refused.messages)) from refused
        return file


class ImportPages(admin.ModelAdmin):
    """The pages of the import, for the list of summaries in admin."""

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Say whether the list offers the import, and its pages answer."""
        return may_import(request.user)

    def get_urls(self) -> list[URLPattern]:
        """Put the pages before those of a summary, whose addresses match anything."""
        view = self.admin_site.admin_view
        views = [
            path("import/", view(self.import_view), name="evidence_summary_import"),
            path(
                "import/confirm/", view(self.confirm_view), name="evidence_summary_confirm_import"
            ),
            path(
                "import/template.<kind>",
                view(self.template_view),
                name="evidence_summary_import_template",
            ),
        ]
        return [*views, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Offer the import to those who may."""
        allowed = {"has_import_permission": self.has_import_permission(request)}
        return super().changelist_view(request, {**(extra_context or {}), **allowed})

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for a file (GET), or show what it would do (POST). Only the file itself is saved."""
        self._refuse_unless_allowed(request)
        ImportFile.objects.expired().delete()
        is_upload = request.method == "POST"
        form = UploadForm(request.POST, request.FILES) if is_upload else UploadForm()
        if is_upload and form.is_valid():
            file = form.cleaned_data["file"]
            content = file.read()
            try:
                sheet = read_sheet(file.name, content)
            except Refused as refused:
                form.add_error("file", list(refused.messages))
            else:
                plan = preview_import(sheet, user=request.user, file_name=file.name)
                return self._preview(request, plan, content)
        return self._page(request, "Import summaries", form=form, columns=COLUMNS.values())

    def confirm_view(self, request: HttpRequest) -> HttpResponse:
        """Make the drafts of a file that this person has looked at (POST)."""
        self._refuse_unless_allowed(request)
        with transaction.atomic():
            file = _waiting_file(request) if request.method == "POST" else None
            if file is None:
                self.message_user(request, NO_FILE, messages.ERROR)
                return HttpResponseRedirect(reverse("admin:evidence_summary_import"))
            content = bytes(file.content)
            sheet = read_sheet(file.name, content)
            about: Any = {"user": request.user, "file_name": file.name}
            try:
                plan = import_drafts(sheet, fingerprint=file.fingerprint, **about)
            except PlanChanged:
                plan = preview_import(sheet, **about)
                return self._preview(request, plan, content, warning=PLAN_CHANGED)
            file.delete()
        drafts = "1 draft was" if plan.made == 1 else f"{plan.made:,} drafts were"
        self.message_user(
            request,
            f"{drafts} made from {plan.file_name}. Nothing is public yet: each draft below is to be "
            "submitted for review, and approved by somebody else.",
        )
        editions = reverse("admin:evidence_edition_changelist")
        return HttpResponseRedirect(f"{editions}?state__exact={Edition.State.DRAFT}")

    def template_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Send a file with the names of the columns; a workbook explains them on a second sheet."""
        self._refuse_unless_allowed(request)
        if kind not in FORMATS:
            raise Http404("There are templates in CSV and XLSX.")
        names = [labels_of(COLUMNS)]
        explained = [["column", "needed", "what goes in", "allowed values"]] + [
            [one.label, "yes" if one.required else "no", one.help, "\n".join(one.allowed())]
            for one in COLUMNS.values()
        ]
        content = (
            workbooks.write({"Summaries": names, "Columns": explained})
            if kind == "xlsx"
            else FORMATS[kind].write(names)
        )
        return FORMATS[kind].download(f"summaries-template.{kind}", content)

    def _refuse_unless_allowed(self, request: HttpRequest) -> None:
        if not self.has_import_permission(request):
            raise PermissionDenied

    def _preview(
        self, request: HttpRequest, plan: Plan, content: bytes, warning: str = ""
    ) -> HttpResponse:
        """Show a plan, and save its file if it can be confirmed. A person has one file at a time."""
        person: Any = request.user
        ImportFile.objects.filter(person=person).delete()
        file = None
        if plan.drafts and not plan.faults:
            file = ImportFile.objects.create(
                person=person,
                name=plan.file_name,
                content=content,
                fingerprint=plan.fingerprint,
            )
        title = "Import summaries: what the file would do"
        return self._page(
            request, title, form=UploadForm(), plan=plan, waiting_file=file, warning=warning
        )

    def _page(self, request: HttpRequest, title: str, **context: Any) -> HttpResponse:
        context |= self.admin_site.each_context(request) | {"title": title, "opts": Summary._meta}
        return TemplateResponse(request, "admin/evidence/summary/import.html", context)


def _waiting_file(request: HttpRequest) -> ImportFile | None:
    """Return the person's own file that a form names, locked so that it is not confirmed twice."""
    try:
        key = forms.UUIDField().clean(request.POST.get("file"))
    except forms.ValidationError:
        return None
    person: Any = request.user
    own = ImportFile.objects.filter(person=person, pk=key)
    return own.exclude(pk__in=ImportFile.objects.expired()).select_for_update().first()
