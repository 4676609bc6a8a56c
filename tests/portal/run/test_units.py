"""The units for systemd are ones that it accepts, and they run what there is."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

DEPLOY = settings.BASE_DIR / "deploy"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])
TIMERS = [path for path in UNITS if path.suffix == ".timer"]
INSTALLED_IN = "/srv/what-works-portal"


def systemd_analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed (Debian: apt-get install systemd)")
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units as they would be if the portal were installed in this folder."""
    for path in UNITS:
        text = path.read_text().replace(INSTALLED_IN, str(settings.BASE_DIR))
        (tmp_path / path.name).write_text(text)
    return tmp_path


def test_systemd_accepts_every_unit(units):
    jobs = [
        units / f"what-works-portal-job@{path.stem.removeprefix('what-works-portal-')}.service"
        for path in TIMERS
    ]
    template = units / "what-works-portal-job@.service"
    for job in jobs:
        shutil.copy(template, job)
    timers = [units / path.name for path in TIMERS]
    service = units / "what-works-portal.service"
    done = systemd_analyze("verify", "--man=no", service, *timers, *jobs)
    assert (done.stdout + done.stderr, done.returncode) == ("", 0)


@pytest.mark.parametrize("name", ["what-works-portal.service", "what-works-portal-job@.service"])
def test_a_service_may_do_little(units, name):
    # 0 is nothing at all and 10 everything; what is left is the network and what every program needs.
    done = systemd_analyze("security", "--offline=yes", "--threshold=20", units / name)
    assert done.returncode == 0, done.stdout[-300:]


@pytest.mark.parametrize("timer", TIMERS, ids=lambda path: path.name)
def test_a_timer_starts_a_command_that_there_is(timer):
    [command] = re.findall(r"^Unit=what-works-portal-job@(\w+)\.service$", timer.read_text(), re.M)
    assert command in get_commands()
    assert timer.name == f"what-works-portal-{command}.timer"


def test_every_scheduled_job_has_a_timer():
    operations = (settings.BASE_DIR / "docs/operations.md").read_text()
    jobs = set(re.findall(r"^[\d*]\S* .* manage\.py (\w+)", operations, re.M))
    assert jobs == {path.stem.removeprefix("what-works-portal-") for path in TIMERS}
