"""The shipped summaries say where a figure, a rating or a direction is not what the centre itself says on its page."""

import re
from typing import Any

import pytest

from centres.vocabulary import Doubt
from evidence.dataset.yaml_files import read_documents
from tests.evidence.dataset.small_dataset import DATA

ELSEWHERE = {Doubt.COPY, Doubt.SECOND_HAND, Doubt.OTHER_BODY}


@pytest.fixture(scope="module")
def summaries() -> list[dict[str, Any]]:
    documents, _ = read_documents(DATA, ["summaries"])
    return [summary for file in documents.values() for summary in file]


def test_every_note_says_which_doubts_it_explains_in_their_order(
    summaries: list[dict[str, Any]],
) -> None:
    order = [doubt.value for doubt in Doubt]
    for summary in summaries:
        doubts = summary.get("doubts", [])
        assert bool(doubts) == bool(summary["data_note"]), summary["id"]
        assert doubts == sorted(set(doubts), key=order.index), summary["id"]


def test_what_was_read_on_no_page_of_the_centre_says_so(summaries: list[dict[str, Any]]) -> None:
    for summary in summaries:
        if "centre's page" not in {source["note"] for source in summary["sources"]}:
            assert ELSEWHERE & set(summary.get("doubts", [])), summary["id"]


def test_an_effect_without_any_words_of_the_centre_says_whose_reading_it_is(
    summaries: list[dict[str, Any]],
) -> None:
    for summary in summaries:
        worded = summary["impact"]["native"] or summary["strength"]["native"]
        if summary["impact"]["direction"] != "not-assessed" and not worded:
            whose = {Doubt.OUR_READING, Doubt.OTHER_BODY} & set(summary.get("doubts", []))
            assert whose, summary["id"]


def test_cautions_are_of_the_evidence_and_not_of_how_it_was_read(
    summaries: list[dict[str, Any]],
) -> None:
    told = re.compile(r"\b(be|was|were) read\b|^Read from|not visible|this portal|[Aa] copy of")
    for summary in summaries:
        assert [one for one in summary["caveats"] if told.search(one)] == [], summary["id"]
