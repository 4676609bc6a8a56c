"""The find page, its JSON and its CSV, as a visitor meets them."""

import csv
import gc
import io
import json
import re
import weakref
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.html import escape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from centres.vocabulary import Doubt
from evidence.catalogue.build import current_catalogue
from evidence.catalogue.reading import edition
from evidence.editorial import actions
from evidence.find.cards import render_cards
from evidence.find.layouts import VIEWS
from evidence.find.panel import facet_data, outer_facets, render_panel
from evidence.find.request import EvidenceFilter
from evidence.find.results import results_for
from evidence.models import Edition, Kind, Summary, Topic
from evidence.pages.summary import summary_context
from evidence.search.ranking import Ranking
from evidence.search.results import SearchResults, search
from evidence.views import find
from portal import published
from portal.safe_csv import harmless, plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]


def number_of(query: str) -> int:
    """How many summaries have one of the values of each filter in this query, by the catalogue."""
    chosen = QueryDict(query)
    asked = current_catalogue().all()
    for parameter in chosen:
        asked = asked.choose(parameter, chosen.getlist(parameter))
    return asked.count


@pytest.mark.parametrize(
    "query",
    [
        "page=abc", "page=0", "page=-1", "page=9999", "page=1.5", "page=%C2%B2", "page=1e3",
        "page=99999999999999999999",
    ],
)  # fmt: skip
def test_a_page_that_makes_no_sense_is_not_found(client, query):
    assert client.get(f"/evidence/?{query}").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "q=%00", "sort=%00", "plain=%00", "q=" + "a" * 5000, "q=" + "word+" * 300, "q=%22%22%22", "q=OR+-+-", "q=%F0%9F%98%80",
        "q=%D7%A9%D7%9C%D7%95%D7%9D", "strength=nope", "topic=%00", "q=%ff%fe", "sort=nope", "view=%00", "view=nope", "page=",
        "&".join(f"topic=x{n}" for n in range(500)), "utm_source=mail", "q=%27%3B+drop+table",
    ],
)  # fmt: skip
def test_odd_queries_are_answered(client, query):
    for address in ("/evidence/", "/evidence.json"):
        assert client.get(f"{address}?{query}").status_code == 200


def test_an_address_with_too_many_parameters_is_refused_and_no_error_of_ours(client, caplog):
    assert client.get("/evidence/?" + "topic=x&" * 1001).status_code == 400
    assert not caplog.records


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(q=st.text(max_size=200), value=st.text(max_size=30), page=st.text(max_size=5))
def test_nothing_a_visitor_sends_is_an_error(client, q, value, page):
    data = {"q": q, "topic": value, "strength": value, "page": page, "sort": value}
    assert client.get("/evidence/", data).status_code in {200, 404}


def test_unknown_values_are_named_and_ignored(client):
    page = client.get("/evidence/?centre=eef&centre=acme&colour=blue").text
    assert "centre “acme”" in page
    assert "blue" not in page
    assert f"{number_of('centre=eef')} evidence summaries" in page


@pytest.mark.parametrize("address", ["/evidence/", "/evidence.json", "/evidence.csv"])
def test_a_header_says_what_was_left_out_of_the_request(client, address):
    query = "policy_area=nonsense&centre=eef&centre=acmé&plain=colour&sort=nope&utm_source=mail"
    for _ in range(2):  # made, and from the page cache
        answer = client.get(f"{address}?{query}")
        assert answer.headers["X-Ignored"] == (
            "policy_area=nonsense&centre=acm%C3%A9&plain=colour&sort=nope"
        )
    assert "X-Ignored" not in client.get(f"{address}?centre=eef&sort=title&plain=cost")


def test_a_csv_filtered_by_nothing_that_exists_has_no_rows(client):
    def rows(query: str) -> int:
        text = client.get(f"/evidence.csv?{query}").getvalue().decode()
        return len(list(csv.reader(io.StringIO(text)))) - 1

    assert rows("policy_area=nonsense") == rows("policy_area=nonsense&centre=eef") == 0
    assert rows("centre=eef&centre=acme&sort=nope&colour=blue") == rows("centre=eef") > 0


def test_that_header_is_never_long(client):
    many = "&".join(f"topic=x{number}" for number in range(200))
    header = client.get(f"/evidence.csv?{many}").headers["X-Ignored"]
    assert header.startswith("topic=x0&topic=x1&")
    assert len(header) <= 500
    assert client.get("/evidence.csv?topic=" + "x" * 600).headers["X-Ignored"] == "..."


def test_json_lists_what_was_left_out_of_the_request(client):
    answer = client.get("/evidence.json?policy_area=nonsense&sort=nope").json()
    assert answer["ignored"] == [
        {"parameter": "policy_area", "value": "nonsense"},
        {"parameter": "sort", "value": "nope"},
    ]
    assert answer["count"] == number_of("")
    assert client.get("/evidence.json").json()["ignored"] == []


