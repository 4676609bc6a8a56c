"""The import pages in admin: upload a file, see what it would do, confirm it.

An uploaded file waits for its confirmation in the database, which all workers share, with the fingerprint of the plan
that its person was shown, and with what its pages show. So nobody can confirm somebody else's file, or one that nobody has
looked at, and to turn a page is quick.
"""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from evidence.models import Edition, ImportFile, Summary
from portal.middleware import PROGRESS

from . import workbook_writer
from .checking import checking, progress_of
from .columns import COLUMNS, labels_of
from .current import IMPORTED
from .drafts import import_drafts
from .files import FORMATS, MAX_BYTES, MEGABYTE, read_sheet, refuse_by_name_or_size
from .plan import PlanChanged
from .sheet import MAX_ROWS, Refused
from .shown import drafts_of, faults_of
from .steps import finished

NO_FILE = (
    "There is no file to confirm: it was confirmed already, replaced by another upload, or has waited for more than "
    "an hour. Upload it again."
)
NOT_AGREED = "Nothing was imported. Tick what the file should do first, or change the file."
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
            path("import/<uuid:key>/", view(self.file_view), name="evidence_summary_import_file"),
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

    def import_view(self, request: HttpRequest) -> HttpResponseBase:
        """Ask for a file (GET), or show what it would do (POST). Only the file itself is saved."""
        self._refuse_unless_allowed(request)
        ImportFile.objects.expired().delete()
        is_upload = request.method == "POST"
        form = UploadForm(request.POST, request.FILES) if is_upload else UploadForm()
        if is_upload and form.is_valid():
            file = form.cleaned_data["file"]
            work = checking(request.user, file.name, file.read())
            if request.headers.get("Accept") == PROGRESS:
                return StreamingHttpResponse(progress_of(work), content_type=PROGRESS)
            return self._file_page(request, finished(work))
        return self._page(request, "Import summaries", form=form, columns=COLUMNS.values())

    def file_view(self, request: HttpRequest, key: Any) -> HttpResponse:
        """Show what a file of this person would do, page by page."""
        self._refuse_unless_allowed(request)
        person: Any = request.user
        file = ImportFile.objects.waiting().filter(person=person, pk=key).first()
        return self._file_page(request, file) if file else self._no_file(request)

    def confirm_view(self, request: HttpRequest) -> HttpResponse:
        """Make the drafts of a file that this person has looked at (POST)."""
        self._refuse_unless_allowed(request)
        with transaction.atomic():
            file = _waiting_file(request) if request.method == "POST" else None
            if file is None:
                return self._no_file(request)
            content = bytes(file.content)
            asked = {question["name"] for question in file.shown["questions"]}
            if not asked <= set(request.POST.getlist("agreed")):
                return self._file_page(request, file, warning=NOT_AGREED)
            try:
                plan = import_drafts(
                    read_sheet(file.name, content),
                    user=request.user,
                    fingerprint=file.fingerprint,
                    file_name=file.name,
                )
            except PlanChanged:
                again = finished(checking(request.user, file.name, content))
                return self._file_page(request, again, warning=PLAN_CHANGED)
            file.delete()
        drafts = "1 draft was" if plan.made == 1 else f"{plan.made:,} drafts were"
        self.message_user(
            request,
            f"{drafts} made{plan.of_which_replaced} from {plan.file_name}. Nothing is public yet: each draft below is to be "
            "submitted for review, and approved by somebody else.",
        )
        editions = reverse("admin:evidence_edition_changelist")
        of_it = {
            "state__exact": Edition.State.DRAFT.value,
            "import": f"{IMPORTED}{plan.file_name}.",
        }
        return HttpResponseRedirect(f"{editions}?{urlencode(of_it)}")

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
            workbook_writer.write({"Summaries": names, "Columns": explained})
            if kind == "xlsx"
            else FORMATS[kind].write(names)
        )
        return FORMATS[kind].download(f"summaries-template.{kind}", content)

    def _refuse_unless_allowed(self, request: HttpRequest) -> None:
        if not self.has_import_permission(request):
            raise PermissionDenied

    def _no_file(self, request: HttpRequest) -> HttpResponse:
        self.message_user(request, NO_FILE, messages.ERROR)
        return HttpResponseRedirect(reverse("admin:evidence_summary_import"))

    def _file_page(self, request: HttpRequest, file: ImportFile, warning: str = "") -> HttpResponse:
        """Show one page of what a file would do, or of what is wrong with it."""
        context: dict[str, Any] = {
            "form": UploadForm(),
            "shown": file.shown,
            "faults": faults_of(file.shown, request.GET.get("faults")),
            "drafts": drafts_of(file.shown, request.GET.get("page")),
            "page_address": reverse("admin:evidence_summary_import_file", args=[file.pk]),
            "waiting_file": file if file.fingerprint else None,
            "warning": warning,
        }
        if "refused" in file.shown:
            return self._page(request, "Import summaries", **context, columns=COLUMNS.values())
        return self._page(request, "Import summaries: what the file would do", **context)

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
    own = ImportFile.objects.waiting().filter(person=person, pk=key).exclude(fingerprint="")
    return own.select_for_update().first()
