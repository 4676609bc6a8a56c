"""The network's pages, with the shipped data set, as a reader meets them."""

import re

import pytest
from django.urls import reverse
from django.utils.html import escape

from centres.models import (
    Centre,
    NetworkEvent,
    NetworkFunction,
    NetworkStatement,
    NetworkTotal,
    PolicyArea,
    Publication,
    RatingReference,
    RatingScale,
)
from tests.reading_pages import plain, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]


def part(client, address: str, heading: str) -> str:
    """Return the text from a heading of level 2 to the next one."""
    markup = client.get(address).content.decode()
    sections = re.split(r"<h2[^>]*>", markup)
    return next(plain(s) for s in sections if plain(s.partition("</h2>")[0]).startswith(heading))


# Centres


def test_members_of_today_stand_apart_from_those_of_the_past(client):
    centres = part(client, "/centres/", "What Works Centres")
    affiliates = part(client, "/centres/", "Affiliates")
    former = part(client, "/centres/", "Former members")
    for centre in Centre.objects.all():
        shown = {"what-works-centre": centres, "affiliate": affiliates, "former": former}
        assert [status for status, text in shown.items() if centre.name in text and centre.description in text] == [
            centre.status
        ]  # fmt: skip


def test_a_former_member_says_when_and_why_it_left_and_who_followed(client):
    text = text_of(client, "/centres/eif/")
    assert "This is a former member of the What Works Network." in text
    assert "Left: December 2022. Merged with What Works for Children's Social Care" in text
    assert "Followed by Foundations" in text
    unknown = text_of(client, "/centres/wws/")
    assert "Left: not stated" in unknown
    assert "Its funding ran to December 2018." in unknown


@pytest.mark.parametrize(
    "slug", ["nice", "eef", "foundations", "yff", "maps", "wellbeing", "ppiw"]
)  # fmt: skip
def test_a_centre_shows_all_that_is_known_of_it(client, slug):
    centre = Centre.objects.get(slug=slug)
    text = text_of(client, f"/centres/{slug}/")
    known = [
        *(centre.description, centre.get_status_display(), centre.policy_area_label),
        *(centre.legal_form, centre.founded_note, centre.joined_note, centre.nations_note),
        *(centre.left_reason, centre.became_full_member_note, *centre.nations),
        *(note.text for note in centre.notes.all()),
        *(name.name for name in centre.other_names.all()),
        *(one.name for one in [*centre.predecessors.all(), *centre.successors.all()]),
        *(f"{host.organisation} {host.organisation.get_sector_display()}" for host in centre.hosts.all()),
        *(host.role for host in centre.hosts.all()),
        *(f"{funder.organisation} {funder.get_kind_display()}" for funder in centre.funders.all()),
        *(event.title for event in centre.events.all()),
        *(scale.name for scale in centre.rating_scales.all()),
    ]  # fmt: skip
    assert [fact for fact in known if " ".join(fact.split()) not in text] == []


def test_money_and_years_that_were_not_read_are_said_to_be_missing(client):
    text = part(client, "/centres/eef/", "Who pays for it")
    assert "£125 million 2011" in text
    assert "£30.4 million 2021-22" in text
    assert "Not government amount not stated not stated" in text
    assert "2013 to 2020" in part(client, "/centres/wwg/", "Who hosts it")
    assert "from 2013" in part(client, "/centres/wwg/", "Who hosts it")
    assert "until 2021" in part(client, "/centres/taso/", "Who hosts it")


def test_dates_are_no_more_precise_than_what_was_read(client):
    text = part(client, "/centres/wcpp/", "Its place in the network")
    assert "Founded October 2017" in text
    assert "Became a full What Works Centre not stated After 29 November 2023." in text
    assert "Founded 2018" in part(client, "/centres/chi/", "Its place in the network")


def test_a_centre_without_a_scale_says_why(client):
    text = part(client, "/centres/ageing-better/", "How it rates evidence")
    assert "No rating scale was found." in text
    assert "not rated" in text


def test_every_source_of_a_centre_is_linked(client):
    centre = Centre.objects.get(slug="college-of-policing")
    markup = client.get(centre.get_absolute_url()).content.decode()
    for url in centre.sources:
        assert f'href="{url.replace("&", "&amp;")}"' in markup


# Policy areas


