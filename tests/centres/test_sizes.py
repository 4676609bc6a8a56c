"""The network's pages with little and with much in them: they open, and ask the database nothing."""

import pytest

from centres.models import (
    CentreFunder,
    CentreHost,
    CentreName,
    CentreNote,
    Organisation,
    SpendingFigure,
)
from portal import published
from tests.factories import (
    make_approach,
    make_centre,
    make_editions,
    make_event,
    make_policy_area,
    make_scale,
    make_topic,
)

pytestmark = pytest.mark.django_db

ADDRESSES = [
    *("/", "/centres/", "/centres/yef/", "/policy-areas/", "/policy-areas/crime-reduction/"),
    *("/ratings/", "/network/"),
]


def make_rows(begin: int, end: int) -> None:
    """Give the network more of everything that its pages show, and yef more of all that a centre has."""
    own = make_policy_area()
    yef = make_centre("yef", policy_area=own)
    for number in range(begin, end):
        area = make_policy_area(f"area-{number}", spending=number + 1)
        centre = make_centre(f"centre-{number}", policy_area=area)
        sponsor = Organisation.objects.create(slug=f"sponsor-{number}", name=f"Sponsor {number}")
        CentreHost.objects.create(centre=yef, organisation=sponsor, order=number, role="Host")
        CentreFunder.objects.create(
            centre=yef, organisation=sponsor, order=number, kind="government"
        )
        CentreName.objects.create(centre=yef, order=number, name=f"Name {number}")
        CentreNote.objects.create(centre=yef, order=number, text="A remark.")
        SpendingFigure.objects.create(
            policy_area=own, role="part", order=100 + number, scope="A part"
        )
        make_scale("Low", "High", slug=f"scale-{number}", centre=yef)
        make_event(f"event-{number}").centres.set([yef, centre])
        make_topic(f"topic-{number}")
        yef.successors.add(centre)
    editions = make_editions(end - begin, strength="high")
    harmful = make_editions(end - begin, direction="harmful")
    make_approach(f"approach-{end}", members=[*editions[:2], *harmful[:2]])


def test_pages_with_much_in_them_ask_the_database_nothing(
    client, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr("portal.published.CHECK_SECONDS", 600)  # no look for changes meanwhile
    make_rows(0, 50)
    published.check(now=True)
    for address in ADDRESSES:
        with django_assert_num_queries(0):
            assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "address", ["/", "/centres/", "/policy-areas/", "/ratings/", "/network/", "/sitemap.xml"]
)
def test_a_page_opens_before_anything_is_known(client, address):
    assert client.get(address).status_code == 200


def test_a_centre_and_an_area_open_with_no_more_than_their_names(client):
    centre = make_centre("new", policy_area=None)
    area = make_policy_area("new")
    for address in (centre.get_absolute_url(), area.get_absolute_url()):
        response = client.get(address)
        assert response.status_code == 200
        assert "not stated" in response.content.decode() or "not known" in response.content.decode()
