"""A real browser on the real product: gunicorn, on a database of its own with the shipped data set."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.error import URLError

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.browser.editors import PASSWORD, PEOPLE, go
from tests.conftest import create_database, drop_database
from tests.settings import SERVER

DATABASE = "portal_browser" + os.environ.get("PYTEST_XDIST_WORKER", "")
START_SECONDS = 240  # far more than it takes on a machine that does nothing else


def chromium(*, whole: bool = False) -> str | None:
    """Return the machine's own Chromium, or else the one that Playwright installed, or None.

    Debian's headless shell comes first, unless the `whole` browser is asked for: it takes half the processor time of that.
    """
    shell = () if whole else ("chromium-headless-shell",)
    for name in (*shell, "chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    with sync_playwright() as playwright:
        installed = playwright.chromium.executable_path
    return installed if os.path.exists(installed) else None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of a worker's tests."""
    executable = chromium()
    # Playwright leaves an event loop running in this thread, in which Django would refuse to use the database for other tests.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def portal_database(dataset_template: str, static_files: None) -> Iterator[str]:
    """The URL of a database with the shipped data set, with all else that the portal needs to be served."""
    create_database(DATABASE, dataset_template)
    yield SERVER.url.replace("/portal?", f"/{DATABASE}?")
    drop_database(DATABASE)


@pytest.fixture(scope="session")
def portal_url(portal_database: str) -> Iterator[str]:
    """The address of the portal as script/server serves it: without a second factor."""
    with served(portal_database) as address:
        yield address


def environment(database: str, **more: str) -> dict[str, str]:
    """Return what the served portal and its commands are told."""
    ours = {
        "DATABASE_URL": database,
        "SECRET_KEY": "only for tests, on this machine",
        "TWO_FACTOR": "0",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    return os.environ | ours | more


def manage(database: str, *command: str, **more: str) -> str:
    """Run a command of the served portal, and return what it prints."""
    ran = subprocess.run(
        [sys.executable, "manage.py", *command],
        env=environment(database, **more),
        cwd=settings.BASE_DIR,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return ran.stdout


@contextmanager
def served(database: str, **more: str) -> Iterator[str]:
    """Serve the portal as script/server does once everything is prepared, and yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "portal.run.serve"],
        env=environment(database, PORT=str(port), PREPARE="0", WEB_CONCURRENCY="1", **more),
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=_end_with_parent,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/health/ready", server)
        yield address
    finally:
        server.terminate()
        server.communicate(timeout=30)


@pytest.fixture(scope="session")
def people(portal_url: str, portal_database: str) -> None:
    """An editor of one centre and a publisher, in the served portal's database."""
    manage(portal_database, "shell", "--no-imports", "-c", PEOPLE)


@pytest.fixture
def open_as(browser: Browser, portal_url: str, people: None) -> Iterator[Callable[[str], Page]]:
    """Open admin as somebody, in a browser of their own."""
    contexts = []

    def sign_in(name: str) -> Page:
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 900}))
        page = contexts[-1].new_page()
        page.goto(f"{portal_url}/admin/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        go(page, page.get_by_role("button", name="Sign in"))
        return page

    yield sign_in
    for context in contexts:
        context.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page at 1280 pixels that fails the test on any error in its console."""
    with page_without_errors(browser) as page:
        yield page


@contextmanager
def page_without_errors(browser: Browser) -> Iterator[Page]:
    """A page at 1280 pixels. At its end it must not have shown any error in its console."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # What has no address was run by axe, whose styles the content policy refuses; all of a page's own has one.
        if message.type == "error" and message.location["url"]:
            errors.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    # A page that is missing or gone says so in the console too; that is no fault of it.
    assert [e for e in errors if "status of 4" not in e] == []


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """Fail on any violation that axe finds in the page as it is."""

    def check(page: Page) -> None:
        # It tries every rule all the same; what passes needs no list of places, which takes it longest.
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        said = [
            f"{one['id']}: {one['help']}: {[node['target'] for node in one['nodes']][:3]}"
            for one in found
        ]
        assert said == []

    return check


def _end_with_parent() -> None:
    """Have the kernel end the portal with the tests, however these end."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def _wait_for(url: str, server: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"The portal did not start:\n{server.communicate()[0]}")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (URLError, ConnectionError):
            time.sleep(0.3)
    raise RuntimeError("The portal did not become ready.")
