"""The gap map counts what the database has, and every number on it leads to exactly those summaries."""

import csv
import io
import re
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from centres.vocabulary import Direction, Strength
from evidence.catalogue.build import current_catalogue
from evidence.catalogue.facets import NOT_STATED
from evidence.catalogue.vocabulary import current_vocabulary
from evidence.gap_map.context import CellUrls, matrix_asked_for
from evidence.gap_map.lacking import missing, weak
from evidence.gap_map.matrix import Cell, Heading, Matrix, matrix_of
from evidence.gap_map.request import AXES, Asked, asked_for
from evidence.models import Edition
from portal import published
from tests.reading_lists import count_at
from tests.reading_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]

PAIRS = [
    ("policy_area", "age_group"),
    ("topic", "outcome"),
    ("outcome", "approach"),
    ("centre", "setting"),
    ("approach", "topic"),
]
ORDER = list(Strength)


def asked(query: str) -> Asked:
    return asked_for(QueryDict(query))


def values_of(edition: Edition) -> dict[str, set[str]]:
    return {
        "policy_area": {one.slug for one in edition.policy_areas.all()},
        "topic": {one.slug for one in edition.topics.all()},
        "approach": {one.approach.slug for one in edition.summary.memberships.all()},
        "outcome": {one.outcome.slug for one in edition.findings.all()},
        "age_group": set(edition.age_groups) or {NOT_STATED},
        "setting": {one.slug for one in edition.settings.all()} or {NOT_STATED},
        "centre": {edition.summary.centre.slug},
    }


def directions_of(edition: Edition, outcome: str) -> set[str]:
    """The headline of an edition, or the directions of its findings on an outcome."""
    findings = [one for one in edition.findings.all() if one.outcome.slug == outcome]
    return {one.direction for one in findings} if outcome else {edition.direction}


def why(field: str, editions: list[Edition]) -> set[str]:
    reasons = [lack[:1].lower() + lack[1:] for one in editions if (lack := one.lack_of(field))]
    if len(set(reasons)) < 2:
        return set(reasons)
    return {f"{reason} ({reasons.count(reason)})" for reason in reasons}


@pytest.fixture(scope="module")
def editions(dataset: None, django_db_blocker) -> list[Edition]:
    rows = Edition.objects.published().select_related("summary__centre", "kind")
    linked = ("policy_areas", "topics", "settings", "findings__outcome")
    with django_db_blocker.unblock():
        published.current()
        editions = list(rows.prefetch_related(*linked, "summary__memberships__approach"))
    for one in editions:
        one.line = current_vocabulary().line(one.summary.centre_id, one.product)
    return editions


