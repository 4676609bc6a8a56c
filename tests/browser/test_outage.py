"""What an editor typed outlives an outage of the database, in a real browser."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import manage
from tests.browser.editors import fits, go, picture

pytestmark = pytest.mark.browser

SLUG = "eef-phonics"  # no other test opens a draft of it
DRAFT = f"""
from evidence.editorial import actions
from evidence.models import Summary
actions.open_edition(summary=Summary.objects.get(slug="{SLUG}"))
"""


@contextmanager
def read_only(database: str) -> Iterator[None]:
    """A database that can be read only, as while another server becomes the primary."""
    name = database.partition("/portal_browser")[2].partition("?")[0]
    name = f"portal_browser{name}"
    others = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    with psycopg.connect(database.replace(f"/{name}?", "/postgres?"), autocommit=True) as server:
        server.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        server.execute(others)
        yield
        server.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        server.execute(others)


def test_a_draft_is_saved_by_trying_again(
    open_as: Callable[[str], Page],
    portal_url: str,
    portal_database: str,
    assert_accessible: Callable[[Page], None],
) -> None:
    manage(portal_database, "shell", "--no-imports", "-c", DRAFT)
    edith = open_as("edith")
    edith.goto(f"{portal_url}/admin/evidence/edition/?q={SLUG}&state__exact=draft")
    go(edith, edith.locator("#result_list tbody a").first)
    edith.locator("#id_countries").fill("England & <Wales>")
    with read_only(portal_database):
        go(edith, edith.get_by_role("button", name="Save and continue editing"))
        expect(edith.get_by_text("your changes may not be saved")).to_be_visible()
        expect(edith.get_by_text("England & <Wales>")).to_be_visible()
        assert_accessible(edith)
        fits(edith)
        picture(edith, "outage")
    go(edith, edith.get_by_role("button", name="Try again"))
    expect(edith.get_by_text("was changed successfully").first).to_be_visible()
    assert edith.locator("#id_countries").input_value() == "England & <Wales>"
