"""Measures the find page beside a view that does nothing: `.venv/bin/python -m benchmarks.find [summaries ...]`.

How, and the figures: benchmarks/README.md.
"""

import argparse
import random
import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count, cycle, islice
from pathlib import Path
from urllib.parse import quote_plus

from benchmarks.costs import measure

FILTERS = "policy_area=crime-reduction&policy_area=youth-offending&strength=high&strength=very-high&audience=police"

TWELVE = (
    "children young people school mentoring support programme health crime reading work families"
)


def anew(words: str) -> Callable[[object], str]:
    """Return what gives the address of a search for these words that was not asked for before: in other letters each time.

    To a worker that is another search. What it knows of the words themselves, from other searches, it still knows.
    """
    letters = [place for place, one in enumerate(words) if one.isalpha()]
    numbers = count(1)

    def address(_n: object) -> str:
        number = next(numbers)
        capitals = {place for bit, place in enumerate(letters) if number >> bit & 1}
        typed = "".join(one.upper() if at in capitals else one for at, one in enumerate(words))
        return f"/evidence/?q={quote_plus(typed)}{'.' * (number >> len(letters))}"

    return address


@cache
def evidence_words() -> Iterator[str]:
    """Return the longer words of the data set in any order, without end: the first 4,000 or so are all different."""
    texts = [path.read_text() for path in Path("data/summaries").glob("*.yaml")]
    words = sorted({word for text in texts for word in re.findall(r"\b[a-z]{5,}\b", text)})
    random.Random(1).shuffle(words)
    return cycle(words)


def other_words(_n: object) -> str:
    """Return the address of a search for twelve words that were in no search before."""
    return f"/evidence/?q={'+'.join(islice(evidence_words(), 12))}"


def other_errors(_n: object) -> str:
    """Return that of a search for two such words in which two letters changed places."""
    swapped = (f"{word[:2]}{word[3]}{word[2]}{word[4:]}" for word in evidence_words())
    return f"/evidence/?q={'+'.join(islice(swapped, 2))}"


# {n} is a parameter that the page ignores: it makes each address new to the page cache, and to nothing else.
KINDS: dict[str, str | Callable[[object], str]] = {
    "hello-world": "/hello/?n={n}",
    "no filter": "/evidence/?n={n}",
    "three filters": f"/evidence/?{FILTERS}&n={{n}}",
    "three filters, as a table": f"/evidence/?{FILTERS}&view=table&n={{n}}",
    "three filters, as a picture": f"/evidence/?{FILTERS}&view=picture&n={{n}}",
    "an outcome and its effect": "/evidence/?outcome=reoffending&outcome_effect=beneficial&n={n}",
    "a common word (15%)": "/evidence/?q=commonplace&n={n}",
    "a rare word (0.1%)": "/evidence/?q=rarity&n={n}",
    "a common word for the first time": anew("commonplace"),
    "a rare word for the first time": anew("rarity"),
    "children (57%) for the first time": anew("children"),
    "twelve words for the first time": anew(TWELVE),
    "two typing errors for the first time": anew("mentroing attendence"),
    "twelve words never asked for": other_words,
    "two typing errors never made": other_errors,
    "page 3": "/evidence/?page=3&n={n}",
    "from the page cache": "/evidence/",
    "304 (unchanged)": "/evidence/?304",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("summaries", nargs="*", type=int, default=[332, 20_000])
    measure(KINDS, parser.parse_args().summaries)


if __name__ == "__main__":
    main()