@pytest.mark.parametrize(("rows", "columns"), PAIRS)
@pytest.mark.parametrize("filters", [{}, {"policy_area": "crime-reduction"}])
def test_cells_are_what_the_database_has(editions, rows, columns, filters):
    selection = current_catalogue().all()
    for name, value in filters.items():
        selection = selection.choose(name, [value])
    matrix = matrix_of(selection, rows, columns, with_empty=True, most=(1000, 1000))
    of = {one: values_of(one) for one in editions}
    among = [
        one for one in editions if all(value in of[one][name] for name, value in filters.items())
    ]
    assert matrix.count == len(among)
    for row, cells in zip(matrix.rows, matrix.cells, strict=True):
        of_row = [one for one in among if row.value in of[one][rows]]
        assert row.count == len(of_row)
        for column, cell in zip(matrix.columns, cells, strict=True):
            both = [one for one in of_row if column.value in of[one][columns]]
            outcome = {rows: row.value, columns: column.value}.get("outcome", "")
            if not both:
                assert cell is None
                continue
            assert cell is not None
            assert cell.count == len(both)
            assert cell.strongest == min((one.strength for one in both), key=ORDER.index)
            assert dict(cell.directions) == {
                direction: number
                for direction in Direction
                if (number := sum(direction in directions_of(one, outcome) for one in both))
            }
            harmed = [
                one
                for one in both
                if one.direction != "harmful"
                and "harmful" in {finding.direction for finding in one.findings.all()}
            ]
            assert cell.harm_elsewhere == (0 if outcome else len(harmed))
            waiting = [
                one
                for one in both
                if one.kind.rests_on == "one-study" and one.direction == "not-assessed"
            ]
            assert cell.awaited == len(waiting)
            unrated = why("strength", both) if cell.strongest == "not-rated" else set()
            assert set(filter(None, cell.unrated.split(", "))) == unrated
            unassessed = set() if outcome else why("effect", both)
            assert set(filter(None, cell.unassessed.split(", "))) == unassessed
    every = {value for one in among for value in of[one][rows]}
    assert filters.get(rows) or every <= {row.value for row in matrix.rows}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_every_number_leads_to_exactly_that_many_summaries(editions, data):
    rows, columns = data.draw(st.permutations(sorted(AXES)))[:2]
    facets = current_catalogue().facets
    query = QueryDict(mutable=True)
    query.update({"rows": rows, "columns": columns})
    for name in data.draw(st.sets(st.sampled_from(sorted(facets)), max_size=2)):
        some = st.lists(st.sampled_from(sorted(facets[name].bits)), min_size=1, max_size=2)
        query.setlist(name, data.draw(some))
    query["q"] = data.draw(st.sampled_from(["", "", "mentoring", "police OR prison", "menttoring"]))
    of = asked_for(query)
    matrix = matrix_asked_for(of)
    url = CellUrls(of)

    assert count_at(of.results.url()) == matrix.count
    for row in matrix.rows[:10]:
        assert count_at(of.results.url(**{rows: row.value})) == row.count
    for column in matrix.columns[:10]:
        assert count_at(of.results.url(**{columns: column.value})) == column.count
    found = [
        (row, column, cell)
        for row, cells in zip(matrix.rows, matrix.cells, strict=True)
        for column, cell in zip(matrix.columns, cells, strict=True)
    ]
    for row, column, cell in data.draw(st.permutations(found))[:20]:
        assert count_at(url(row, column)) == (cell.count if cell else 0)


def test_the_links_of_a_page_lead_to_as_many_summaries_as_they_say(client):
    page = client.get("/map/?policy_area=homelessness").content.decode()
    links = re.findall(r'class="gap-map__count" href="([^"]+)">(\d+)<', page)
    assert len(links) > 30
    for href, number in links[:8]:
        found = client.get(href.replace("&amp;", "&")).content.decode()
        assert re.search(rf"<h2[^>]*>{number} evidence summar", found)


def test_the_order_of_one_address_is_not_kept_for_others(client):
    sorted_first = client.get("/map/?topic=rough-sleeping&sort=-cost").content.decode()
    assert "sort=" not in sorted_first
    assert sorted_first == client.get("/map/?topic=rough-sleeping").content.decode()


def test_what_one_reader_compares_is_in_no_link_of_another(client):
    url = "/map/?topic=rough-sleeping"
    compares = "compare=eef-phonics"
    assert compares in client.get(f"{url}&{compares}").text
    assert compares not in client.get(url).text
    assert compares in client.get(f"{url}&{compares}").text


def test_harm_is_named_in_its_cell(client):
    page = text_of(client, "/map/?policy_area=homelessness")
    assert "1 harmful" in page
    mixed = asked("rows=policy_area&columns=centre&policy_area=homelessness&centre=chi")
    (cells,) = matrix_asked_for(mixed).cells
    assert [cell.harm_elsewhere for cell in cells if cell] == [1]
    assert "1 of them with a harmful finding" in text_of(
        client, "/map/?rows=policy_area&columns=centre&policy_area=homelessness&centre=chi"
    )


@pytest.mark.parametrize(
    ("query", "axes"),
    [
        ("", ("policy_area", "age_group")),
        ("policy_area=homelessness", ("topic", "outcome")),
        ("policy_area=nonsense", ("policy_area", "age_group")),
        ("rows=setting", ("setting", "age_group")),
        ("rows=age_group", ("age_group", "policy_area")),
        ("columns=policy_area", ("age_group", "policy_area")),
        ("columns=topic&policy_area=homelessness", ("outcome", "topic")),
        ("rows=x&columns=", ("policy_area", "age_group")),
    ],
)
def test_what_the_address_does_not_name_has_a_default(query, axes):
    of = asked(query)
    assert (of.rows.parameter, of.columns.parameter) == axes


