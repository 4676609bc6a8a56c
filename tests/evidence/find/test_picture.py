"""The picture of a list has every summary of it, each where its effect and its cost put it."""

import re

import pytest
from django.http import QueryDict

from centres.vocabulary import Strength
from evidence.find import picture
from evidence.find.picture import picture_context
from evidence.find.results import results_for
from tests.reading_lists import count_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]


@pytest.mark.parametrize(
    "query", ["", "policy_area=youth-employment", "q=mentoring", "impact=harmful&cost=5", "q=zzqq"]
)
def test_the_picture_has_a_mark_for_each_summary_and_counts_what_has_no_place(client, query):
    results = results_for(QueryDict(f"view=picture&{query}"))
    context = picture_context(results)
    cells = [cell for row in context["picture"] for cell in row["cells"]]

    assert sum(cell.count for cell in cells) + context["unplaced_count"] == results.count
    for cell in cells:
        assert cell.marks.count('class="mark ') == cell.count
        assert cell.count == (count_at(cell.url) if cell.count else 0)
    assert context["unplaced"].count("<li>") == context["unplaced_count"]
    if context["unplaced_count"]:
        assert context["unplaced_count"] == count_at(context["unplaced_url"])


def test_the_picture_puts_harm_on_top_and_the_strongest_first(client):
    markup = client.get("/evidence/?view=picture").content.decode()
    body = markup.partition('class="govuk-table table-stack picture"')[2].partition("</table>")[0]
    rows = re.findall(r"row--harmful|#effect-([\w-]+)", body)
    assert rows[:3] == ["", "harmful", "beneficial"]
    for cell in body.split("<td"):
        levels = [Strength.values.index(level) for level in re.findall(r"#mark-([\w-]+)", cell)]
        assert levels == sorted(levels)
    assert "#mark-very-high" in body


def test_a_file_has_the_same_pages_whatever_the_view(client):
    pages = {
        view: client.get(f"/evidence.json?view={view}").json()["pages"]
        for view in ("list", "picture")
    }
    assert pages["picture"] == pages["list"] > 1


def test_a_picture_of_very_many_has_numbers_by_strength_in_place_of_marks(monkeypatch):
    monkeypatch.setattr(picture, "MAX_MARKS", 300)
    rows = picture_context(results_for(QueryDict()))["picture"]
    cells = [cell for row in rows for cell in row["cells"]]

    assert not any(cell.marks for cell in cells)
    for cell in cells:
        assert [group.count for group in cell.groups] == [count_at(one.url) for one in cell.groups]
        assert sum(group.count for group in cell.groups) == cell.count
