"""The picture of a list has every summary of it, each where its effect and its cost put it."""

import re
from html import unescape

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from centres.vocabulary import Reason, Strength
from evidence.catalogue.build import current_catalogue
from evidence.catalogue.facets import WORDS_ONLY
from evidence.catalogue.reading import edition
from evidence.find import picture
from evidence.find.picture import picture_context
from evidence.find.results import results_for
from tests.reading_lists import count_at
from tests.reading_pages import plain

ORDER = [*(one for one in Strength if one != Strength.NOT_RATED), WORDS_ONLY, *Reason]
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
        marks = re.findall(r"#mark-([\w-]+)", cell)
        levels = [ORDER.index(mark) for mark in marks]
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


def test_a_mark_says_why_there_is_no_level_of_strength_in_words_and_in_its_shape():
    shapes = render_to_string("evidence/partials/picture_shapes.html")
    shape_of: dict[str, set[str]] = {}
    for key in current_catalogue().everything - current_catalogue().having(
        "impact", "not-assessed"
    ):
        one, mark = edition(key), picture._rendered("mark", [key])
        said = one.lack_of("strength") or one.get_strength_display()
        assert f"strength of evidence: {said.lower()}" in plain(mark)
        shape_of.setdefault(said, set()).update(re.findall(r'href="#(mark-[\w-]+)"', mark))
    used = [name for names in shape_of.values() for name in names]
    assert len(set(used)) == len(used) == len(shape_of)
    assert all(f'id="{name}"' in shapes for name in used)
    results = results_for(QueryDict("view=picture"))
    assert {*shape_of} <= {level["label"] for level in picture_context(results)["levels"]}


def test_the_picture_counts_why_summaries_have_no_place_in_it():
    context = picture_context(results_for(QueryDict("view=picture")))
    links = re.findall(r'href="([^"]+)">(\d+) ([^<]+)<', context["why_unplaced"])
    numbers = [int(number) for _, number, _ in links]
    assert sum(numbers) == context["unplaced_count"]
    assert [count_at(unescape(url)) for url, _, _ in links] == numbers
    assert {reason for _, _, reason in links} >= {"the centre gives none", "not yet read"}
