"""A page that says the same is the same, whatever is around it; a figure that is held and no longer on it is named."""

import random
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import escape

import pytest

from evidence.link_checks.figures import Figure, found_on, held_figures
from evidence.link_checks.pages import NotComparable, Page, decode, read_html
from evidence.link_checks.readings import CHANGED_FROM, PageRead, _take
from evidence.link_checks.words import HASH_BYTES, HASHES, share_changed, words_of
from evidence.models import Edition, PageReading

MENUS = [
    "<nav><a href=/>Home</a> <a href=/a>{0} apples</a> <a href=/b>Our {1} studies</a></nav>",
    '<div class="cookie-banner">We and our {0} partners use {1} cookies. <button>Accept</button></div>',
    '<div id="site-menu"><ul><li>What works {0}<li>Projects {1}</ul></div>',
    "<script>var token = '{0}'; document.write('<p>{1} visitors</p>')</script>",
    "<aside>Read next: {0} ideas for {1} schools</aside>",
    '<form><input type=hidden value="{0}"><select><option>{1}</select></form>',
    "<footer>Page made in {0} ms, number {1}</footer>",
    '<div class="share-links">Shared {0} times</div>',
]
PADDING = (
    "We looked at what was tried in many places, and at what came of it for the people who took part in it, and for those who "
    "live around them."
)


def page_of(paragraphs: list[str], chance: random.Random, *, is_plain: bool = False) -> bytes:
    """Return a page with these paragraphs, and around them what differs at each visit."""
    around = [one.format(chance.randrange(10**6), chance.randrange(10**6)) for one in MENUS]
    chance.shuffle(around)
    space = chance.choice([" ", "\n\t", "&nbsp; ", " <!-- x --> "])

    def written(text: str) -> str:
        said = escape(text).replace(" ", space)
        if not is_plain:
            said = "".join(f"&#{ord(one)};" if one in "+-–—−£%’é" else one for one in said)
            said = f"<b>{said}</b>" if chance.random() < 0.5 else said
        return f"<p id='p{chance.randrange(10**9)}'>{said}</p>"

    main = "\n".join(map(written, paragraphs))
    half = len(around) // 2
    page = f"<!doctype html><title>{chance.random()}</title><body>{''.join(around[:half])}<main>{main}</main>"
    return f"{page}{''.join(around[half:])}</body>".encode()


def paragraphs_of(edition: Edition) -> list[str]:
    said = [f"{edition.studies:,} studies in all." if edition.studies is not None else ""]
    for finding in edition.findings.all():
        said += [finding.effect, finding.strength_native]
    said += [
        edition.impact_native,
        edition.strength_native,
        edition.cost_native,
        edition.bottom_line,
    ]
    return [PADDING, *filter(None, said), *edition.key_findings]


def reading_of(*pages: Page, held: dict[str, Figure]) -> PageReading:
    """Return what is kept after reading these versions of a page, a day after each other."""
    row = PageReading(url="https://example.org/")
    for number, page in enumerate(pages):
        found = {1: found_on(page.words, held)}
        at = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=number)
        _take(row, 1, held, PageRead(row.url, at, page.fingerprint, found, page.dated))
    return row


@pytest.mark.django_db
def test_a_page_with_all_that_a_summary_holds_is_the_same_and_each_altered_figure_is_named(
    dataset: None,
) -> None:
    chance = random.Random(13)  # the same each time
    editions = list(Edition.objects.published().prefetch_related("findings"))
    tried = 0
    for edition in editions:
        said, held = paragraphs_of(edition), held_figures(edition)
        first = read_html(page_of(said, chance, is_plain=True))
        second = read_html(page_of(said, chance))
        row = reading_of(first, second, second, held=held)
        where = edition.title
        assert (row.change, row.share, row.lost) == ("same", 0, []), where
        assert set(row.figures) == set(held), where
        words = f" {' '.join(first.words)} "
        for line in row.figures:
            figure = held[line]
            gone = f" {' '.join(figure.words)} "
            other = " ".join(
                "77777" if any(map(str.isdigit, one)) else "otherwise" for one in figure.words
            )
            altered = words.replace(gone, f" {other} ").replace(gone, f" {other} ").split()
            assert found_on(altered, {line: figure}) == [], (where, line)
            tried += 1
    assert tried > 3 * len(editions) > 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("+4 months", "+ 4 months"),
        ("21 per cent", "21%"),
        ("−3 months", "-3 months"),
        ("£1,200 a pupil", "£ 1200 a pupil"),
        (
            "Caf\N{LATIN SMALL LETTER E WITH ACUTE} culture",
            "Cafe\N{COMBINING ACUTE ACCENT} culture",
        ),
        ("co\N{SOFT HYPHEN}operative", "cooperative"),
        ("+4 months, 1\N{ZERO WIDTH SPACE}9\N{WORD JOINER}%", "+4 months, 19%"),
        ("½ of them", "1⁄2 of them"),
        ("session 9f86d081884c7d659a2feaa0c55ad015 ends", "session ends"),
    ],
)
def test_the_same_words_are_equal_however_they_are_written(before: str, after: str) -> None:
    assert words_of(before) == words_of(after)


@pytest.mark.parametrize(
    ("before", "after"),
    [("+4 months", "-4 months"), ("+4 months", "+5 months"), ("0.5", "5"), ("£30", "30"), ("££", "£££"),
     ("19%", "1.9%")],
)  # fmt: skip
def test_another_figure_is_another_word(before: str, after: str) -> None:
    assert words_of(before) != words_of(after)


