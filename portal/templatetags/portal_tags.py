"""How dates, money and addresses are written, everywhere."""

import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote, urlsplit

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from portal.addresses import address_of
from portal.kept import kept

register = template.Library()

NOT_STATED: SafeString = mark_safe('<span class="unstated">not stated</span>')
LONGEST_NAME = 90  # characters of an address that is a link's text
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@register.simple_tag(takes_context=True)
def canonical(context: dict[str, Any], path: str = "") -> SafeString:
    """Write the link that says under which address a page should be known: its own, or another path of this site."""
    request = context["request"]
    url = request.build_absolute_uri(path or request.path)
    return format_html('<link rel="canonical" href="{}">', url)


@register.filter
def partial_date(value: str) -> str:
    """Write "2024-08-20", "2024-08" or "2024" as people do; "not stated" where there is none."""
    if not value:
        return NOT_STATED
    year, month, day = (*value.split("-"), "", "")[:3]
    return " ".join(
        part for part in (day.lstrip("0"), MONTHS[int(month) - 1] if month else "", year) if part
    )


@register.filter
def day(value: datetime.date | None) -> str:
    """Write a date, or the day of a moment, as people do: 20 August 2024."""
    if value is None:
        return NOT_STATED
    moment = localtime(value) if isinstance(value, datetime.datetime) else value
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


@register.filter
def stated(value: object) -> object:
    """Show a value, or say that it is not stated."""
    return NOT_STATED if value in (None, "", [], ()) else value


@register.filter
def gbp_bn(value: Decimal | None) -> str:
    """Write billions of pounds: £193.1 billion; below one, in millions: £76 million."""
    if value is None:
        return NOT_STATED
    return f"£{_number(value)} billion" if value >= 1 else gbp_m(value * 1000)


@register.filter
def gbp_m(value: Decimal | None) -> str:
    """Write millions of pounds: £30.4 million."""
    return NOT_STATED if value is None else f"£{_number(value)} million"


@register.filter
def in_sentence(label: str) -> str:
    """Write a label inside a sentence: only its first letter changes, and not that of an acronym or of a name of two words."""
    first, _, rest = label.partition(" ")
    is_acronym = any(letter.isupper() for letter in first[1:])
    is_name = rest[:1].isupper() and not rest[1:2].isupper()
    return label if is_acronym or is_name else label[:1].lower() + label[1:]


@register.filter
def possessive(name: str) -> str:
    """Write whose something is: "EEF’s", "Foundations’"."""
    return f"{name}’" if name.endswith("s") else f"{name}’s"


@register.filter
def host_name(url: str) -> str:
    """Return the site of an address, to name a link by."""
    return urlsplit(url).netloc.removeprefix("www.")


@register.filter
def page_name(url: str) -> str:
    """Return an address as people read it, to name a link by where a site has several: site and path, cut to fit a line."""
    parts = urlsplit(url)
    path = unquote(parts.path).rstrip("/") + (f"?{parts.query}" if parts.query else "")
    name = host_name(url) + path
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 20]}…{name[-19:]}"


def _number(value: Decimal) -> str:
    return f"{value:,.4f}".rstrip("0").rstrip(".")


class AddressNode(template.Node):
    """The address of a page that has a slug."""

    def __init__(self, view: str, slug: template.base.FilterExpression):
        self.view, self.slug = view, slug

    def render(self, context: template.Context) -> str:
        """Return the address."""
        return address_of(self.view, escape(self.slug.resolve(context)))


@register.tag
def address(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """Write the address of a page as `url` does, but sooner: `{% address "home" %}`, `{% address "evidence:topic" slug %}`.

    Without a slug it is looked up when the template is read, and is text from then on: the frame of every page has a dozen.
    """
    _, name, *slugs = token.split_contents()
    if slugs:
        return AddressNode(name.strip('"'), parser.compile_filter(slugs[0]))
    return template.base.TextNode(reverse(name.strip('"')))


class KeptNode(template.Node):
    """The part of a template between `keep` and `endkeep`."""

    def __init__(self, nodelist: template.NodeList, keys: list[template.base.FilterExpression]):
        self.nodelist = nodelist
        self.keys = keys

    def render(self, context: template.Context) -> SafeString:
        """Return what it rendered before under these keys, or render it now."""
        keys = tuple(key.resolve(context) for key in self.keys)
        if None in keys:
            return self.nodelist.render(context)
        return mark_safe(kept(keys, lambda: self.nodelist.render(context)))  # noqa: S308 - a template rendered it


@register.tag
def keep(parser: template.base.Parser, token: template.base.Token) -> KeptNode:
    """Keep what is rendered up to `endkeep`, once for each snapshot and value of the keys: `{% keep "centre" centre.slug %}`.

    Only for what depends on nothing but what is published and the keys: neither on the request nor on a draft. Where a key is
    None, nothing is kept.
    """
    keys = [parser.compile_filter(key) for key in token.split_contents()[1:]]
    nodelist = parser.parse(("endkeep",))
    parser.delete_first_token()
    return KeptNode(nodelist, keys)
