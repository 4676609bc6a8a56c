"""Text that looks like a formula leaves as text and comes back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.safe_csv import harmless, plain

STARTS = st.text("'=+-@\t\r", max_size=4)


@given(STARTS, st.text())
def test_what_is_made_harmless_can_be_undone(start: str, rest: str) -> None:
    text = start + rest
    cell = harmless(text)

    assert plain(cell) == text
    assert cell[:1] not in {"=", "+", "-", "@", "\t", "\r"}


@pytest.mark.parametrize("value", [12, None, 1.5, "'tis", "plain", ""])
def test_what_no_spreadsheet_takes_for_a_formula_stays(value: object) -> None:
    assert harmless(value) == value
