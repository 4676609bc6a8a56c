"""What the robots.txt of a site lets a program read (RFC 9309).

Not `urllib.robotparser`: of several rules for an address it takes the first and not the longest, so that "Allow: /" before
"Disallow: /search" allows all; it knows no "*" and "$" in a path; and it fails on a delay that is no number.
"""

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

MOST_RULES = 10_000  # for one program; where there are more, nobody says what they allow
UNRESERVED = frozenset(f"{string.ascii_letters}{string.digits}-._~")


class TooManyRules(Exception):
    """There are too many rules to follow them all."""


@dataclass(frozen=True)
class Robots:
    """The rules for one program: the patterns of paths, and whether each allows or forbids."""

    rules: dict[str, bool]

    @classmethod
    def read(cls, text: str, program: str) -> "Robots":
        """Return the rules of a file for a program, by its name without a version. Raises TooManyRules."""
        own: dict[str, bool] = {}
        general: dict[str, bool] = {}
        is_named, for_whom, in_rules = False, set[str](), False
        for name, said in _lines(text):
            if name == "user-agent":
                if in_rules:  # so another group begins
                    for_whom, in_rules = set(), False
                for_whom.add(said.partition("/")[0].strip().lower())
                is_named = is_named or program.lower() in for_whom
            elif name in {"allow", "disallow"}:
                in_rules = True
                for agent, rules in ((program.lower(), own), ("*", general)):
                    if said and agent in for_whom:
                        # Of two for the same, the one that allows counts.
                        rules[_plain(said)] = name == "allow" or rules.get(_plain(said), False)
                        if len(rules) > MOST_RULES:
                            raise TooManyRules
        return cls(own if is_named else general)

    def allow(self, path: str) -> bool:
        """Say whether a path, with its query, may be read: the longest rule for it decides, and without one it may."""
        path = _plain(path)
        fitting = [(len(one), allows) for one, allows in self.rules.items() if _fits(one, path)]
        return max(fitting, default=(0, True))[1]


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in re.split(r"[\r\n]+", text):
        name, _, said = line.partition("#")[0].partition(":")
        yield name.strip().lower(), said.strip()


def _plain(path: str) -> str:
    """Return a path as it is written everywhere, whatever of it is escaped."""
    escaped = quote(path, safe=string.punctuation)
    return re.sub(r"%[0-9a-fA-F]{2}", _one_way, escaped)


def _one_way(escape: re.Match[str]) -> str:
    character = unquote_to_bytes(escape[0]).decode("latin-1")
    return character if character in UNRESERVED else escape[0].upper()


def _fits(pattern: str, path: str) -> bool:
    """Say whether a path begins as a pattern says, in which "*" is anything and "$" the end. No regular expression: it
    could take as long as the site likes."""
    to_the_end = pattern.endswith("$")
    first, *parts = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    last = parts.pop() if parts and to_the_end else None
    for part in parts:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    if last is not None:
        return len(path) - len(last) >= at and path.endswith(last)
    return not to_the_end or at == len(path)
