"""A form that somebody posted after their session had ended, carried along until they have signed in again.

It travels in hidden fields of the sign-in pages and is never stored, so a stranger cannot leave anything on the server. A form
that another site posted never gets here: Django checks the CSRF token first.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from django import forms
from django.db import models
from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst

from portal.form_fields import labels_of_choices

LIMIT = 2_000_000  # characters; Django accepts posts of up to 2.5 MB
SECRETS = ("csrfmiddlewaretoken", "password")  # a field with one of these in its name is dropped
# Names of the pages that somebody passes while signing in. They carry a form, but what is posted to them is not one to carry.
SIGN_IN_PAGES = re.compile(r"login|logout|carried_form|second_factor|password_change")
# Fields that mean something to the form only, not to a person.
TECHNICAL_FIELDS = re.compile(
    r"_.*|.*-__prefix__-.*|.*_FORMS|initial-.*|.*-id|.*-order|csrfmiddlewaretoken|seen|digest|action|step|plan|field|edition"
    r"|reply_to|preview|propose"
)
# No form has more rows, and Python reads no number of any length.
INLINE_ROW = re.compile(r"(.+)-(\d{1,6})-(.+)", re.ASCII)


@dataclass(frozen=True)
class CarriedForm:
    """What somebody posted, and the address that they posted it to. False in a condition if there are no fields."""

    address: str
    fields: QueryDict = field(default_factory=QueryDict)
    file_names: str = ""  # of the files they chose, separated by commas: files cannot be carried
    too_long: bool = False

    def __bool__(self) -> bool:
        return bool(self.fields)

    @property
    def encoded(self) -> str:
        """All fields as one text, for a hidden field."""
        return self.fields.urlencode()

    def inputs(self) -> Iterator[tuple[str, str]]:
        """Yield the name and value of every field, repeated fields once for each value."""
        for name, values in self.fields.lists():
            yield from ((name, str(value)) for value in values)

    def labelled_values(self, request: HttpRequest | None = None) -> Iterator[tuple[str, str]]:
        """Yield the label and text of each field that the person filled in, for them to recognise.

        With the request of somebody who is signed in, rows that they chose have their names, as far as this person may see
        them. Without one, which needs no database, they have their numbers.
        """
        form = _FormOf(self.address, request)
        for name, values in self.fields.lists():
            said = [value for value in map(str, values) if value.strip()]
            if not said or TECHNICAL_FIELDS.fullmatch(name):
                continue
            label, field = form.described(name)
            if label:
                yield label, labels_of_choices(form.of_seen_rows(field), said)


def posted_form(request: HttpRequest) -> CarriedForm:
    """Return the form that was just posted to a page of admin, without passwords and tokens."""
    if SIGN_IN_PAGES.match(_url_name(request.path)):
        has_form = "next" in request.POST
        return carried_form(request) if has_form else CarriedForm(request.get_full_path())
    fields = request.POST.copy()
    for name in list(fields):
        if any(part in name for part in SECRETS):
            del fields[name]
    file_names = ", ".join(str(file.name) for _, file in request.FILES.items())  # type: ignore[union-attr]  # each is one file
    return _within_limit(CarriedForm(request.get_full_path(), fields, file_names))


def carried_form(request: HttpRequest) -> CarriedForm:
    """Return the form in the hidden fields of a sign-in page, and where it leads.

    An address outside admin carries no fields, and one on another host is replaced by admin's first page.
    """
    address = request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host()}
    if not url_has_allowed_host_and_scheme(address, hosts, require_https=request.is_secure()):
        return CarriedForm(reverse("admin:index"))
    if not _url_name(address):
        return CarriedForm(address)
    fields = QueryDict(request.POST.get("carried_fields", ""), mutable=True)
    file_names = request.POST.get("carried_file_names", "")
    return _within_limit(CarriedForm(address, fields, file_names))


def _within_limit(form: CarriedForm) -> CarriedForm:
    if len(form.encoded) > LIMIT:
        return CarriedForm(form.address, too_long=True)
    return form


def _url_name(address: str) -> str:
    """Return the URL name of an address of admin, or an empty text for any other address."""
    path = unquote(address.partition("?")[0])
    if {".", ".."} & set(re.split(r"[/\\]", path)):
        return ""  # a browser would post it to another address
    try:
        found = resolve(path)
    except Resolver404:
        return ""
    return found.url_name or "" if found.app_name == "admin" else ""


class _FormOf:
    """The form of a page of admin, as far as its address tells."""

    def __init__(self, address: str, request: HttpRequest | None) -> None:
        self.request = request
        try:
            view: Any = resolve(unquote(address.partition("?")[0])).func
        except Resolver404:
            view = None
        self.admin: Any = getattr(view, "model_admin", None)
        self.model: type[models.Model] | None = self.admin and self.admin.model

    @cached_property
    def fields(self) -> dict[str, Any]:
        """The fields of the form for a new row, by name; none where this person has no such form."""
        page, request = self.admin, self.request
        if not (page and request):
            return {}
        # A page that is only read may show what no form has, which Django refuses to make a form of.
        saves = page.has_add_permission(request) or page.has_change_permission(request)
        return dict(page.get_form(request)().fields) if saves else {}

    def described(self, name: str) -> tuple[str, Any]:
        """Return the label of a field, as its form has it, and the field; no label for an inline row's link to its page."""
        if name in self.fields:
            return str(self.fields[name].label or _sentence(name)), self.fields[name]
        row = INLINE_ROW.fullmatch(name)
        if not row:
            return self._of_model(name, self.model, self.admin)
        relation = self._relation(row[1])
        if relation is None:
            return f"{_sentence(row[1])} {int(row[2]) + 1}: {row[3].replace('_', ' ')}", None
        if row[3] == relation.field.name:
            return "", None
        inline = self._inline(relation.related_model)
        label, field = self._of_model(row[3], relation.related_model, inline)
        rows = capfirst(str(relation.related_model._meta.verbose_name_plural))
        return f"{rows} {int(row[2]) + 1}: {label.lower()}", field

    def of_seen_rows(self, field: Any) -> Any:
        """Have a field know only rows that this person may see: anybody can post the number of any row."""
        if isinstance(field, forms.ModelChoiceField):
            rows: Any = field.queryset
            page = self.admin.admin_site._registry.get(rows.model)
            may_see = page and page.has_view_permission(self.request)
            seen = page.get_queryset(self.request).order_by().values("pk") if may_see else []
            field.queryset = rows.filter(pk__in=seen)
        return field

    def _of_model(self, name: str, model: type[models.Model] | None, admin: Any) -> tuple[str, Any]:
        columns = [*model._meta.fields, *model._meta.many_to_many] if model else []
        column = next((one for one in columns if one.name == name), None)
        if column is None:
            return _sentence(name), None
        # Without a request no row may be looked up, but what a column itself can be is known.
        field = admin.formfield_for_dbfield(column, request=self.request) if self.request else None
        if field is None and not column.is_relation:
            field = column.formfield()
        return str(
            field.label if field and field.label else capfirst(str(column.verbose_name))
        ), field

    def _relation(self, prefix: str) -> Any:
        """Return the relation whose rows an inline of the form shows, by the prefix of their names."""
        relations = self.model._meta.related_objects if self.model else []
        return next((one for one in relations if one.get_accessor_name() == prefix), None)

    def _inline(self, model: type[models.Model]) -> Any:
        inlines = self.admin.get_inline_instances(self.request) if self.request else []
        return next((one for one in inlines if one.model is model), self.admin)


def _sentence(name: str) -> str:
    return name.replace("_", " ").capitalize()
