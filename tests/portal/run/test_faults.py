"""What readers and editors meet while something fails: the quick half of `python -m benchmarks.faults`, on the real thing."""

from collections.abc import Iterator

import pytest

from benchmarks.faults import FAULTS, Portal, portal, rehearse
from tests.portal.run.test_serve import free_port

BACK_AFTER = 15  # seconds, on a machine that runs other tests as well; benchmarks/README.md has what was measured


@pytest.fixture(scope="module")
def running() -> Iterator[Portal]:
    with portal(free_port()) as served:
        yield served


@pytest.mark.parametrize("fault", FAULTS)
def test_readers_go_on_and_all_comes_back(running: Portal, fault: str) -> None:
    outcome = rehearse(running, fault, quick=True)
    assert outcome.reads.times
    if not FAULTS[fault].ends_answers:
        assert outcome.reads.failed == []
    assert outcome.back_after < BACK_AFTER
    assert "LOST" not in outcome.notes
