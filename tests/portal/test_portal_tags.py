"""How dates, money and addresses are written."""

from decimal import Decimal

import pytest

from portal.templatetags.portal_tags import (
    LONGEST_NAME,
    gbp_bn,
    gbp_m,
    host_name,
    in_sentence,
    page_name,
    partial_date,
    stated,
)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("2024-08-20", "20 August 2024"),
        ("2024-08-01", "1 August 2024"),
        ("2024-08", "August 2024"),
        ("2024", "2024"),
        ("1999-12-31", "31 December 1999"),
    ],
)
def test_a_date_is_written_as_far_as_it_is_known(value, written):
    assert partial_date(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("193.1000", "£193.1 billion"),
        ("18.662", "£18.662 billion"),
        ("1", "£1 billion"),
        ("1250", "£1,250 billion"),
        ("0.076", "£76 million"),
        ("0.6582", "£658.2 million"),
    ],
)
def test_billions_are_written_once_and_small_ones_as_millions(value, written):
    assert gbp_bn(Decimal(value)) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [("125", "£125 million"), ("30.400", "£30.4 million"), ("1.65", "£1.65 million")],
)
def test_millions_are_written_without_empty_digits(value, written):
    assert gbp_m(Decimal(value)) == written


def test_what_is_missing_says_so():
    for written in (partial_date(""), gbp_bn(None), gbp_m(None), stated(""), stated(None)):
        assert "not stated" in str(written)
    assert stated(0) == 0


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.gov.uk/guidance/what-works-network", "gov.uk/guidance/what-works-network"),
        ("https://example.org/", "example.org"),
        ("http://eppi.ioe.ac.uk/cms/Default.aspx?tabid=3731", "eppi.ioe.ac.uk/cms/Default.aspx?tabid=3731"),
        ("https://example.org/%E2%80%98what-works%E2%80%99", "example.org/‘what-works’"),
    ],
)  # fmt: skip
def test_a_page_is_named_by_its_address(url, name):
    assert page_name(url) == name
    assert host_name(url) == name.split("/")[0]


def test_a_long_address_is_cut_in_the_middle():
    name = page_name("https://example.org/" + "long-" * 60 + "end")
    assert len(name) == LONGEST_NAME
    assert name.startswith("example.org/long-")
    assert name.endswith("long-end")


@pytest.mark.parametrize(
    ("label", "written"),
    [
        ("Public services in Wales", "public services in Wales"),
        ("STEM subjects", "STEM subjects"),
        ("Teachers", "teachers"),
        ("Housing First", "Housing First"),
        ("A&E navigators", "A&E navigators"),
        ("Local NHS services", "local NHS services"),
        ("", ""),
    ],
)
def test_a_label_in_a_sentence_keeps_its_names(label, written):
    assert in_sentence(label) == written