def test_policy_areas_stand_in_order_of_spending_and_the_unknown_last(client):
    text = part(client, "/policy-areas/", "Indicative public spending")
    labels = [
        *("Health and social care £188.469 billion", "Educational achievement £59.6 billion"),
        *("Public services in Wales £27.5 billion", "Crime reduction £18.662 billion"),
        *("Children and families £15.6 billion", "Homelessness £2.2 billion"),
        *("Local economic growth £1.8 billion", "Higher education £292 million"),
        *("Youth offending £109 million", "Financial wellbeing £76 million"),
        *("Improving quality of life for older people not known", "Youth employment not known"),
    ]
    places = [text.find(label) for label in labels]
    assert -1 not in places
    assert places == sorted(places)


def test_bars_are_in_proportion_and_the_smallest_can_still_be_seen(client):
    markup = client.get("/policy-areas/").content.decode()
    bars = re.findall(r'class="bar".*?width="([\d.]+)"', markup)
    assert [float(bar) for bar in bars] == [
        100,
        31.62,
        14.59,
        9.9,
        8.28,
        1.17,
        0.96,
        0.5,
        0.5,
        0.5,
    ]
    assert "3 bars would be too short to see" in plain(markup)


def test_the_page_says_that_the_figures_are_not_the_networks(client):
    text = text_of(client, "/policy-areas/")
    assert "How that splits by area has not been published" in text
    assert "must not be added up" in text
    assert "“Not known” is not zero" in text
    for field in ("_gbp_bn", "in_sum", ".yaml"):
        assert field not in text


def test_every_figure_with_its_parts_and_context_has_scope_year_confidence_and_source(client):
    response = client.get("/policy-areas/").content.decode()
    text = plain(response)
    for area in PolicyArea.objects.prefetch_related("figures"):
        own = text_of(client, area.get_absolute_url())
        for figure in area.figures.all():
            for page in (text, own):
                assert " ".join(figure.scope.split()) in page
                assert figure.year in page
            for url in figure.sources:
                assert f'href="{url.replace("&", "&amp;")}"' in response
    assert "Context only: £150.7 billion" in text
    assert "Part of the area: £25.2 billion" in text
    assert "Context only: £820 million, over more than one year" in text


def test_an_area_names_its_centre_its_former_members_and_its_approaches(client):
    text = text_of(client, "/policy-areas/children-and-families/")
    assert "The network’s member for it Foundations , a What Works Centre" in text
    assert "Early Intervention Foundation , a former member" in text
    assert re.search("Summaries by centre Foundations [0-9]+ summaries , NICE", text)
    assert "Approaches that are assessed more than once" in text
    assert "Our label; GOV.UK leaves the cell empty." in text_of(
        client, "/policy-areas/public-services-in-wales/"
    )


# Ratings


def test_every_step_of_every_scale_is_shown_with_its_rule(client):
    response = client.get("/ratings/").content.decode()
    text = plain(response)
    for scale in RatingScale.objects.prefetch_related("levels", "dimensions"):
        assert f'id="{scale.slug}"' in response
        said = [scale.name, scale.unit, scale.note, scale.contestable, scale.levels_from]
        for level in scale.levels.all():
            said += [f"{level.label} {level.meaning}".strip(), level.reason]
        said += [dimension.meaning for dimension in scale.dimensions.all()]
        assert [one for one in said if " ".join(one.split()) not in text] == []


@pytest.mark.parametrize(
    ("complete", "said"),
    [
        (True, "Every step is listed here."),
        (False, "Not complete: more steps exist, or may exist, than could be read."),
        (None, "Whether more steps exist is not stated."),
    ],
)
def test_a_scale_says_whether_all_its_steps_are_known(client, complete, said):
    markup = client.get("/ratings/").content.decode()
    scales = RatingScale.objects.filter(complete=complete, form="ladder", centre__isnull=False)
    assert scales
    for scale in scales:
        section = markup.partition(f'id="{scale.slug}"')[2].partition("</section>")[0]
        assert said in plain(section)
    assert not re.search(r"step \d+ of \d+", plain(markup))


def test_the_matrix_shows_the_centres_own_words_for_a_common_level(client):
    text = part(client, "/ratings/", "Strength in every centre’s own words")
    assert (
        "EEF: Toolkit evidence strength (padlocks) 5 padlocks (very extensive) 4 padlocks" in text
    )
    assert "NICE: GRADE (certainty of evidence for an outcome) – no step High Moderate Low" in text
    assert "CHI: Intervention Tool ratings (not complete)" in text


def test_centres_without_a_scale_and_scales_of_others_are_listed(client):
    none = part(client, "/ratings/", "Centres without a scale")
    for centre in Centre.objects.exclude(unrated_note=""):
        assert f"{centre.name} {centre.unrated_note}" in none
    others = part(client, "/ratings/", "Scales of others")
    assert "Nesta Standards of Evidence" in others
    assert "Used by National Institute for Health and Care Excellence" in others