def test_the_page_says_what_a_wish_was_read_as_and_how_to_drop_or_keep_it(client):
    page = client.get("/evidence/", {"q": "crime that doesn't work", "centre": "yef"}).text
    chip = " ".join(page.split('<li class="wish">')[1].split("</li>")[0].split())
    typed = "/evidence/?q=crime+that+doesn%27t+work"
    assert "Effect: No effect or Harmful first" in chip
    assert "from “doesn&#x27;t work”" in chip
    assert f'href="{typed}&amp;plain=impact&amp;centre=yef"' in chip
    assert f'href="{typed}&amp;impact=no-effect&amp;impact=harmful&amp;centre=yef"' in chip


def test_a_wish_for_whom_is_said_to_be_favoured(client):
    page = client.get("/evidence/", {"q": "homework for secondary schools"}).text
    chip = " ".join(page.split('<li class="wish">')[1].split("</li>")[0].split())
    assert "Setting: Secondary schools favoured" in chip


def test_the_page_says_where_nothing_close_fits_a_wish(client):
    for words, close in (("mentoring that doesn't work", False), ("cheap homework", True)):
        page = client.get("/evidence/", {"q": words}).text
        assert ("none of the closest" in page) != close
        assert re.search("Only this one|Only these ", page)
    assert (
        "none here" in client.get("/evidence/", {"q": "restorative justice that doesn't work"}).text
    )


def test_a_wish_that_was_dropped_is_read_as_plain_words_and_may_be_taken_up_again(client):
    page = client.get("/evidence/", {"q": "cheap homework", "plain": "cost"}).text
    assert 'class="wish"' not in page
    assert "“cheap” is searched for like any other word" in page
    assert '<a href="/evidence/?q=cheap+homework">Read it as Cost: Very low or Low</a>' in page
    assert '<input type="hidden" name="plain" value="cost">' in page
    # It stays with these words only.
    assert (
        'href="/evidence/"><span class="govuk-visually-hidden">Remove filter </span>“cheap' in page
    )
    page = client.get("/evidence/", {"q": "homework", "plain": "cost"}).text
    assert 'name="plain"' not in page
    assert "plain=" not in page


@pytest.mark.parametrize("filters", ["cost=1&cost=2", "cost=1", "cost=5", "sort=newest"])
def test_a_wish_that_changes_nothing_is_not_shown(client, filters):
    """The filter says it, or no list by date or title follows it."""
    assert 'class="wish"' in client.get("/evidence/?q=cheap+homework&cost=1&cost=5").text
    assert 'class="wish"' not in client.get(f"/evidence/?q=cheap+homework&{filters}").text
    assert client.get(f"/evidence.json?q=cheap+homework&{filters}").json()["wishes"] == []


def test_only_wishes_are_a_list_in_any_order(client):
    for sort in ("", "newest"):
        page = client.get("/evidence/", {"q": "what doesn't work", "sort": sort}).text
        assert f"{number_of('impact=no-effect&impact=harmful')} evidence summaries" in page
        assert "Effect: No effect or Harmful" in page
        assert "Only these" not in page


def test_page_json_and_csv_follow_a_wish_alike(client):
    query = {"q": "mentoring with strong evidence"}
    answer = client.get("/evidence.json", query).json()
    assert answer["wishes"] == [
        {"parameter": "strength", "values": ["very-high", "high"], "words": "strong evidence"}
    ]
    text = client.get("/evidence.csv", query).getvalue().decode("utf-8-sig")
    rows = [row["id"] for row in csv.DictReader(io.StringIO(text))]
    ids = [row["id"] for row in answer["results"]]
    assert rows[: len(ids)] == ids
    page = client.get("/evidence/", query).text.split('class="cards"')[1]
    found = [page.index(f'href="/evidence/{slug}/"') for slug in ids]
    assert found == sorted(found)


def test_the_page_names_words_that_were_not_used_and_signs_that_were_not_read(client):
    query = {"q": "mentor* xqzt NEAR/5 zqxt"}
    page = client.get("/evidence/", query).text
    assert "Not used, because no summary has them: “xqzt”, “zqxt”." in page
    assert "This search does not understand “*”, “NEAR/5”." in page
    answer = client.get("/evidence.json", query).json()
    assert (answer["unknown"], answer["unread"]) == (["xqzt", "zqxt"], ["*", "NEAR/5"])


LINKS_OF_THE_LIST = re.compile(r'href="(/evidence/[?][^"]*)"')


