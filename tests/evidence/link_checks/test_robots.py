"""A robots.txt is read as RFC 9309 says, and whatever is in it takes no long time."""

import pytest

from evidence.link_checks.robots import MOST_RULES, Robots, TooManyRules

ALL = "User-agent: *\n"


@pytest.mark.parametrize(
    ("text", "path", "may"),
    [
        # The longest rule decides, whatever comes first; of two that are as long, the one that allows.
        (f"{ALL}Allow: /\nDisallow: /search", "/search?q=x", False),
        (f"{ALL}Disallow: /\nAllow: /evidence/", "/evidence/1", True),
        (f"{ALL}Disallow: /\nAllow: /evidence/", "/", False),
        (f"{ALL}Disallow: /a\nAllow: /a", "/a", True),
        (f"{ALL}Allow: /a\nDisallow: /a", "/a", True),
        # "*" and "$"
        (f"{ALL}Disallow: /*.pdf$", "/files/one.pdf", False),
        (f"{ALL}Disallow: /*.pdf$", "/files/one.pdf?x", True),
        (f"{ALL}Disallow: /*?", "/page?x", False),
        (f"{ALL}Disallow: /*?", "/page", True),
        (f"{ALL}Disallow: /a*b*b$", "/ab", True),
        (f"{ALL}Disallow: /a*b*b$", "/abb", False),
        (f"{ALL}Disallow: /a$", "/ab", True),
        # An empty one forbids nothing, and one without a beginning is of nobody.
        (f"{ALL}Disallow:", "/", True),
        ("Disallow: /", "/", True),
        # Its own group stands for all others, wherever it is and however often.
        (f"User-agent: Portal\nDisallow: /a\n{ALL}Disallow: /", "/b", True),
        (f"{ALL}Disallow: /\nuser-agent : PORTAL/2.0 # us\nDISALLOW : /a\n", "/a", False),
        ("User-agent: portal\nDisallow: /a\nUser-agent: x\nDisallow: /b\nUser-agent: portal\nDisallow: /c", "/c", False),
        ("User-agent: portal\nUser-agent: x\nDisallow: /a", "/a", False),
        (f"User-agent: port\nDisallow: /\n{ALL}Allow: /", "/", True),
        # One way to write an address is as good as another.
        (f"{ALL}Disallow: /caf%c3%a9", "/café", False),
        (f"{ALL}Disallow: /café", "/caf%C3%A9", False),
        (f"{ALL}Disallow: /%61", "/a", False),
        (f"{ALL}Disallow: /a%2Fb", "/a/b", True),
        # What is not a rule changes nothing, numbers that are none included.
        (f"{ALL}Crawl-delay: ²\nRequest-rate: 1/x\nSitemap: /x\nDisallow: /a", "/a", False),
        ("<p>No such page", "/", True),
    ],
)  # fmt: skip
def test_what_a_site_lets_a_program_read(text: str, path: str, may: bool) -> None:
    for end in ("\n", "\r\n", "\r"):
        assert Robots.read(text.replace("\n", end), "Portal").allow(path) == may


def test_a_file_that_is_made_to_take_long_does_not() -> None:
    """Each would take minutes with a regular expression, or fill the memory."""
    stars = Robots.read(f"{ALL}Disallow: /{'*a' * 500_000}b", "portal")
    assert stars.allow(f"/{'a' * 2_000}")
    many = "".join(f"Disallow: /{number}\n" for number in range(MOST_RULES + 1))
    with pytest.raises(TooManyRules):
        Robots.read(ALL + many, "portal")
    assert Robots.read(f"User-agent: x\n{many}", "portal").allow("/1")
