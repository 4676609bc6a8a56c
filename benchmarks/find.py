"""Measures the find page beside a view that does nothing: `.venv/bin/python -m benchmarks.find [summaries ...]`.

How, and the figures: benchmarks/README.md.
"""

import argparse

from benchmarks.costs import measure

FILTERS = "policy_area=crime-reduction&policy_area=youth-offending&strength=high&strength=very-high&audience=police"

TWELVE = (
    "children+young+people+school+mentoring+support+programme+health+crime+reading+work+families"
)

# {n} is a parameter that the page ignores: it makes each address new to the page cache, and to nothing else.
KINDS = {
    "hello-world": "/hello/?n={n}",
    "no filter": "/evidence/?n={n}",
    "three filters": f"/evidence/?{FILTERS}&n={{n}}",
    "three filters, as a table": f"/evidence/?{FILTERS}&view=table&n={{n}}",
    "three filters, as a picture": f"/evidence/?{FILTERS}&view=picture&n={{n}}",
    "an outcome and its effect": "/evidence/?outcome=reoffending&outcome_effect=beneficial&n={n}",
    "a common word (15%)": "/evidence/?q=commonplace&n={n}",
    "a rare word (0.1%)": "/evidence/?q=rarity&n={n}",
    "a word asked for the first time": "/evidence/?q=commonplace+-absent{n}",
    "a rare word for the first time": "/evidence/?q=rarity+-absent{n}",
    "children (57%) for the first time": "/evidence/?q=children+-absent{n}",
    "twelve words for the first time": f"/evidence/?q={TWELVE}+-absent{{n}}",
    "two typing errors for the first time": "/evidence/?q=mentroing+attendence+-absent{n}",
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
