"""What a search takes over from others changes nothing about what it finds. Tested with a tenth of the judged queries."""

from pathlib import Path

import pytest
import yaml

from evidence.catalogue.build import current_catalogue
from evidence.search.lexicon import lexicon_of
from evidence.search.query import parse
from evidence.search.ranking import RANKED, Ranking
from evidence.search.results import search
from portal import published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]

FILES = sorted(Path(__file__).parent.glob("*-queries.yaml"))


def judged_queries() -> list[str]:
    queries = [query for file in FILES for query in yaml.load(file.read_text(), yaml.CSafeLoader)]
    return [query.get("q") or query["query"] for query in queries]


def test_a_search_finds_the_same_alone_and_after_many_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A ranking `within` some editions shares nothing with others, so one within all of them is what must be found."""
    monkeypatch.setattr("evidence.search.ranking.MAX_COUNTED", 50)  # so that it begins anew often
    snapshot, everything = published.current(), current_catalogue().everything
    compared = 0
    for words in judged_queries()[::10]:
        query = parse(words, lexicon_of(snapshot))
        usual, alone = Ranking(query, snapshot), Ranking(query, snapshot, within=everything)
        assert usual.best() == alone.best(), words
        pages = [(0, 20), (20, 40), (RANKED - 10, RANKED + 30)]
        for start, stop in pages:
            found = usual.best_first(usual.bits, start, stop)
            assert found == alone.best_first(alone.bits, start, stop), words
        compared += bool(usual.bits)
    assert compared > 80


def test_an_edition_has_the_same_share_by_itself_and_among_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    snapshot = published.current()
    queries = [parse(words, lexicon_of(snapshot)) for words in judged_queries()[::40]]
    together = [shares(Ranking(query, snapshot)) for query in queries]
    monkeypatch.setattr("evidence.search.ranking.FIRST", 0)
    assert together == [shares(Ranking(query, snapshot)) for query in queries]
    assert any(0 < share < 1 for some in together for share in some)


def shares(ranking: Ranking) -> list[float]:
    return [ranking.share_in_title_or_labels(one.edition) for one in ranking.best(40)]


def test_what_is_remembered_of_a_search_counts_by_how_much_it_found() -> None:
    few, many = search("phonics"), search("children")
    assert len(many.bits) > 2 * len(few.bits)
    assert many.size() > few.size() > 0
    [narrow], [wide] = few.ranking.concepts, many.ranking.concepts
    assert wide.size() > narrow.size() > 0
