"""The menu of admin's pages, with a row for each model. To render it anew would take a fifth of the time of a list."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from portal.kept import Recent

register = template.Library()

MOST_MENUS = 500  # one for each set of rights and each model; the least used go first
_menus: Recent[SafeString] = Recent(MOST_MENUS, MOST_MENUS, lambda _: 1)


@register.simple_tag(takes_context=True)
def menu(context: Any) -> SafeString:
    """Return a table for each of the apps in `app_list`. `show_changelinks` adds links that say "Change" or "View"."""
    apps, path = context["app_list"], context["request"].path
    shown = {"app_list": apps, "show_changelinks": bool(context.get("show_changelinks"))}
    # What the template reads of them: rights choose the addresses, and the page's own address what is current.
    key = (
        shown["show_changelinks"],
        tuple(
            (
                app["app_url"],
                app["app_url"] in path,
                *(_read(model, path) for model in app["models"]),
            )
            for app in apps
        ),
    )
    text = _menus.get(key)
    if text is None:
        text = render_to_string("admin/partials/menu.html", shown | {"path": path})
        _menus.put(key, text)
    return text


def _read(model: Any, path: str) -> tuple[Any, ...]:
    url = model["admin_url"]
    return model["object_name"], url, model["add_url"], model["view_only"], url and url in path
