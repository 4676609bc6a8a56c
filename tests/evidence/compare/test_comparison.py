"""What a comparison says of the summaries of the data set."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence.catalogue.documents import Documents
from evidence.compare.comparison import NONE_HERE, OWN_TEXTS, Comparison, Row
from evidence.compare.selection import Choice
from evidence.models import Edition
from portal import published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]

MENTORING = ["eef-mentoring", "yef-mentoring"]


def row_of(comparison: Comparison, name: str) -> Row:
    return next(row for row in comparison.rows if row.name == name)


@st.composite
def choices(draw):
    slugs = sorted(published.current()[Documents].published)
    return draw(st.lists(st.sampled_from(slugs), min_size=2, max_size=6, unique=True))


def natives(edition: Edition) -> list[str]:
    """Return the centre's own wording of each rating of an edition."""
    findings = edition.findings.all()
    headline = [edition.impact_native, edition.strength_native, edition.cost_native]
    return [
        *headline,
        *(row.effect for row in findings),
        *(row.strength_native for row in findings),
    ]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_each_rating_of_each_summary_is_there_in_the_words_of_its_centre(data):
    slugs = data.draw(choices())
    comparison = Comparison.of(slugs)
    assert [edition.summary.slug for edition in comparison.editions] == slugs
    for place, edition in enumerate(comparison.editions):
        text = "\n".join(line for row in comparison.rows for line in row.cells[place].lines)
        assert all(native in text for native in natives(edition))
    assert all(len(row.cells) == len(slugs) for row in comparison.rows)
    assert {row.name for row in comparison.rows}.isdisjoint(
        row.name for row in comparison.empty_rows
    )


def test_an_effect_that_no_centre_gave_is_called_our_reading():
    comparison = Comparison.of(["maps-what-works-fund", "yef-mentoring"])
    ours, theirs = (cell.lines for cell in row_of(comparison, "direction").cells)
    assert ours[1].startswith("Our reading: the pages that we read give no verdict in ")
    assert theirs[1].startswith("YEF: “")


def test_an_outcome_without_a_finding_here_is_not_said_to_be_unmeasured():
    comparison = Comparison.of(["yef-mentoring", "eef-mentoring"])
    lines = [cell.lines for cell in row_of(comparison, "outcome-attainment").cells]
    assert lines[0] == (NONE_HERE,)
    assert NONE_HERE not in lines[1]


def test_at_most_six_are_chosen_each_once_and_what_is_wrong_is_sorted_out():
    slugs = sorted(published.current()[Documents].published)[:8]
    choice = Choice.of([slugs[0], *slugs, "no-such-summary", ""])
    assert choice.summaries == tuple(slugs[:6])
    assert choice.left_out == tuple(slugs[6:])
    assert choice.unknown == ("no-such-summary",)
    assert choice.is_enough


def test_what_no_centre_words_is_not_said_to_differ():
    slugs = ["wcpp-poverty-lived-experience", "chi-criminal-justice-evidence-assessment"]
    rows = {row.name: row for row in Comparison.of(slugs).rows}
    assert not {"direction", "strength"} & set(rows)
    assert "effect (" in Comparison.of(slugs).empty_text


def test_a_row_that_one_alone_states_is_not_said_to_differ():
    rows = {
        row.label: row.difference
        for row in Comparison.of(["college-of-policing-boot-camps", "yef-boot-camps"]).rows
    }
    assert rows["Reoffending"] == "Stated by one alone"
    assert rows["Number of studies"] == "Stated by one alone"
    assert rows["Effect"] == rows["Strength of evidence"] == "Differs"


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_sentences_that_are_never_alike_are_not_said_to_differ(data):
    comparison = Comparison.of(data.draw(choices()))
    texts = {row.name: row for row in comparison.rows if row.name in OWN_TEXTS}
    assert texts["bottom_line"] in comparison.differing_rows
    assert texts["bottom_line"].difference == texts["source_url"].difference == ""
    for row in texts.values():
        silent = any(cell.is_empty for cell in row.cells)
        assert bool(row.difference) == silent
