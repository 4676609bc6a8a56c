import pytest

from evidence.editorial import actions
from tests.factories import make_draft, make_edition, publish_draft
from tests.reading_pages import text_of

pytestmark = pytest.mark.django_db


def test_a_summary_that_never_changed_says_so(client):
    edition = make_edition(updated="2025-03")

    text = text_of(client, f"{edition.get_absolute_url()}history/")

    assert "One edition has been published, and nothing has changed since." in text
    assert "made from the centre’s version of March 2025" in text


def test_each_edition_has_its_date_its_note_and_what_changed(client):
    first = make_edition(title="Mentoring", studies=46)
    second = make_draft(summary=first.summary, studies=62)
    publish_draft(second, change_note="Sixteen new studies.")

    text = text_of(client, f"{first.get_absolute_url()}history/")

    assert text.index("Edition 2") < text.index("Edition 1")
    assert "says today. Change note: Sixteen new studies." in text
    assert "Number of studies 46 62" in text
    assert "Superseded on" in text


def test_the_history_leaves_out_words_that_the_page_does_not_show(client):
    first = make_edition(studies=46, search_words=["naughty"])
    publish_draft(make_draft(summary=first.summary, studies=46, search_words=["buddies"]))
    publish_draft(make_draft(summary=first.summary, studies=62, search_words=["rowdy"]))

    text = text_of(client, f"{first.get_absolute_url()}history/")

    assert "Number of studies 46 62" in text
    assert text.count("Only words for the search changed.") == 1
    for words in ["Words that people use", "naughty", "buddies", "rowdy"]:
        assert words not in text


def test_the_history_of_a_withdrawn_summary_stays(client):
    edition = make_edition(title="Old advice")
    actions.withdraw(summary=edition.summary, reason="The review was retracted.")

    text = text_of(client, f"{edition.get_absolute_url()}history/")

    assert "It was withdrawn on" in text
    assert "The review was retracted." in text


def test_an_old_edition_can_still_be_read_and_says_that_it_is_old(client):
    first = make_edition(title="Mentoring", bottom_line="It cuts crime by 26%.")
    publish_draft(make_draft(summary=first.summary, bottom_line="It cuts crime by 21%."))

    response = client.get(f"{first.get_absolute_url()}history/1/")
    text = text_of(client, f"{first.get_absolute_url()}history/1/")

    assert text.startswith("This is edition 1, superseded on")
    assert "It cuts crime by 26%." in text
    assert b'<meta name="robots" content="noindex">' in response.content
    assert f'rel="canonical" href="http://testserver{first.get_absolute_url()}"'.encode() in (
        response.content
    )
    # What is cited is this edition, at an address that will go on saying the same.
    assert "edition 1, " in text
    assert f"http://testserver{first.get_absolute_url()}history/1/" in text


def test_an_open_edition_cannot_be_read_by_its_number(client):
    first = make_edition()
    make_draft(summary=first.summary)

    for number in [0, 2, 99999999999999999999]:
        assert client.get(f"{first.get_absolute_url()}history/{number}/").status_code == 404
    assert client.get(f"{first.get_absolute_url()}history/1/").status_code == 200