def test_rows_and_columns_that_make_no_sense_are_named_and_left_out(client):
    address = "/map/?rows=nonsense&columns=outcome"
    assert "Left out, because it does not exist: rows “nonsense”." in text_of(client, address)
    assert client.get(address).headers["X-Ignored"] == "rows=nonsense"
    twice = text_of(client, "/map/?rows=topic&columns=topic")
    assert "Rows and columns cannot both be topics, so the columns are policy areas." in twice


def test_nothing_is_left_out_in_silence(client):
    matrix = matrix_asked_for(asked("rows=topic&columns=outcome"))
    beyond = [*matrix.rows_beyond, *matrix.columns_beyond]
    assert len(matrix.rows) == 60
    assert beyond
    page = text_of(client, "/map/?rows=topic&columns=outcome")
    for heading in beyond:
        assert f"{heading.label} ({heading.count})" in page
    area = matrix_asked_for(asked("policy_area=homelessness"))
    assert f"{area.empty_columns} outcomes" in text_of(client, "/map/?policy_area=homelessness")
    with_empty = matrix_asked_for(asked("policy_area=homelessness&empty=1"))
    shown = len(with_empty.columns) + len(with_empty.columns_beyond)
    assert shown == len(area.columns) + area.empty_columns
    assert with_empty.empty_columns == 0


def test_the_spreadsheet_has_every_cell(client):
    answer = client.get("/map.csv?rows=topic&columns=outcome")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    matrix = matrix_asked_for(asked("rows=topic&columns=outcome"), most=(1000, 1000))
    assert rows[0][:4] == ["Topic", "Outcome", "Summaries", "Strongest"]
    assert len(rows) - 1 == len(matrix.rows) * len(matrix.columns)
    counted = sum(cell.count for cells in matrix.cells for cell in cells if cell)
    assert sum(int(row[2]) for row in rows[1:]) == counted


def test_only_the_plain_map_is_for_search_engines(client):
    assert 'content="noindex"' not in client.get("/map/").content.decode()
    for query in ("policy_area=homelessness", "rows=topic", "empty=1", "q=mentoring"):
        assert 'content="noindex"' in client.get(f"/map/?{query}").content.decode()


def test_where_there_is_nothing_the_page_says_so(client):
    page = text_of(client, "/map/?q=zzqq&exact=zzqq")
    assert "Nothing matches all of this" in page


@pytest.mark.parametrize("area", ["homelessness", "crime-reduction"])
def test_a_policy_area_says_where_it_lacks_evidence(client, area):
    page = client.get(f"/policy-areas/{area}/").content.decode()
    assert f'href="/map/?policy_area={area}"' in page
    assert "Where evidence is lacking" in text_of(client, f"/map/?policy_area={area}")


def cell(strength: str) -> Cell:
    return Cell(1, Strength(strength), (), "", 0, 0, "")


def matrix(*cells: list[Cell | None]) -> Matrix:
    rows, columns = (
        [Heading(str(n), f"{name} {n}", 1) for n in range(number)]
        for name, number in (("Row", len(cells)), ("Column", len(cells[0])))
    )
    return Matrix(1, rows, columns, cells, [], [], 0, 0)


def labels(found: Any) -> list[Any]:
    return [(one.column.label, one.having, [row.label for row in one.rows]) for one in found]


def test_what_is_lacking_follows_its_two_rules():
    high, low, not_rated = cell("high"), cell("low"), cell("not-rated")
    of = matrix(
        [high, None, high, None],
        [low, None, high, None],
        [None, not_rated, low, None],
        [not_rated, None, not_rated, None],
    )
    # A third of four rows is two.
    assert labels(missing(of)) == [("Column 0", 3, ["Row 2"])]
    assert [(one.row.label, one.strongest) for one in weak(of)] == [
        ("Row 2", "low"),
        ("Row 3", "not-rated"),
    ]
    assert missing(matrix([high, None], [None, high])) == []
