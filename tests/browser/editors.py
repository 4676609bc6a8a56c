"""People who edit, and the files that they upload."""

import csv
import io
import os
import time

from playwright.sync_api import FilePayload, Locator, Page, Response

PASSWORD = "only for this test"
PEOPLE = f"""
from django.contrib.auth.models import Group, User
from centres.models import Centre, Membership
for name, role in [("edith", "Centre editor"), ("paul", "Publisher"), ("sam", "Secretariat editor")]:
    person, made = User.objects.get_or_create(username=name, defaults={{"is_staff": True}})
    person.set_password("{PASSWORD}")
    person.save()
    person.groups.set(Group.objects.filter(name=role))
edith = User.objects.get(username="edith")
Membership.objects.get_or_create(user=edith, centre=Centre.objects.get(slug="eef"))
"""


def csv_of(rows: list[dict[str, str]]) -> FilePayload:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    content = stream.getvalue().encode()
    return {"name": "corrections.csv", "mimeType": "text/csv", "buffer": content}


def go(page: Page, by: Locator) -> None:
    """Press or follow something and wait until the next page stands, its scripts included."""
    with page.expect_navigation(wait_until="load"):
        by.click()


def open_once_it_says(page: Page, address: str, text: str) -> Response:
    """Open a public page again and again until it has a text: every worker shows a change soon."""
    deadline = time.monotonic() + 30
    while True:
        response = page.goto(address)
        assert response is not None
        if page.get_by_text(text).count():
            return response
        assert time.monotonic() < deadline, f"{address} does not say {text!r}"
        page.wait_for_timeout(200)


def fits(page: Page) -> None:
    """Assert that nothing of a page is beyond the edge of a narrow window."""
    page.set_viewport_size({"width": 768, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 768
    page.set_viewport_size({"width": 1280, "height": 900})


def picture(page: Page, name: str) -> None:
    """Take a picture for docs/editing.md, if PICTURES names a folder for it."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/editing-{name}.png")
