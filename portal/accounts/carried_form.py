"""A form that somebody posted after their session had ended, carried along until they have signed in again.

It travels in hidden fields of the sign-in pages and is never stored, so a stranger cannot leave anything on the server. A form
that another site posted never gets here: Django checks the CSRF token first.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from django.db import models
from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst

LIMIT = 2_000_000  # characters; Django accepts posts of up to 2.5 MB
SECRETS = ("csrfmiddlewaretoken", "password")  # a field with one of these in its name is dropped
# Names of the pages that somebody passes while signing in. They carry a form, but what is posted to them is not one to carry.
SIGN_IN_PAGES = re.compile(r"login|logout|carried_form|second_factor|password_change")
# Fields that mean something to the form only, not to a person.
TECHNICAL_FIELDS = re.compile(r"_.*|.*-__prefix__-.*|.*_FORMS|initial-.*|.*-id|seen|digest|action")
INLINE_ROW = re.compile(r"(.+)-(\d+)-(.+)")


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

    def labelled_values(self) -> Iterator[tuple[str, str]]:
        """Yield the label and text of each field that the person filled in, for them to recognise."""
        model = _model_of(self.address)
        for name, values in self.fields.lists():
            value = ", ".join(map(str, values))
            technical = TECHNICAL_FIELDS.fullmatch(name)
            if value.strip() and not technical and (label := _label(name, model)):
                yield label, value


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


def _model_of(address: str) -> type[models.Model] | None:
    """Return the model that a page of admin is about, or None."""
    try:
        view: Any = resolve(unquote(address.partition("?")[0])).func
    except Resolver404:
        return None
    return view.model_admin.model if hasattr(view, "model_admin") else None


def _label(name: str, model: type[models.Model] | None) -> str:
    """Return the label of a field, as its form has it; empty for the link of an inline row to its own page."""
    field = _field(name, model)
    if field is not None:
        return capfirst(str(field.verbose_name))
    if row := INLINE_ROW.fullmatch(name):
        relation = _relation(row[1], model)
        if relation is None:
            return f"{_label(row[1], None)} {int(row[2]) + 1}: {row[3].replace('_', ' ')}"
        if row[3] == relation.field.name:
            return ""
        rows = capfirst(str(relation.related_model._meta.verbose_name_plural))
        return f"{rows} {int(row[2]) + 1}: {_label(row[3], relation.related_model).lower()}"
    return name.replace("_", " ").capitalize()


def _field(name: str, model: type[models.Model] | None) -> Any:
    fields = [*model._meta.fields, *model._meta.many_to_many] if model else []
    return next((field for field in fields if field.name == name), None)


def _relation(prefix: str, model: type[models.Model] | None) -> Any:
    """Return the relation whose rows an inline of a form shows, by the prefix of their names."""
    relations = model._meta.related_objects if model else []
    return next((one for one in relations if one.get_accessor_name() == prefix), None)
