"""Bitmaps by themselves: no database and no Django."""

import datetime
import subprocess
import sys

from evidence.catalogue.facets import Catalogue, Facet, Selection, bitmap


def test_facets_are_plain_python():
    program = "import sys, evidence.catalogue.facets; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def make_selection() -> Selection:
    """Four editions, newest first: 11 and 12 are red, 12 and 13 large; 14 has no value."""
    colours = Facet("colour", "Colour", {"red": "Red"}, {"red": bitmap([0, 1], 4)})
    sizes = Facet(
        *("size", "Size", {"small": "Small", "large": "Large"}),
        {"small": bitmap([0], 4), "large": bitmap([1, 2], 4)},
        sort_by_count=True,
    )
    return Catalogue(
        version=1,
        day=datetime.date(2026, 11, 28),
        editions=[11, 12, 13, 14],
        positions={11: 0, 12: 1, 13: 2, 14: 3},
        facets={"colour": colours, "size": sizes},
        orders={"newest": range(4), "title": [3, 2, 1, 0]},
    ).all()


def test_values_of_a_facet_add_up_and_facets_narrow_each_other():
    everything = make_selection()
    assert everything.count == 4
    assert everything.choose("size", ["small", "large"]).editions("title", 0, 9) == [13, 12, 11]
    both = everything.choose("size", ["large"]).choose("colour", ["red"])
    assert both.editions("newest", 0, 9) == [12]
    assert both.without("colour").editions("newest", 0, 9) == [12, 13]


def test_a_count_is_what_ticking_the_box_would_give():
    chosen = make_selection().choose("size", ["large"])
    sizes = chosen.options(chosen.catalogue.facets["size"])
    assert [(one.value, one.count, one.selected) for one in sizes] == [
        ("large", 2, True),
        ("small", 1, False),
    ]
    (red,) = chosen.options(chosen.catalogue.facets["colour"])
    assert (red.count, red.selected) == (1, False)


def test_what_a_search_found_narrows_and_orders():
    found = [13, 99, 11]  # 99 is not published
    everything = make_selection()
    matched = everything.matching(found, everything.catalogue.bitmap(found))
    assert matched.editions("relevance", 0, 9) == [13, 11]
    assert matched.choose("colour", ["red"]).editions("relevance", 0, 9) == [11]
    assert list(everything.catalogue.editions_in(matched.matched or 0)) == [11, 13]