def test_every_link_of_a_list_keeps_its_view(client):
    """Pages, chips, filters that are cleared, words that were corrected: all but the links to the other views."""
    words = {"q": "programmes for children -zqxt", "cost": "not-stated"}
    for query in ({"sort": "title"}, words, {"q": "metacogniton"}):
        page = client.get("/evidence/", {**query, "view": "table"}).text
        assert '<input type="hidden" name="view" value="table">' in page
        links = LINKS_OF_THE_LIST.findall(page.split('class="views"')[1].split("</form>")[0])
        others = [unescape(link) for link in links if "view=table" not in link]
        assert len(others) == len(VIEWS) - 1
        shown = {client.get(link).text for link in others}
        assert shown == {
            client.get("/evidence/", {**query, "view": view}).text
            for view in VIEWS
            if view != "table"
        }
    assert "view=" not in client.get("/evidence/?view=list").text.split('class="views"')[0]


def test_a_table_has_the_summaries_of_the_list_in_their_order(client):
    query = "policy_area=homelessness&sort=title"
    listed = [row["id"] for row in client.get(f"/evidence.json?{query}").json()["results"]]
    rows = client.get(f"/evidence/?{query}&view=table").text.split('role="rowheader"')[1:]
    linked = [re.findall(r'<a href="/evidence/([a-z0-9-]+)/"', row)[0] for row in rows]
    assert linked[:20] == listed
    assert len(linked) > 20


def heads(page: str) -> dict[str, tuple[str, str]]:
    """The heads of the columns that sort: the address of each, and its `aria-sort`."""
    found = re.findall(r'<th [^>]*scope="col"([^>]*)>\s*<a href="([^"]*)">(\w+)', page)
    return {label: (unescape(url), re.sub('.*=|"', "", more)) for more, url, label in found}


def test_a_head_of_the_table_sorts_by_its_column_and_then_turns_the_order_round(client):
    start = "/evidence/?strength_at_least=low&view=table"
    plain = heads(client.get(start).text)
    assert plain.keys() == {"Summary", "Effect", "Strength", "Cost", "Studies", "Source"}
    assert [sorted_by for _, sorted_by in plain.values()] == ["", "", "", "", "", "descending"]
    by_cost, by_strength = plain["Cost"][0], plain["Strength"][0]
    assert by_cost == "/evidence/?strength_at_least=low&sort=cost&view=table"
    page = client.get(by_cost).text
    assert heads(page)["Cost"] == (by_cost.replace("=cost", "=-cost"), "ascending")
    assert '<span class="native">cheapest first</span>' in page
    assert "dearest first" in client.get(heads(page)["Cost"][0]).text
    assert heads(client.get(heads(page)["Cost"][0]).text)["Cost"] == (by_cost, "descending")
    assert heads(client.get(by_strength).text)["Strength"][1] == "descending"
    assert plain["Source"][0].endswith("&sort=-newest&view=table")


def test_what_has_nothing_to_sort_by_is_counted(client):
    answer = client.get("/evidence.json?cost=not-stated&centre=eef").json()
    reasons = ", ".join(
        f"{one['count']} {one['label'][0].lower()}{one['label'][1:]}"
        for one in answer["facets"]["cost"]
        if one["selected"]
    )
    for query in ("sort=cost", "sort=-cost", "sort=cost&view=table"):
        page = client.get(f"/evidence/?centre=eef&{query}").text
        assert f"{answer['count']} of these have no cost level, and come last: {reasons}." in page
    page = client.get("/evidence/?centre=yef&sort=effect").text
    said = re.search(
        r"(\d+) of these have no verdict on the effect, and come last: ([^.]+)\.", page
    )
    assert said
    assert int(said[1]) == sum(map(int, re.findall(r"\d+", said[2])))
    assert "insufficient evidence" in said[2]
    assert "come last" not in client.get("/evidence/?centre=eef").text
    assert "come last" not in client.get("/evidence/?centre=eef&sort=title").text
    assert (
        "None of these has a cost level: "
        in client.get("/evidence/?cost=not-stated&sort=cost").text
    )


def test_the_outcomes_that_are_chosen_come_first_in_a_row(client):
    page = client.get("/evidence/?outcome=wellbeing&view=table").text
    cells = page.split('data-label="Outcomes"')[1:]
    assert len(cells) > 10
    assert all(cell.split("<li>")[1].startswith("Wellbeing and quality of life") for cell in cells)


def sentences(page: str, of: str) -> list[str]:
    """What stands above a list in the elements of a class, as a visitor reads it."""
    found = re.findall(rf'class="{of}">(.*?)</p>', page, re.DOTALL)
    return [" ".join(unescape(re.sub("<[^>]*>", "", one)).split()) for one in found]


