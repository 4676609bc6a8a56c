"""What a reader sees of a page, for tests."""

import html
import re

from django.test import Client


def text_of(client: Client, address: str, status: int = 200) -> str:
    """Return the text of the page's body in one line, without tags."""
    response = client.get(address)
    assert response.status_code == status, address
    body = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return plain(f"<main{body}")


def plain(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())
