"""The results of the link checks in admin. They are only read, and limited to a person's own centres."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from evidence.link_checks.inventory import LinkUse, checks_for, unread_for, uses_of
from portal.admin_base import ReadOnlyAdmin
from portal.admin_lists import LongList
from portal.templatetags.portal_tags import day, page_name

from ..models import LinkCheck, centres_of
from .own_centres import OfOwnCentres
from .searching import search_links

USES_SHOWN = 3  # the most editions that a row of the list names


class FailingFilter(admin.SimpleListFilter):
    """Filters by links that have failed for long enough not to be a passing fault (see LinkCheck.FAILS_AFTER)."""

    title = "whether it fails"
    parameter_name = "failing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the one choice."""
        return [("yes", "Fails on two days or more")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[LinkCheck]) -> QuerySet[LinkCheck]:
        """Return the failing links, or all."""
        if self.value() != "yes":
            return queryset
        return queryset.filter(pk__in=LinkCheck.objects.failing().values("pk"))


class ReadingFilter(admin.SimpleListFilter):
    """Filters by pages that summaries rest on and that could not be read, so that a change of them is not seen."""

    title = "whether its text can be read"
    parameter_name = "reading"
    unread = "unread"  # the one value

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the one choice."""
        return [(self.unread, "Could not be read")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[LinkCheck]) -> QuerySet[LinkCheck]:
        """Return the pages that could not be read, or all links."""
        if self.value() != self.unread:
            return queryset
        return queryset.filter(url__in=unread_for(request.user).order_by().values("url"))


class CentreFilter(admin.SimpleListFilter):
    """Filters by one of the person's centres: links of its summaries, its own page and its rating scales, at the last check."""

    title = "centre"
    parameter_name = "centre"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the person's centres."""
        mine = centres_of(request.user).values_list("pk", "name")
        return [(str(key), name) for key, name in mine]

    def queryset(self, request: HttpRequest, queryset: QuerySet[LinkCheck]) -> QuerySet[LinkCheck]:
        """Return the links of the chosen centre, or all."""
        if self.value() not in {key for key, _ in self.lookup_choices}:
            return queryset
        return queryset.filter(centres__contains=[self.value()])


class LinkCheckList(LongList):
    """The list of links, each with what uses it."""

    @property
    def is_always_filtered(self) -> bool:
        """Whether the person is of some centres only: it takes long to find their links."""
        return bool(self.root_queryset.query.where)

    def get_results(self, request: HttpRequest) -> None:
        """Find what uses the links on this page of the list, and why some could not be read, in one query each."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        _add_uses(self.result_list, request.user)


@admin.register(LinkCheck)
class LinkCheckAdmin(OfOwnCentres, ReadOnlyAdmin):
    """Links that were checked, with what uses them."""

    list_display = ["link", "used_by", "outcome", "answered", "failing_since", "checked"]
    list_filter = [FailingFilter, ReadingFilter, "outcome", CentreFilter]
    search_fields = ["url", "reason"]
    ordering = ["first_failed_at", "url"]
    empty_value_display = "none"
    nothing_yet = (
        "No link has been checked yet. The job check_links checks those of all that is published once a day, where it is set "
        "up to run."
    )
    fields = [
        "address", "outcome", "reason", "status", "new_address", "first_failed_at", "failures",
        "checked_at", "unread", "all_uses",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[LinkCheck]:
        """Limit the links to the person's own centres."""
        return checks_for(request.user).order_by(*self.ordering)

    def get_list_display(self, request: HttpRequest) -> Any:
        """Say why pages could not be read in the list of these, in place of what is said of links that fail."""
        if request.GET.get(ReadingFilter.parameter_name) != ReadingFilter.unread:
            return self.list_display
        return ["link", "used_by", "outcome", "unread", "checked"]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Find the words that were typed; no link is found twice."""
        return search_links(queryset, search_term), False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Use the list that knows what uses each link."""
        return LinkCheckList

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> LinkCheck | None:
        """Add what uses the link, and why it could not be read."""
        check: Any = super().get_object(request, *args, **kwargs)
        if check:
            _add_uses([check], request.user)
        return check

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Let nobody change a result."""
        return self.fields

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Leave out the heading with the address, which may be very long."""
        context = {"subtitle": None, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    @admin.display(description="link", ordering="url")
    def link(self, check: LinkCheck) -> str:
        """Name the page, for the list."""
        return page_name(check.url)

    @admin.display(description="status", ordering="status")
    def answered(self, check: LinkCheck) -> int | None:
        """Return the HTTP status, or None if there was no response."""
        return check.status

    @admin.display(description="failing since", ordering="first_failed_at")
    def failing_since(self, check: LinkCheck) -> str:
        """Return the day of the first failure, or an empty text."""
        return day(check.first_failed_at) if check.first_failed_at else ""

    @admin.display(description="why it could not be read", empty_value="")
    def unread(self, check: Any) -> str:
        """Say why the text of the page could not be read at the last try, and when that was; empty if it was."""
        return check.unread

    @admin.display(description="last checked", ordering="checked_at")
    def checked(self, check: LinkCheck) -> str:
        """Return the day of the last check."""
        return day(check.checked_at)

    @admin.display(description="used by")
    def used_by(self, check: Any) -> SafeString:
        """Link to the first rows that use it, and say how many more there are."""
        more = len(check.uses) - USES_SHOWN
        return format_html(
            "{}{}", _links_to(check.uses[:USES_SHOWN]), f" and {more} more" if more > 0 else ""
        )

    @admin.display(description="used by")
    def all_uses(self, check: Any) -> SafeString:
        """Link to every row that uses it."""
        return _links_to(check.uses)

    @admin.display(description="address")
    def address(self, check: LinkCheck) -> SafeString | str:
        """Link to the page."""
        return _external_link(check.url)

    @admin.display(description="new address")
    def new_address(self, check: LinkCheck) -> SafeString | str:
        """Link to where the page has moved."""
        return _external_link(check.final_url) if check.final_url else "none"


def _add_uses(checks: Sequence[Any], user: Any) -> None:
    """Add to links what uses them, and why those that summaries rest on could not be read."""
    urls = {check.url for check in checks}
    uses = uses_of(urls, user)
    tried = unread_for(user).filter(url__in=urls).order_by("tried_at")
    why = {
        url: f"{problem} Tried on {day(at)}."
        for url, problem, at in tried.values_list("url", "problem", "tried_at")
    }
    for check in checks:
        check.uses, check.unread = uses[check.url], why.get(check.url, "")


def _links_to(uses: Iterable[LinkUse]) -> SafeString:
    return format_html_join(", ", "{}", ((_link_to(use),) for use in uses))


def _link_to(use: LinkUse) -> SafeString | str:
    return format_html('<a href="{}">{}</a>', use.page, use.label) if use.page else use.label


def _external_link(url: str) -> SafeString | str:
    if not url.startswith(("http://", "https://")):
        return url
    return format_html('<a href="{0}" rel="noreferrer">{0}</a>', url)