def test_a_list_answers_what_filters_or_words_ask(client):
    def answer(query: str) -> str:
        return "".join(sentences(client.get(f"/evidence/?{query}").text, "answer"))

    assert answer("") == answer("view=table") == answer("q=zzqq") == ""
    found = {
        effect: number_of(f"outcome=reoffending&outcome_effect={effect}")
        for effect in ("beneficial", "mixed", "no-effect", "harmful")
    }
    told = "{beneficial} found a benefit, {mixed} mixed effects, {no-effect} no effect and {harmful} harm"
    assert answer("outcome=reoffending").startswith(
        f"Of these {number_of('outcome=reoffending')}, {told.format(**found)} on reoffending"
    )
    asked = answer("outcome=reoffending&outcome_effect=harmful&outcome_effect=no-effect")
    assert " of these found no effect or harm on reoffending. The strongest " in asked
    assert "Multisystemic therapy (CoP: “Very strong”)." in asked
    worded = answer("q=what+doesn%27t+work+to+cut+reoffending")
    assert re.match(
        "[0-9]+ of these [0-9]+ found no effect or harm overall. Of what is about", worded
    )
    # "Hot spots policing" has a word like "over" too, and better evidence than anything on falls.
    assert "The strongest" not in (falls := answer("q=old+people+falling+over"))
    assert falls.startswith("Of these ")
    assert "policing" not in falls
    assert answer("q=restorative+justice+that+doesn%27t+work").startswith("None of these ")


def test_what_found_harm_is_named_whatever_the_order_and_page(client):
    def named(query: str) -> list[str]:
        return sentences(client.get(f"/evidence/?{query}").text, "harms")

    (line,) = named("view=table")
    harmful = {
        Edition.objects.published().get(pk=key).title
        for key in current_catalogue().everything
        if any(one.direction == "harmful" for one in edition(key).findings.all())
    }
    assert line.startswith("Found harm on at least one outcome: ")
    assert line.endswith(f", and all {len(harmful)} that found harm.")
    assert len(set(re.findall(r"(?:: |, )(.*?) \([A-Za-z]+\)", line)) & harmful) == 3
    for query in ("sort=effect", "sort=-title", "page=2"):
        assert named(f"view=table&{query}") == [line]
    assert named("") == named("centre=taso") == named("impact=harmful") == []
    here, elsewhere = named("outcome=debt&outcome=traffic-offences")
    assert here.startswith(
        "Found harm on problem debt and loan default or speeding, drink-driving "
    )
    assert elsewhere == "Found harm on another outcome: Red light enforcement cameras (CoP)."


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_every_link_that_a_list_offers_leads_to_something(client, data):
    """Filters, wishes, ways on, the view, what found harm: whatever words and filters the list is for."""
    facets = current_catalogue().facets
    query = [
        ("q", data.draw(st.sampled_from(["", "cheap mentoring", "what doesn't work", "zqxt"])))
    ]
    for name in data.draw(st.sets(st.sampled_from(sorted(facets)), max_size=3)):
        query += [(name, data.draw(st.sampled_from(facets[name].values)))]
    query += [("view", data.draw(st.sampled_from(sorted(VIEWS))))]
    page = client.get(f"/evidence/?{urlencode(query)}").text
    results = page.split('id="results"')[1].split("</form>")[0]
    # To take a filter away, or to look at an empty list in another order, offers nothing.
    offered = re.sub(r'<ul class="chips.*?</ul>', "", results, flags=re.DOTALL)
    offered += "".join(re.findall(r'<a class="wish__only" href="[^"]*">', results))
    for link in set(LINKS_OF_THE_LIST.findall(offered)):
        address = unescape(link).replace("/evidence/?", "/evidence.json?")
        assert client.get(address).json()["count"], (query, link)
    asked = {name: [value for other, value in query if other == name] for name, _ in query}
    for name, options in client.get(f"/evidence.json?{urlencode(query)}").json()["facets"].items():
        for option in [one for one in options if one["count"]][:1]:
            ticked = urlencode({**asked, name: [option["value"]]}, doseq=True)
            assert client.get(f"/evidence.json?{ticked}").json()["count"] == option["count"]


def test_every_active_filter_can_be_removed(client):
    page = client.get("/evidence/?centre=eef&centre=yef&strength=high&q=mentoring&page=1").text
    assert 'href="/evidence/?q=mentoring&amp;strength=high&amp;centre=yef"' in page
    assert page.count("Remove filter ") == 4


def test_an_address_with_filters_keeps_its_page_only_while_they_stay(client):
    page = client.get("/evidence/?kind=toolkit-strand&page=2").text
    assert "page=3" in page
    assert 'href="/evidence/"><span class="govuk-visually-hidden">Remove' in page


def test_only_the_plain_list_is_for_search_engines(client):
    assert "noindex" not in client.get("/evidence/").text
    for query in ("q=mentoring", "centre=eef", "page=2", "sort=-cost", "view=table"):
        assert "noindex" in client.get(f"/evidence/?{query}").text


def test_nothing_found_offers_ways_on(client):
    page = client.get("/evidence/?centre=chi&strength=very-high").text
    assert "No evidence summaries" in page
    assert "without “Strength of evidence: Very high”" in page
    assert "/policy-areas/" in page
    assert "/topics/" in page


