"""Whether the page that a summary leads to is the centre's own, for every summary of the data set."""

from collections import Counter, defaultdict

import pytest

from evidence.models import Edition
from evidence.pages.source_page import other_host
from portal.templatetags.portal_tags import host_name
from tests.reading_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]

OTHERS = {"basw.co.uk", "fdocuments.us", "gov.uk", "ilcuk.org.uk", "iza.org", "wonkhe.com"}


def test_only_the_page_of_another_body_is_named_by_its_host(client):
    editions = Edition.objects.published().select_related("summary__centre")
    hosts: dict[str, Counter[str]] = defaultdict(Counter)
    named = set()
    for edition in editions:
        host = host_name(edition.source_url)
        hosts[edition.summary.centre.slug][host] += 1
        assert other_host(edition) in {"", host}
        named.add(other_host(edition))

    assert named >= OTHERS
    usual = {counted.most_common(1)[0][0] for counted in hosts.values()}
    usual |= {host for counted in hosts.values() for host in counted if counted[host] > 3}
    assert not named & usual

    elsewhere = next(one for one in editions if host_name(one.source_url) == "ilcuk.org.uk")
    text = text_of(client, elsewhere.get_absolute_url())
    assert "Read it at ilcuk.org.uk" in text
    assert "The work that it sums up, as read at ilcuk.org.uk:" in text
    text = text_of(client, editions.get(summary__slug="eef-feedback").get_absolute_url())
    assert "Read it on the centre’s own page" in text
    assert "The centre’s own work:" in text