# The network


def test_the_networks_page_holds_everything_that_is_known_of_it(client):
    text = text_of(client, "/network/")
    said = [
        *(event.sentence for event in NetworkEvent.objects.all()),
        *(event.date_note for event in NetworkEvent.objects.all()),
        *(total.note for total in NetworkTotal.objects.all()),
        *(publication.title for publication in Publication.objects.all()),
        *(function.sentence for function in NetworkFunction.objects.all()),
        *(f"{one.title} {one.sentence}" for one in NetworkStatement.objects.all()),
        *("Evaluation Task Force", "IMPACT", "Independent", "Dormant Assets Scheme"),
        *("more than £250 billion", "What could not be found", "David Halpern as National Adviser"),
    ]
    assert [one for one in said if " ".join(one.split()) not in text] == []
    assert text.count("Update to the network's page") > 10


def test_full_centres_are_told_apart_from_all_members_together(client):
    text = part(client, "/network/", "Members and spending at each date")
    assert "4 March 2013 6 full centres £200 billion" in text
    assert "20 February 2023 13 members of every kind together not stated" in text
    assert "9 full centres 3 affiliates 0 associates More than £250 billion" in text


def test_the_timeline_is_grouped_by_year_and_complete(client):
    text = part(client, "/network/", "Timeline since 1999")
    assert "65 events" in text
    years = re.findall(r'timeline__year">(\d{4})<', client.get("/network/").content.decode())
    assert years == sorted(set(years))
    assert (years[0], years[-1]) == ("1999", "2024")


def test_a_kind_of_event_narrows_the_timeline_and_keeps_undated_events_in_their_year(client):
    response = client.get("/network/?kind=page-update")
    text = plain(response.content.decode())
    count = NetworkEvent.objects.filter(kind="page-update").count()
    assert f"{count} events of the kind selected" in text
    years = re.findall(r'timeline__year">([^<]*)<', response.content.decode())
    assert years[0] == "2013"  # the first update has no date and follows the launch
    assert "NICE opens" not in text
    assert '<meta name="robots" content="noindex">' in response.content.decode()


def test_kinds_add_up_and_each_says_how_many_events_it_has(client):
    text = part(client, "/network/?kind=people&kind=merger", "Timeline since 1999")
    assert "2 selected" in text
    assert "4 events of the kinds selected" in text
    assert "Centres merge 1" in text


@pytest.mark.parametrize("query", ["kind=nonsense", "kind=", "kind=%00", "kind=" + "x" * 5000])
def test_an_unknown_kind_is_left_out_with_a_notice(client, query):
    response = client.get(f"/network/?{query}")
    text = plain(response.content.decode())
    assert response.status_code == 200
    assert "Part of the address was left out" in text
    assert "65 events" in text


def test_the_updates_of_the_public_page_are_listed_newest_first(client):
    text = part(client, "/network/", "Updates to the network’s public page")
    updates = list(NetworkEvent.objects.filter(page_update=True).order_by("-order"))
    assert len(updates) == 19
    places = [text.find(update.sentence) for update in updates]
    assert places == sorted(places)
    assert places[0] > 0


# All of them


@pytest.mark.parametrize(
    "address",
    ["/centres/", "/centres/eef/", "/policy-areas/", "/policy-areas/homelessness/", "/ratings/", "/network/"],
)  # fmt: skip
def test_a_page_has_a_title_a_description_one_heading_and_a_way_back(client, address):
    markup = client.get(address).content.decode()
    assert len(re.findall("<h1", markup)) == 1
    assert re.search(r"<title>[^<]{5,} – What Works evidence portal</title>", markup)
    assert re.search(r'<meta name="description"\s+content="[^"]{40,}"', markup)
    assert 'aria-label="Breadcrumb"' in markup
    assert "style=" not in markup
    anchors = set(re.findall(r'href="#([^"]+)"', markup))
    assert anchors <= set(re.findall(r'id="([^"]+)"', markup))


@pytest.mark.parametrize("name", ["centres:centre", "centres:policy-area"])
def test_what_does_not_exist_is_not_found(client, name):
    assert client.get(reverse(name, args=["nowhere"])).status_code == 404


def test_what_to_read_on_ratings_is_listed_with_what_it_found(client):
    text = client.get("/ratings/").text
    for reference in RatingReference.objects.all():
        assert escape(reference.finding) in text
    assert "Further reading" in text