def test_ways_on_are_there_when_no_single_filter_is_the_one_to_drop(client):
    query = "centre=chi&strength=very-high&cost=5"
    page = client.get(f"/evidence/?{query}").text
    assert "at “Centre: CHI” alone" in page
    assert "at “Cost: Very high” alone" in page


def test_words_sent_from_a_list_without_any_are_sorted_by_relevance(client):
    assert '<option value="" selected>Date: newest first</option>' in client.get("/evidence/").text
    page = client.get("/evidence/?q=mentoring&sort=").text
    assert '<option value="" selected>Relevance</option>' in page
    assert '<option value="newest">Date: newest first</option>' in page


def test_filters_are_cleared_and_the_words_stay(client):
    page = client.get("/evidence/?q=mentoring&centre=yef&kind=toolkit-strand").text
    assert '<a href="/evidence/?q=mentoring">Clear filters</a>' in page
    assert "2 selected" in page


@pytest.mark.parametrize("made", ["", "utm_source=mail", "q=&strength=&sort="])
def test_however_it_was_asked_a_list_names_its_one_address(client, made):
    page = client.get(f"/evidence/?centre=yef&{made}").text
    assert '<link rel="canonical" href="http://testserver/evidence/?centre=yef">' in page


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("page=abc", "The number of a page is a whole number from 1."),
        ("page=9999", "pages, and no page 9999."),
        ("centre=chi&topic=mentoring&page=2", "This list has one page, and no page 2."),
    ],
)
def test_a_page_that_is_not_there_says_why(client, query, reason):
    assert reason in client.get(f"/evidence/?{query}").text


def test_a_card_says_what_is_not_stated(client):
    page = client.get("/evidence/?cost=not-stated&strength=not-rated&updated=not-stated").text
    assert "Not yet read" in page
    assert "The centre gives none" in page
    assert "Version of" not in page


def test_words_are_marked_in_cards_and_nothing_else_is_trusted(client):
    page = client.get("/evidence/?q=mentoring").text
    assert "<mark>" in page
    hostile = client.get("/evidence/", {"q": '<script>alert("x")</script>'}).text
    assert "<script>alert" not in hostile


@pytest.mark.parametrize(
    "query",
    [
        "",
        "strength=high&strength=low&topic=mentoring",
        "strength_at_least=high&centre=chi",
        "q=zzqq",
    ],
)
def test_the_filters_are_what_their_template_prints(query):
    selection = results_for(QueryDict(query)).selection
    facets = [facet_data(facet, selection) for facet in outer_facets(selection.catalogue)]
    for _ in range(2):  # printed, and filled in
        printed = "".join(
            render_to_string("partials/facet.html", {"facet": facet})
            for facet in facets
            if facet.options or facet.inner
        )
        assert "".join(render_panel(selection).split()) == "".join(printed.split())


def test_there_is_a_filter_for_every_facet():
    catalogue = current_catalogue()
    assert set(EvidenceFilter.base_filters) == {"q", *catalogue.facets}


def test_hostile_labels_are_escaped_in_the_panel(client):
    hostile = '"><img src=x onerror=alert(1)>'
    Topic.objects.filter(slug="mentoring").update(label=hostile)
    published.check(now=True)
    filters = render_panel(current_catalogue().all())
    assert hostile not in filters
    assert escape(hostile) in filters


def test_odd_characters_in_labels_stay_where_they_are():
    odd = "".join(map(chr, range(0xE000, 0xE005)))  # characters for private use
    edition = Edition.objects.published().get(summary__slug="eef-feedback")
    Topic.objects.filter(slug="mentoring").update(label=f"Mentoring {odd}")
    Kind.objects.filter(pk=edition.kind_id).update(label=f"Kind {odd}")
    published.check(now=True)
    catalogue = current_catalogue()
    assert f"<span>Mentoring {odd}</span>" in render_panel(catalogue.all())
    card = render_cards([edition.pk])
    assert f"Kind {odd}" in card
    assert f">{edition.title}</a>" in card


def test_hostile_content_is_escaped_in_cards():
    hostile = "<script>alert(1)</script>"
    summary = Summary.objects.get(slug="eef-feedback")
    draft = actions.open_edition(summary=summary)
    draft.title = draft.bottom_line = draft.impact_native = hostile
    draft.save()
    actions.submit(edition=draft, change_note="A test.")
    actions.publish(edition=draft)
    published.check(now=True)
    assert hostile not in render_cards([draft.pk])
    assert hostile not in render_cards([draft.pk], search("script"))


def test_a_worker_remembers_the_cards_used_last_and_no_more(monkeypatch):
    monkeypatch.setattr("evidence.find.cards.MAX_CARDS", 10)
    rendered: list[int] = []

    def card_data(edition: Edition) -> dict[str, Any]:
        rendered.append(edition.pk)
        return {}

    monkeypatch.setattr("evidence.find.cards.card_data", card_data)
    published.set_snapshot(published.load(None))
    keys = current_catalogue().newest.keys[:12]
    for key in (*keys[:10], keys[0], *keys[10:], keys[0], keys[1]):
        render_cards([key])
    assert rendered == [*keys, keys[1]]


