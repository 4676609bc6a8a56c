import pytest

from evidence.catalogue.vocabulary import current_vocabulary
from evidence.pages.coverage import coverage_of
from portal import published
from tests.factories import make_centre, make_edition, make_product
from tests.reading_pages import text_of

pytestmark = pytest.mark.django_db


def test_what_is_missing_is_told_from_what_the_centre_never_gives(client):
    yef = make_centre("yef")
    make_product(
        "toolkit", centre=yef, names=["Toolkit"], rules={"cost": "never", "studies": "every"}
    )
    make_edition(cost=None, cost_native="", studies=None)
    make_edition(cost=None, cost_native="", studies=12)

    published.check(now=True)
    line = coverage_of(next(iter(current_vocabulary().products.values())))
    never = text_of(client, "/coverage/").partition("What the centres never give")[2]

    cost, studies = (
        next(one for one in line.fields if one.field == name) for name in ("cost", "studies")
    )
    assert (cost.stated, cost.reasons) == (0, [("the centre gives none", 2)])
    assert (studies.stated, studies.reasons) == (1, [("not yet read", 1)])
    assert line.product.name in never.partition("Cost")[2].partition("Number")[0]


def test_a_share_is_given_only_of_a_size_that_is_exact_and_not_passed(client):
    known = {"count_unit": "strands", "count_source": "https://a.org", "count_note": "No date."}
    make_product("exact", names=["Toolkit"], count=3, **known)
    make_product("more", names=["More"], count=3, count_qualifier="more than", **known)
    make_product("few", names=["Few"], count=1, **known)
    make_product("unknown", names=["Unknown"])
    make_edition()
    make_edition(product="Few")
    make_edition(product="Few")

    published.check(now=True)
    shares = {one.slug: coverage_of(one).percent for one in current_vocabulary().products.values()}

    assert shares == {"exact": 33, "more": None, "few": None, "unknown": None}
    assert "For 1 of these lines a page says how many items there are: 1 of 3" in text_of(
        client, "/coverage/"
    )
