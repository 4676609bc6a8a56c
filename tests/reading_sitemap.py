"""The addresses of the sitemap, for tests."""

import xml.etree.ElementTree as ElementTree

from django.test import Client


def addresses_in_sitemap(client: Client) -> list[str]:
    """Return the addresses in all files that the sitemap lists, without the name of the host."""
    return [
        address
        for file in _locations(client, "/sitemap.xml")
        for address in _locations(client, file)
    ]


def _locations(client: Client, file: str) -> list[str]:
    response = client.get(file)
    assert response.status_code == 200
    found = ElementTree.fromstring(response.content).findall(".//{*}loc")
    return [(location.text or "").removeprefix("http://testserver") for location in found]