def test_json_keeps_its_promise(client):
    answer = client.get("/evidence.json?q=mentoring&centre=eef&centre=yef").json()
    always = {"count", "page", "pages", "ignored", "results", "facets"}
    how_words_were_read = {"corrected", "loose", "wishes", "unknown", "unread"}
    assert set(answer) == always | how_words_were_read
    assert set(client.get("/evidence.json").json()) == always
    assert set(answer["results"][0]) == {
        "id", "url", "title", "centre", "policy_areas", "impact", "strength", "cost", "updated",
        "missing", "doubts", "confirmed_by_centre_on",
    }  # fmt: skip
    assert {row["centre"] for row in answer["results"]} <= {"eef", "yef"}
    centres = {option["value"]: option for option in answer["facets"]["centre"]}
    assert centres["eef"]["selected"]
    assert centres["taso"]["count"] > 0  # what ticking it would give
    assert not centres["taso"]["selected"]


def test_page_json_and_csv_are_one_list(client):
    query = "policy_area=homelessness&sort=title"
    answer = client.get(f"/evidence.json?{query}").json()
    text = client.get(f"/evidence.csv?{query}").getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    page = client.get(f"/evidence/?{query}").text.split('class="cards"')[1]
    ids = [row["id"] for row in answer["results"]]
    assert [row["id"] for row in rows][: len(ids)] == ids
    assert len(rows) == answer["count"]
    found = [page.index(f'href="/evidence/{slug}/"') for slug in ids]
    assert found == sorted(found)


def test_no_figure_leaves_without_its_source_and_no_cell_is_a_formula(client):
    text = client.get("/evidence.csv").getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == number_of("")
    assert all(row["source"].startswith("http") for row in rows)
    assert all(harmless(plain(cell)) == cell for row in rows for cell in row.values())
    assert any(row["effect_in_the_centres_words"] == "+4 months" for row in rows)
    assert any(row["cost_in_the_centres_words"] == "not stated" for row in rows)
    columns = {
        "effect": "effect", "strength": "strength", "cost": "cost", "studies": "number_of_studies",
        "date": "date_of_the_version_read", "place": "countries",
    }  # fmt: skip
    cells = {row["id"]: row for row in rows}
    for key in current_catalogue().everything:
        one = edition(key)
        for field, column in columns.items():
            cell, lack = cells[one.summary.slug][column], one.lack_of(field)
            assert cell == lack if lack else cell not in {"Not rated", "Not assessed", "not stated"}


def test_every_doubt_is_on_card_page_csv_and_json_and_no_other_is_on_any(client):
    """Of each summary, whether it has doubts or none."""
    text = client.get("/evidence.csv").getvalue().decode("utf-8-sig")
    cells = {row["id"]: row["doubts"] for row in csv.DictReader(io.StringIO(text))}
    last = client.get("/evidence.json").json()["pages"]
    pages = [client.get(f"/evidence.json?page={number}").json() for number in range(1, last + 1)]
    rows = {row["id"]: row["doubts"] for page in pages for row in page["results"]}
    assert len(cells) == len(rows) == number_of("")
    for key in current_catalogue().everything:
        one = edition(key)
        slug, labels = one.summary.slug, [str(Doubt(doubt).label) for doubt in one.doubts]
        head = render_to_string("evidence/partials/summary_head.html", summary_context(one))
        row = render_to_string("evidence/partials/rated_row.html", {"edition": one})
        assert (cells[slug], rows[slug]) == ("; ".join(labels), one.doubts), slug
        decision = render_to_string("evidence/partials/find_row.html", {"edition": one})
        assert ("None recorded" in decision) == (not labels), slug
        for html in (render_cards([key]), head, row, decision):
            assert all(escape(label[1:]) in html for label in labels), slug
            assert sum(label[1:] in html for label in Doubt.labels) == len(labels), slug


def test_a_draft_is_nowhere_public(client):
    summary = Summary.objects.get(slug="eef-feedback")
    draft = actions.open_edition(summary=summary)
    secret = "Qzxsecret"
    draft.title = draft.bottom_line = secret
    draft.save()
    published.check(now=True)
    addresses = [
        "/", "/evidence/?centre=eef", f"/evidence/?q={secret}&sort=title", "/evidence/eef-feedback/",
        "/evidence/eef-feedback/history/", "/evidence.json", "/sitemap-1.xml", "/centres/eef/",
    ]  # fmt: skip
    for address in addresses:
        page = client.get(address).text
        assert secret not in page.replace(f"“{secret}”", "").replace(
            f'value="{secret}"', ""
        ).replace(f"q={secret}", ""), address
    assert secret not in client.get("/evidence.csv").getvalue().decode()
    assert json.loads(client.get(f"/evidence.json?q={secret}").text)["count"] == 0


