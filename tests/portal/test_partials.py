"""What people read where evidence is shown: words first, and nothing filled in that is unknown."""

import pytest
from django.template.loader import render_to_string
from django.utils.html import strip_tags

from evidence.models import Edition

DIRECTIONS = ["beneficial", "mixed", "no-effect", "harmful", "insufficient", "not-assessed"]
LEVELS = ["insufficient", "very-low", "low", "moderate", "high", "very-high"]


def words(html: str) -> str:
    return " ".join(strip_tags(html).split())


def rating(centre: str = "EEF", **values: object) -> str:
    return render_to_string(
        "partials/rating.html", {"centre": centre, "rating": {"heading": "Effect", **values}}
    )


def test_a_rating_is_a_sentence_with_the_centres_own_words() -> None:
    html = rating(
        kind="strength",
        level="high",
        label="High",
        native="4 of 5",
        scale="Padlocks",
        scale_url="/ratings/#eef-padlocks",
    )

    assert "High strength of evidence" in words(html)
    assert "EEF’s own wording: “4 of 5”, on its scale Padlocks" in words(html)
    assert 'href="/ratings/#eef-padlocks"' in html


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_every_direction_has_words_and_a_shape_that_is_drawn(direction: str) -> None:
    html = rating(kind="effect", level=direction, label=direction)
    small = render_to_string("partials/effect.html", {"level": direction, "label": "A word"})

    assert "effect" in words(html).lower().removeprefix("effect") or "evidence" in words(html)
    assert words(small) == "A word"
    assert f'href="#effect-{direction}"' in small
    assert (f'href="#effect-{direction}"' in html) == (direction != "not-assessed")
    assert f'id="effect-{direction}"' in render_to_string("partials/sprite.html")


@pytest.mark.parametrize(
    ("partial", "level"),
    [("strength", level) for level in LEVELS] + [("cost", level) for level in range(1, 6)],
)
def test_every_level_has_its_word_and_a_meter_that_is_drawn(partial: str, level: object) -> None:
    html = render_to_string(f"partials/{partial}.html", {"level": level, "label": "Moderate"})

    assert words(html) == "Moderate"
    assert f'href="#{partial}-{level}"' in html
    assert f'id="{partial}-{level}"' in render_to_string("partials/sprite.html")


@pytest.mark.parametrize(
    ("kind", "level", "sentence"),
    [
        ("effect", "not-assessed", "Effect in words only"),
        ("strength", "not-rated", "Strength of evidence in words only"),
        ("cost", None, "Cost in words only"),
    ],
)
def test_a_rating_in_words_is_said_to_be_one_and_never_drawn(
    kind: str, level: object, sentence: str
) -> None:
    html = rating(kind=kind, level=level, label="", native="Promising")

    assert sentence in words(html)
    assert "EEF’s own wording: “Promising”" in words(html)
    assert "<svg" not in html


@pytest.mark.parametrize("kind", ["effect", "strength", "cost"])
def test_where_there_is_no_level_it_says_why_and_draws_nothing(kind: str) -> None:
    level = {"effect": "not-assessed", "strength": "not-rated", "cost": None}[kind]

    html = render_to_string(f"partials/{kind}.html", {"level": level, "lack": "Not yet read"})

    assert words(html) == "Not yet read"
    assert "<svg" not in html


def test_a_centre_whose_name_ends_in_s_owns_its_words_too() -> None:
    assert "Foundations’ own wording: “3+”" in words(
        rating("Foundations", kind="strength", level="high", label="High", native="3+")
    )


def test_shapes_are_silent_to_screen_readers() -> None:
    html = rating(kind="cost", level=2, label="Low") + rating(kind="effect", level="harmful")

    assert html.count("<svg") == html.count('aria-hidden="true"') == 2


def test_text_of_a_card_is_escaped() -> None:
    card = {"title": "<script>", "bottom_line": "a & b", "url": "/evidence/x/", "centre": "<b>"}

    html = render_to_string("partials/card.html", {"card": card})

    assert "<script>" not in html
    assert "a &amp; b" in html
    assert "&lt;b&gt;" in html
    assert "Version of" not in words(html)
    assert "Doubt" not in words(html)


def test_doubts_are_named_in_one_line() -> None:
    edition = Edition(doubts=["copy", "older-page"])

    html = render_to_string("partials/doubts.html", {"doubts": edition.doubts_in_words})

    assert words(html) == "Doubts: read in a copy; from an older page"
    assert 'id="doubt-mark"' in render_to_string("partials/sprite.html")
