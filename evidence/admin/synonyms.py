"""The synonyms of search."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from evidence.search.explain import explain
from portal.admin_filters import titled

from ..models import SynonymGroup
from .list_changes import ProposesChanges


@admin.register(SynonymGroup)
class SynonymGroupAdmin(ProposesChanges):
    """Words that search treats as the same, with a page to try a search."""

    list_display = ["__str__", "one_way", "order"]
    list_filter = [("one_way", titled("whether it is one way"))]
    search_fields = ["terms", "finds"]

    def get_urls(self) -> list[URLPattern]:
        """Add the page to try a search."""
        view = self.admin_site.admin_view(self.try_search)
        return [path("try/", view, name="evidence_synonymgroup_try"), *super().get_urls()]

    def try_search(self, request: HttpRequest) -> TemplateResponse:
        """Show how a query is read and what it finds, with the synonyms as they are now. PermissionDenied without the right."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        words = request.GET.get("q", "")
        context = self.admin_site.each_context(request) | {
            "title": "Try a search",
            "words": words,
            "explanation": explain(words),
        }
        return TemplateResponse(request, "admin/evidence/synonymgroup/try.html", context)