def test_words_are_searched_once_whatever_the_filters(client, monkeypatch):
    searched = []

    def counted(words: str, **options: Any) -> SearchResults:
        searched.append(words)
        return search(words, **options)

    monkeypatch.setattr("evidence.find.request.search", counted)
    published.set_snapshot(published.load(None))
    for query in ("", "centre=yef", "centre=yef&sort=newest", "strength=moderate"):
        client.get(f"/evidence/?q=mentoring&{query}")
    client.get("/evidence/?q=tutoring")
    assert searched == ["mentoring", "tutoring"]


def test_the_page_is_small(client):
    plain = client.get("/evidence/")
    assert len(plain.content) <= 120_000
    packed = client.get("/evidence/", headers={"accept-encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.content) <= 20_000


def test_words_stay_as_typed_until_other_words_are_typed(client):
    typed = {"q": "metacogniton", "centre": "eef"}
    assert "Showing results for" in client.get("/evidence/", typed).text
    kept = client.get("/evidence/", {**typed, "exact": "metacogniton"}).text
    assert "Showing results for" not in kept
    assert '<input type="hidden" name="exact" value="metacogniton">' in kept
    other = client.get("/evidence/", {"q": "restoritive justice", "exact": "metacogniton"}).text
    assert "Showing results for" in other
    assert 'name="exact"' not in other


def test_a_corrected_search_and_the_way_back_from_it_keep_the_filters(client):
    page = client.get("/evidence/", {"q": "metacogniton", "centre": "eef"}).text
    note = page.split('<p class="query-note">')[1].split("</p>")[0]
    assert 'href="/evidence/?q=metacognition&amp;centre=eef"' in note
    assert 'href="/evidence/?q=metacogniton&amp;exact=metacogniton&amp;centre=eef"' in note
    assert ">metacogniton</a>" in note


def test_facets_count_within_what_the_words_find(client):
    found = json.loads(client.get("/evidence.json?q=mentoring").content)
    centres = {one["value"]: one["count"] for one in found["facets"]["centre"]}
    assert sum(centres.values()) == found["count"] < number_of("")
    within = json.loads(client.get("/evidence.json?q=mentoring&centre=yef").content)
    assert within["count"] == centres["yef"]


def test_relevance_is_an_order_only_where_there_are_words(client):
    assert ">Relevance</option>" in client.get("/evidence/?q=mentoring").text
    assert ">Relevance</option>" not in client.get("/evidence/").text


@pytest.mark.parametrize(("words", "found"), [("bail for burglars", True), ("xqzt", False)])
def test_who_finds_nothing_is_told_so_with_ways_on(client, words, found):
    page = client.get("/evidence/", {"q": words, "kind": "toolkit-strand"}).text
    if found:
        assert "Nothing here is quite about this" in page or "<mark>" in page
    else:
        assert "Nothing matches all of this" in page
        assert "without the words “xqzt”" in page
        assert 'ask <a href="/centres/">the centre for your field</a>' in page


def test_who_finds_little_is_sent_to_the_centre_that_has_most_on_the_nearest_topics(client):
    page = client.get("/evidence/", {"q": "fly tipping in rented homes of rough sleepers"}).text
    assert "only loosely related" in page
    assert "Nearest topics: " in page
    note = page.split("Or ask ")[1].split("which knows")[0]
    assert 'href="/centres/chi/">Centre for Homelessness Impact</a>' in note


WELSH = {
    "digartrefedd": "homelessness", "addysg": "schools", "plismona": "police", "iechyd meddwl": "mental",
    "plant mewn gofal": "care", "cyflogaeth": "employment", "tlodi": "poverty", "trais": "violence",
    "pobl hŷn": "older", "unigrwydd": "lonely", "band eang": "broadband", "trafnidiaeth": "transport",
}  # fmt: skip


@pytest.mark.parametrize(("welsh", "english"), WELSH.items())
def test_the_main_themes_are_found_in_welsh(client, welsh, english):
    found = json.loads(client.get("/evidence.json", {"q": welsh}).content)
    same = json.loads(client.get("/evidence.json", {"q": english}).content)
    assert not found["loose"]
    assert {one["id"] for one in found["results"]} & {one["id"] for one in same["results"]}


def test_the_passage_that_matches_is_shown_with_its_words_marked(client):
    page = client.get("/evidence/", {"q": "mentoring", "centre": "yef"}).text
    assert "<mark>Mentoring</mark></a>" in page  # in a title
    # Where neither title nor bottom line has the words, a sentence of the edition that does is added.
    assert '<span class="card__passage">' in client.get("/evidence/?q=mentoring").text
    assert "card__passage" not in client.get("/evidence/").text


def test_a_word_that_goes_with_any_subject_leads_to_no_topic(client):
    page = client.get("/evidence/", {"q": "xqzt -support"}).text
    assert "Nothing matches all of this" in page
    assert "nearest topics" not in page
    assert 'ask <a href="/centres/">the centre for your field</a>' in page
    assert 'href="/topics/">topic</a>' in page


def test_where_nothing_can_be_filtered_there_are_no_filters(client):
    nothing = client.get("/evidence/?q=xqzt").text
    assert "Apply filters" not in nothing
    assert 'href="#filters"' not in nothing
    # What narrows it can be taken back, though nothing is left to count.
    assert "Clear filters" in client.get("/evidence/?q=xqzt&centre=eef").text


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("EEF", "eef"),
        ("foundations", "foundations"),
        ("College of Policing", "college-of-policing"),
    ],
)
def test_the_name_of_a_centre_alone_shows_all_of_its_evidence_and_leads_to_it(client, name, slug):
    page = client.get("/evidence/", {"q": name}).text
    assert "only loosely related" not in page
    assert f'This is the evidence of <a href="/centres/{slug}/">' in page
    found = client.get("/evidence.json", {"q": name}).json()
    assert found["count"] == number_of(f"centre={slug}")
    assert {one["centre"] for one in found["results"]} == {slug}
    assert "This is the evidence of" not in client.get("/evidence/", {"q": f"{name} cost"}).text


