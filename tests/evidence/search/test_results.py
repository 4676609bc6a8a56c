"""What a search says about its results, and that any query is answered."""

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from evidence.models import Edition
from evidence.search.concepts import MAX_CONCEPTS
from evidence.search.results import search
from evidence.search.words import LONGEST_QUERY
from portal import published
from tests.factories import make_edition

pytestmark = pytest.mark.django_db


# Queries that could be slow or fail: very many words, one very long word, only signs, and rare scripts and characters.
letters = st.text("abcdefghijklmnopqrstuvwxyzéŵ", min_size=2, max_size=12)
COSTLY = st.one_of(
    st.lists(letters, min_size=300, max_size=300).map(" ".join),
    st.lists(letters, min_size=300, max_size=300).map(" -".join),
    st.text("ab ", min_size=5000, max_size=5000),
    st.text("x", min_size=5000, max_size=5000),
    st.text("\"'-|&!()<>:*\\ ", max_size=600),
    st.lists(st.sampled_from(["OR", "-", '"', "|", "zither"]), max_size=300).map(" ".join),
    st.text("\x00\x01\x7f\ud7ff ", max_size=300),
    st.text("😀👩\u200d👧🏴\U000e0067 ", max_size=300),
    st.text("\u202e\u202b\u200fابتثשלום ﷺ", max_size=300),
    st.text("ﷺ", min_size=400, max_size=400),
    st.text(max_size=300),
    st.sampled_from(["a'b\\c%s%(x)s", "'; DROP TABLE x; --", "{0}{x}", "$$", "\\'"]),
)


class TestResults:
    def test_a_typing_error_is_read_as_what_was_meant(self) -> None:
        make_edition(slug="one", title="Orchestral practice")
        published.check(now=True)
        matches = search("orchestrl practice")
        assert (matches.corrected, bool(matches.bits)) == ("orchestral practice", True)
        as_typed = search("orchestrl", exact=True)
        assert (as_typed.corrected, as_typed.suggestion) == (None, "orchestral")
        assert not as_typed.bits

    def test_a_passing_mention_is_said_to_be_only_loosely_related(self) -> None:
        make_edition(
            slug="one", title="Clubs", bottom_line="Open to all.", caveats=["Bring a zither."]
        )
        published.check(now=True)
        assert search("zither").is_loosely_related
        make_edition(slug="two", title="Zither")
        published.check(now=True)
        assert not search("zither").is_loosely_related

    def test_request_words_alone_have_no_answer(self) -> None:
        """Any title may have them without answering anything."""
        make_edition(slug="one", title="Improve zithers")
        published.check(now=True)
        assert search("how to improve yourself").is_loosely_related
        assert not search("improve zithers").is_loosely_related
        assert not search("zithers").is_loosely_related

    def test_what_has_less_than_half_of_the_subjects_is_no_answer(self) -> None:
        make_edition(slug="one", title="Zither")
        published.check(now=True)
        assert not search("zither").is_loosely_related
        assert search("zither trumpet ukulele").is_loosely_related


@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(words=COSTLY)
@pytest.mark.parametrize("address", ["/evidence/", "/evidence.json"])
def test_any_query_is_answered_and_cut_to_a_bounded_size(
    client: Client, address: str, words: str
) -> None:
    if not Edition.objects.exists():
        make_edition(title="Zither")
        published.check(now=True)
    assert client.get(address, {"q": words}).status_code == 200
    query = search(words).query
    assert len(query.words) <= LONGEST_QUERY
    assert len(query.concepts) <= MAX_CONCEPTS
