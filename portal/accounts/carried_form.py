"""What somebody typed into a form of admin after their session had ended, carried along until they are in again.

It travels in the page, as one hidden field of each form on the way, and is never stored: whoever is not signed in cannot leave
anything here. What was posted from another site never comes this far, because Django's check of the token stands before it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

LIMIT = 2_000_000  # characters; Django takes in 2.5 MB at most
SECRET = ("csrfmiddlewaretoken", "password")  # what is in the name of a field that is never carried
# Pages on the way in: what is posted to them is no work of anybody's, but may carry some.
ON_THE_WAY = re.compile(r"login|logout|go_on|second_factor|password_change")
# Fields that only the form itself understands.
TECHNICAL = re.compile(r"_.*|.*-__prefix__-.*|.*_FORMS|initial-.*|.*-id|seen|digest|action")
ROW = re.compile(r"(.+)-(\d+)-(.+)")


@dataclass(frozen=True)
class Typed:
    """Where somebody wanted to go, and what they typed for it; false if they typed nothing."""

    address: str
    fields: QueryDict = field(default_factory=QueryDict)
    files: str = ""  # names of files that were chosen, which cannot be carried
    too_long: bool = False

    def __bool__(self) -> bool:
        return bool(self.fields)

    @property
    def text(self) -> str:
        """All fields as one text, to be put into a hidden field."""
        return self.fields.urlencode()

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every field as the form had it, repeated ones included."""
        for name, values in self.fields.lists():
            yield from ((name, str(value)) for value in values)

    def shown(self) -> Iterator[tuple[str, str]]:
        """What a person would recognise: the name of each field that they filled in, and its text."""
        for name, values in self.fields.lists():
            value = ", ".join(map(str, values))
            if value.strip() and not TECHNICAL.fullmatch(name):
                yield _label(name), value


def typed_by(request: HttpRequest) -> Typed:
    """Return what a form of admin holds that was just posted."""
    if ON_THE_WAY.match(_name_of(request.path)):
        return carried_by(request) if "next" in request.POST else Typed(request.get_full_path())
    fields = request.POST.copy()
    for name in list(fields):
        if any(part in name for part in SECRET):
            del fields[name]
    files = ", ".join(str(file.name) for _, file in request.FILES.items())  # type: ignore[union-attr]
    return _within_limits(Typed(request.get_full_path(), fields, files))


def carried_by(request: HttpRequest) -> Typed:
    """Return what a page on the way in has carried so far, and where it leads: on this host only."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host()}
    if not url_has_allowed_host_and_scheme(asked, hosts, require_https=request.is_secure()):
        return Typed(reverse("admin:index"))
    if not _name_of(asked):
        return Typed(asked)
    fields = QueryDict(request.POST.get("kept", ""), mutable=True)
    return _within_limits(Typed(asked, fields, request.POST.get("lost_files", "")))


def _within_limits(typed: Typed) -> Typed:
    if len(typed.text) > LIMIT:
        return Typed(typed.address, too_long=True)
    return typed


def _name_of(address: str) -> str:
    """Return the name of an address of admin, or nothing if it is none that a form of admin posts to."""
    path = unquote(address.partition("?")[0])
    if {".", ".."} & set(re.split(r"[/\\]", path)):
        return ""  # a browser would post it somewhere else
    try:
        found = resolve(path)
    except Resolver404:
        return ""
    return found.url_name or "" if found.app_name == "admin" else ""


def _label(name: str) -> str:
    if row := ROW.fullmatch(name):
        return f"{_label(row[1])} {int(row[2]) + 1}: {row[3].replace('_', ' ')}"
    return name.replace("_", " ").capitalize()
