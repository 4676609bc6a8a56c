"""Text that looks like a formula leaves as text and comes back as it was."""

import re

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
    assert cell[:1] not in {"=", "@", "\t", "\r"}


@given(
    st.sampled_from("+-"),
    st.lists(
        st.one_of(
            st.integers(0, 99999).map(str),
            st.sampled_from(
                [*"+-*/^&|!=<>:;,.%$£'\"(){}[]#@ \n", "e5", "cmd|' /C calc'!A0", "A1", "SUM(1)"]
            ),
            st.sampled_from(
                ["month", "months", "am", "kr", "USD", "March", "may", "Sept", "points"]
            ),
        ),
        max_size=6,
    ),
)
def test_only_a_number_with_words_leaves_with_its_sign_first(sign: str, parts: list[str]) -> None:
    """Words cannot be worked out, whatever they are: there is no operator, no reference, no call, no date, time or money."""
    text = sign + "".join(parts)
    cell = harmless(text)
    plain_words = re.fullmatch(r"[+-][0-9.]+((?: [a-zA-Z]+)+)(?: \([a-zA-Z ]+\))?", text)

    assert plain(cell) == text
    if cell == text:
        assert plain_words
        first = plain_words[1].split()[0]
        assert len(first) >= 4
        assert first.lower() not in {"march", "sept"}
    elif plain_words:
        assert re.match(r"[+-](?:\d{5}|\d*\.|\d+\.?\d* (?:[a-z]{1,3}\b|march|sept))", text.lower())


@pytest.mark.parametrize(
    "value",
    [
        12,
        None,
        1.5,
        "'tis",
        "plain",
        "",
        "+7 months",
        "-1 month",
        "+4 months (Toolkit strand)",
        "+0.5 points",
    ],
)
def test_what_no_spreadsheet_takes_for_a_formula_stays(value: object) -> None:
    assert harmless(value) == value


@pytest.mark.parametrize(
    "text",
    [
        *(
            "+7",
            "-1",
            "-3%",
            "+7 may",
            "-7 March 2024",
            "+7 am",
            "-5 kr",
            "+1e5",
            "+7 months!A1",
            "+7\nmonths",
        ),
        *(
            "=1",
            "@SUM(1)",
            "+7+cmd|' /C calc'!A0",
            "-2+3 months",
            "+7 months (A1)",
            "+7 months\n=1",
            "+７ months",
        ),
    ],
)
def test_what_a_spreadsheet_could_run_or_rewrite_does_not(text: str) -> None:
    assert harmless(text) == f"'{text}"