def test_a_small_number_is_only_a_number_of_studies_beside_a_word_that_says_so() -> None:
    held = {"Number of studies: 12": Figure(("12",), is_of_studies=True)}

    assert found_on(words_of("Based on 12 high quality studies."), held)
    assert found_on(words_of("Number of studies: 12"), held)
    assert not found_on(
        words_of("Published on 12 May 2024 for those who plan. We found studies."), held
    )


# How much has changed

SENTENCES = [
    f"Sentence {number} says that thing {number * 7} was tried by group {number * 13}."
    for number in range(100)
]


def text_of(sentences: list[str]) -> bytes:
    return "".join(f"<p>{one}</p>" for one in sentences).encode()


@pytest.mark.parametrize("changed", [0, 1, 10, 30, 60, 100])
def test_the_share_that_changed_is_about_right(changed: int) -> None:
    after = [
        f"Something else altogether about {one}, number {one * 3}, stands here."
        for one in range(changed)
    ]
    before = read_html(text_of(SENTENCES)).fingerprint

    share = share_changed(before, read_html(text_of([*SENTENCES[changed:], *after])).fingerprint)

    assert abs(share - changed) <= 5
    assert (share == 0) == (changed == 0)
    assert len(before) <= HASHES * HASH_BYTES


def test_the_order_of_blocks_changes_nothing_and_a_few_words_are_no_change() -> None:
    before = read_html(text_of(SENTENCES)).fingerprint

    assert share_changed(before, read_html(text_of(SENTENCES[::-1])).fingerprint) == 0
    few = [*SENTENCES[1:], "Viewed 1,234 times, last on 29 November."]
    assert share_changed(before, read_html(text_of(few)).fingerprint) < CHANGED_FROM


# The day that a page gives itself


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ('<meta property="article:modified_time" content="2026-03-04T09:00:00+00:00">', date(2026, 3, 4)),
        ('<script type="application/ld+json">{"@type":"Article","dateModified":"2026-03-04"}</script>', date(2026, 3, 4)),
        ('<time itemprop="dateModified" datetime="2026-03-04">4 March</time>', date(2026, 3, 4)),
        ('<time class="entry updated" datetime="2026-03-04">4 March</time>', date(2026, 3, 4)),
        ('<time datetime="2026-03-04">4 March</time>', None),
        ('<meta property="article:modified_time" content="2999-01-01">', None),
        ('<meta property="article:modified_time" content="yesterday">', None),
        ('<script type="application/ld+json">' + '{"a":' * 50_000, None),
    ],
    ids=lambda said: str(said)[:50],
)  # fmt: skip
def test_the_page_s_own_day_is_read_where_a_program_can(said: str, day: date | None) -> None:
    assert read_html(text_of(SENTENCES) + said.encode()).dated == day


# What pages of others may do


@pytest.mark.parametrize(
    ("body", "charset", "said"),
    [
        ("Café £30".encode(), "utf-8", "Café £30"),
        ("Café £30".encode("cp1252"), "ISO-8859-1", "Café £30"),
        ("Café £30".encode("utf-16"), "", "Café £30"),
        (b'<meta charset="windows-1252">' + "Café £30".encode("cp1252"), "", "Café £30"),
        (b'<meta charset="utf-16">' + "Café £30".encode(), "", "Café £30"),
        ("Café £30".encode(), "zlib", "Café £30"),
        ("Café £30".encode(), "unicode_escape", "Café £30"),
        ("Café £30".encode(), "no-such-thing", "Café £30"),
        (b"Caf\xe9 \xa330", "utf-8", "Caf\N{REPLACEMENT CHARACTER} \N{REPLACEMENT CHARACTER}30"),
    ],
)
def test_a_page_in_any_encoding_or_a_wrong_one_is_read(
    body: bytes, charset: str, said: str
) -> None:
    assert decode(body, charset).endswith(said)


MANY = 30_000


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * MANY,
        "<nav>" * MANY + "".join(SENTENCES),
        "<p>" * MANY,
        "<" * MANY,
        "<a " * MANY,
        "<a " + 'a="' * MANY,
        "</" * MANY,
        "<!--" * MANY,
        "<script>" * MANY,
        "<![CDATA[" * MANY,
        "&" * MANY,
        "&#x" * MANY,
        "a" * MANY * 8,
        "1," * MANY,
        "1" + " " * MANY * 8 + "%",
        "a\N{COMBINING ACUTE ACCENT}\N{COMBINING CEDILLA}" * MANY,
        "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * MANY,
        "\0" * MANY * 8,
        "<meta charset" * MANY,
        f"<div class='{'menu ' * MANY}'>",
    ],
    ids=lambda body: ascii(body[:12]),
)
def test_no_page_takes_long_or_leaves_much(body: str) -> None:
    before = time.thread_time()
    try:
        page = read_html(body.encode()[: 1024 * 1024])
    except NotComparable:
        pass
    else:
        assert len(page.fingerprint) <= HASHES * HASH_BYTES
    assert time.thread_time() - before < 30  # of hours, if it grew with the square of the length


def test_a_page_with_too_many_words_or_almost_none_is_not_compared() -> None:
    with pytest.raises(NotComparable, match="more than"):
        read_html(b"<p>word " * 70_000)
    with pytest.raises(NotComparable, match="almost no text"):
        read_html(b"<div id=app></div><script>" + b"word " * 1000 + b"</script>")


@pytest.mark.parametrize(
    "break_it", [lambda page: page.replace(b"</p>", b""), lambda page: page.replace(b"</nav>", b"</nav></nav></b>"),
                 lambda page: page.replace(b"<main>", b"<MAIN class=related id=menu>")],
)  # fmt: skip
def test_a_page_with_faults_is_read_all_the_same(break_it: Callable[[bytes], bytes]) -> None:
    page = page_of(SENTENCES, random.Random(1))

    assert share_changed(read_html(page).fingerprint, read_html(break_it(page)).fingerprint) == 0
