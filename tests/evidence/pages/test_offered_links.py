"""Every link that a page of the shipped data set offers leads to something."""

import re
from html import unescape
from urllib.parse import urldefrag, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client

from evidence.catalogue.build import current_catalogue
from evidence.catalogue.reading import editions
from evidence.find.results import results_for
from tests.reading_sitemap import addresses_in_sitemap

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]

LISTS = {"/evidence/", "/evidence.csv", "/evidence.json"}
SOME_SUMMARIES = 20
FOUND_BY_NOBODY = "/evidence/?q=zzqq&strength=high"
SEARCHES = [
    "/evidence/?q=mentoring",
    "/evidence/?q=cheap+mentoring",
    "/evidence/?view=table",
    FOUND_BY_NOBODY,
]


def pages_to_read(client: Client) -> list[str]:
    """Return the addresses of all pages but those of summaries, of which a few are enough, and of some searches."""
    summaries = [one.get_absolute_url() for one in editions(current_catalogue().everything)]
    others = [one for one in addresses_in_sitemap(client) if one not in summaries]
    return [*others, *summaries[:: len(summaries) // SOME_SUMMARIES], *SEARCHES]


def links_of(markup: str) -> set[str]:
    """Return the addresses of the links of a page to other places of the portal and to places in itself."""
    return {unescape(link) for link in re.findall(r'<a[^>]*?\shref="([/#][^"]*)"', markup)}


def test_every_offered_link_leads_to_something(client: Client) -> None:
    # How much is there. That addresses of the sitemap answer is a promise of tests/portal/test_no_queries.py.
    known: dict[str, int] = dict.fromkeys(addresses_in_sitemap(client), 1)
    of_the_sitemap = len(known)
    ids: dict[str, set[str]] = {}

    def is_there(address: str) -> bool:
        parts = urlsplit(address)
        if parts.path in LISTS and parts.query and address not in known:
            known[address] = results_for(QueryDict(parts.query)).count
        if address not in known:
            known[address] = client.get(address).status_code == 200
        return bool(known[address])

    for page in pages_to_read(client):
        markup = client.get(page).content.decode()
        ids[page] = set(re.findall(r'\sid="([^"]*)"', markup))
        for link in links_of(markup):
            address, place = urldefrag(link)
            assert is_there(address or page) or page == FOUND_BY_NOBODY, f"{page} offers {link}"
            if place and address in ("", page):
                assert place in ids[page], f"{page} has no place {place}"
    assert len(known) > of_the_sitemap + 500