def test_a_list_about_an_approach_leads_to_what_the_centres_say_of_it_side_by_side(client):
    link = '<a href="/approaches/mentoring/">Mentoring: what 7 centres say, side by side</a>'
    for query in ("q=Mentoring", "q=role+models", "approach=mentoring"):
        assert link in client.get(f"/evidence/?{query}").text
    for query in ("q=mentoring+homework", "q=", "approach=street-outreach"):
        assert "side by side</a>" not in client.get(f"/evidence/?{query}").text


def test_a_filter_by_cost_or_strength_says_how_much_it_leaves_out_for_want_of_a_rating(client):
    page = client.get("/evidence/?q=youth+violence&strength_at_least=moderate&cost=2").text
    address = "/evidence/?q=youth+violence&amp;strength_at_least=moderate&amp;cost=not-stated"
    assert re.search(
        rf'Left out: <a href="{re.escape(address)}">\d+ with no common level of cost</a>', page
    )
    unrated = "/evidence/?q=youth+violence&amp;strength=not-rated&amp;cost=2"
    assert "with no common level of strength" not in page or unrated in page
    page = client.get("/evidence/?q=youth+violence&strength_at_least=moderate").text
    number = re.search(r'strength=not-rated">(\d+) with no common level of strength', page)
    assert number
    query = {"q": "youth violence", "strength": "not-rated"}
    assert client.get("/evidence.json", query).json()["count"] == int(number[1])
    assert "Left out: " not in client.get("/evidence/?q=youth+violence").text
    assert "Left out: " not in client.get("/evidence/?cost=not-stated").text


def test_the_answer_says_all_where_all_found_the_same(client):
    query = next(
        f"strength_at_least=high&setting={slug}"
        for slug in current_catalogue().facets["setting"].bits
        if number_of(f"strength_at_least=high&setting={slug}")
        == number_of(f"strength_at_least=high&setting={slug}&impact=beneficial")
        > 2
    )
    page = client.get(f"/evidence/?{query}").text
    assert f"All {number_of(query)} of these found a benefit overall." in page


def test_a_list_can_leave_single_studies_out(client):
    studies = Kind.objects.filter(rests_on="one-study").values_list("slug", flat=True)
    of_all = client.get("/evidence.json?q=summer+schools")
    page = client.get("/evidence/?q=summer+schools").content.decode()
    address = re.search(r'href="([^"]+)">Leave single studies out', page)
    assert address
    others = client.get(unescape(address[1])).content.decode()

    assert "Leave single studies out" not in others
    left = client.get(unescape(address[1]).replace("/evidence/", "/evidence.json")).json()["count"]
    assert 0 < left < of_all.json()["count"]
    assert not any(f"kind={slug}" in address[1] for slug in studies)


def test_no_page_keeps_what_was_published_before_in_memory(rf):
    """It goes when the next snapshot takes its place, not with the next full garbage collection, which is seldom."""
    gc.collect()  # searches of other tests
    snapshot = weakref.ref(published.current())
    gc.disable()
    try:
        # Not with the test client, which keeps every answer and its context.
        for view in VIEWS:
            find(rf.get(f"/evidence/?q=tutoring&topic=attainment&view={view}"))
        published.set_snapshot(None)
        assert snapshot() is None
        # What a search found holds the parts of the snapshot: all texts and bitmaps.
        assert not [one for one in gc.get_objects() if isinstance(one, Ranking)]
    finally:
        gc.enable()
