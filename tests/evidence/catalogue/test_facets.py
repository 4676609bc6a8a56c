"""Bitmaps by themselves: no database and no Django."""

import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from evidence.catalogue.facets import Catalogue, Facet, Selection
from evidence.catalogue.orders import Ladder, Order


def test_facets_are_plain_python():
    program = "import sys, evidence.catalogue.facets; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def make_selection() -> Selection:
    """Four editions, newest first: 11 and 12 are red, 12 and 13 large; 14 has no value."""
    colours = Facet("colour", "Colour", {"red": "Red"}, {"red": BitMap([11, 12])})
    sizes = Facet(
        *("size", "Size", {"small": "Small", "large": "Large"}),
        {"small": BitMap([11]), "large": BitMap([12, 13])},
        sort_by_count=True,
    )
    return Catalogue(
        everything=BitMap([11, 12, 13, 14]),
        facets={"colour": colours, "size": sizes},
        newest=Order.of([11, 12, 13, 14]),
        by_title=Order.of([14, 13, 12, 11]),
        undated=BitMap([14]),
        ladders={"size": Ladder([BitMap([12, 13]), BitMap([11])], BitMap([14]))},
    ).all()


class Found:
    """What a search found, best first."""

    def __init__(self, *keys: int) -> None:
        self.keys, self.bits = keys, BitMap(keys)

    def best_first(self, among: BitMap, start: int, stop: int) -> list[int]:
        return [key for key in self.keys if key in among][start:stop]


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


def test_an_order_is_turned_round_but_what_is_unknown_stays_last():
    everything = make_selection()
    assert everything.editions("size", 0, 9) == [12, 13, 11, 14]
    assert everything.editions("-size", 0, 9) == [11, 12, 13, 14]
    assert everything.editions("-newest", 0, 9) == [13, 12, 11, 14]
    assert everything.editions("-title", 1, 3) == [12, 13]
    for sort, last in (("-size", 14), ("size", 14), ("-newest", 14), ("newest", 14)):
        assert everything.catalogue.unknown(sort) == BitMap([last])
    assert not everything.catalogue.unknown("title")


def test_what_a_search_found_narrows_and_orders():
    matched = make_selection().matching(Found(13, 11))
    assert matched.editions("relevance", 0, 9) == [13, 11]
    assert matched.choose("colour", ["red"]).editions("relevance", 0, 9) == [11]
    assert matched.matching(None).count == 4


@given(
    start=st.sets(st.integers(1, 60)),
    changes=st.lists(st.tuples(st.booleans(), st.integers(1, 60)), max_size=120),
    wanted=st.sets(st.integers(1, 60)),
)
def test_an_order_that_was_changed_is_what_sorting_gives(start, changes, wanted):
    def back_to_front(key: int) -> int:
        return -key

    keys, order = set(start), Order.of(sorted(start, key=back_to_front))
    for adds, key in changes:
        if adds and key not in keys:
            keys.add(key)
            order = order.changed((), [key], back_to_front)
        elif not adds and key in keys:
            keys.remove(key)
            order = order.changed([key], (), back_to_front)
    expected = sorted(keys, reverse=True)
    assert order.some(BitMap(keys), 0, 100) == expected
    some = [key for key in expected if key in wanted]
    assert order.some(BitMap(some), 0, 100) == some
    assert order.some(BitMap(some), 2, 5) == some[2:5]
    assert sorted(keys, key=order.places.__getitem__) == expected


@pytest.mark.parametrize("size", [1, 40, 1_000, 1_001, 3_000, 4_096, 4_097, 9_000, 10_000])
def test_large_selections_are_counted_and_ordered_as_small_ones_are(size):
    keys = list(range(1, 10_001))
    random.Random(size).shuffle(keys)
    values = {"few": BitMap(keys[:7]), "some": BitMap(keys[5:3_000]), "most": BitMap(keys[900:])}
    facet = Facet("value", "Value", dict.fromkeys(values, "Value"), values)
    everything, order = BitMap(keys), Order.of(keys)
    catalogue = Catalogue(everything, {"value": facet}, order, order, BitMap(), {})
    selected = random.Random(-size).sample(keys, size)
    found = catalogue.all().matching(Found(*selected))
    assert found.counts(facet) == [len(bits & found.bits) for bits in values.values()]
    in_order = [key for key in keys if key in found.bits]
    pages = [(start, start + 20) for start in range(0, size, 20)]
    for start, stop in [(0, 1), (180, 400), (0, size), *pages]:
        assert order.some(found.bits, start, stop) == in_order[start:stop]


def test_there_is_always_room_between_two_neighbours():
    order = Order.of([1, 1000])
    for key in range(2, 200):  # each halves the room between the last one and 1000
        order = order.changed((), [key], int)
    assert order.keys.tolist() == [*range(1, 200), 1000]
    assert sorted(order.keys, key=order.places.__getitem__) == order.keys.tolist()
