"""What pasting leaves in a text is taken out, what is meant stays, and cleaning twice does no more than cleaning once."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.pasted_text import Layout, cleaned

PIECES = st.sampled_from(
    [
        *("<p>", "</p>", "<b>", "<", ">", "<br/>", "<a href='x'>", "&amp;", "&lt;", "&nbsp;", "&", ";", "<!--", "-->"),
        *("•", "\uf0b7", "o", "1.", "(a)", "i.", "①", "✓", "➔", "-", "–", "*", " ", "\t"),
        *("\n", "\r\n", "\v", "A", "studies", "3", "%"),
        *("\u00ad", "\u200b", "\u200d", "\u00a0", "\u2009", "e\u0301", "ﬁ", "<script>", "</script>", "lt;", "●●○"),
    ]
)  # fmt: skip
LAYOUTS = ("line", "prose", "list")


@pytest.mark.parametrize("layout", LAYOUTS)
@given(st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=40))
@example("&amp;lt;b&amp;gt;x")
@example("• • o A")
def test_cleaning_again_changes_nothing(layout: Layout, text: str) -> None:
    once = cleaned(text, layout).text
    assert cleaned(once, layout) == (once, ())


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        ("<p>Pasted <b>html</b></p>", "Pasted html"),
        ('<span style="x:y">A</span><o:p></o:p>', "A"),
        ("<style>p {}</style>R&amp;D &lt; 5&nbsp;%", "R&D < 5 %"),
        ("<ul><li>One</li><li>Two</li></ul>", "One\nTwo"),
        ("• First\n•\tSecond\n\uf0b7 Third\no Fourth\n1. Fifth\n- Sixth", "First\nSecond\nThird\nFourth\nFifth\nSixth"),
        ("One • Two • Three", "One\nTwo\nThree"),
        ("1) 24 studies\n2) 3 trials", "24 studies\n3 trials"),
        ("Mento\u00adring for\u00a0class\u200b", "Mentoring for class"),
        ("caf\u0065\u0301 e\ufb03cient", "café efficient"),
        *((f"{mark} One\n{mark} two", "One\ntwo") for mark in "✓➔→◊¤🔹§ØüOo❯☐"),
        *((f"{marks[0]} One\n{marks[1]} two", "One\ntwo") for marks in map(str.split, ("i. ii.", "A. B.", "[1] [2]", "① ②"))),
        ("<p class=MsoListParagraph><![if !supportLists]><span>·<span>&nbsp; </span></span><![endif]>One</p>", "One"),
        ("<main><figure><svg viewBox='0'><path d='M0'/></svg>One</figure></main><w:p>two</w:p>", "One\ntwo"),
    ],
)  # fmt: skip
def test_what_pasting_leaves_in_a_list_is_taken_out(pasted: str, meant: str) -> None:
    assert cleaned(pasted, "list").text == meant
    assert cleaned(pasted, "list").taken_out or "\u0301" in pasted


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "meant",
    [
        *("p < 0.05", "a<b and c>d", "If a <b and c> d", "p<.05; n>30", "R&D; AT&T", "-3%", "- 3% in one study"),
        *("“It helps” – a little…", "1.5 million people", "●●○○", "£££", "* p < 0.05", "+5 months", "o leiaf 3"),
        *("> 50% of pupils\n> 20% of teachers", "~ 5 months\n~ 3 months", "✓ It works\n✗ It costs", "A. Smith\nA. Jones"),
        *("2019. A year later", "https://example.org/?a=1&copy=2", "Dr. o'Neill", "<New> and old", "i.e. two", "A. Smith"),
    ],
)  # fmt: skip
def test_what_may_be_meant_stays(layout: Layout, meant: str) -> None:
    one_line = " ".join(meant.split("\n")) if layout == "line" else meant
    assert cleaned(meant, layout) == (one_line, ())


def test_only_what_was_taken_out_is_named() -> None:
    assert cleaned("<div>One</div><div>Two</div>", "list") == ("One\nTwo", ("HTML",))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_text_that_shows_nothing_is_no_text(layout: Layout) -> None:
    for unseen in ("\u200b", "\u2060 \ufeff", "\u3164", "\u2800\n\u200b", "\u0301", "&#8203;"):
        assert cleaned(unseen, layout).text == ""


def test_a_number_at_the_beginning_of_prose_stays() -> None:
    assert cleaned("1. A sentence.\n2. Another.") == ("1. A sentence.\n2. Another.", ())


def test_a_text_that_was_escaped_over_and_over_keeps_nobody_waiting() -> None:
    start = time.monotonic()
    cleaned("&" + "amp;" * 20_000)
    cleaned("<" * 20_000 + "b>" * 20_000)
    assert time.monotonic() - start < 10  # of minutes without a limit


def test_of_accents_without_end_on_one_letter_the_first_ones_stay() -> None:
    assert cleaned("a" + "\u0316" * 60_000 + "\u0300" * 60_000) == (
        "a" + "\u0316" * 8,
        ("stacked accents",),
    )
    text = cleaned("a" + "\u0300\u200b&#x316;" * 60_000 + " e\u0301").text
    assert len(text) < 20
    assert text.endswith(" é")


def test_a_long_text_is_read_in_few_rounds() -> None:
    for length in (20_000, 75_000):
        assert cleaned("<" * length + "b>" * length).text.count("<") > length - 10


def test_a_long_text_of_beginnings_is_cleaned_in_no_time() -> None:
    for beginning in ("<!--", "<script>", "<p a", "<p ", "• ", "&#", "1. "):
        cleaned(beginning * 20_000, "list")
