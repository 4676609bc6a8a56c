"""Templates stay readable side by side in an editor and in a review."""

from django.conf import settings

LONGEST = 139  # characters


def test_no_line_of_a_template_is_too_long():
    long = [
        f"{path.relative_to(settings.BASE_DIR)}:{number} has {len(line)} characters"
        for path in sorted((settings.BASE_DIR / "templates").rglob("*.html"))
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if len(line) > LONGEST
    ]

    assert long == []
