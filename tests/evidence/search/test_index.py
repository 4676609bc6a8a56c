"""The index follows every change of what is published, edition by edition, and finds what stands in the texts."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from centres.models import Centre
from evidence.catalogue.documents import Documents
from evidence.editorial import actions
from evidence.models import Approach, Edition, Outcome, Summary, SynonymGroup, Topic
from evidence.search.glossary import Glossary
from evidence.search.index import Text, TextIndex
from evidence.search.lexicon import labels_of, lexicon_of
from evidence.search.names import Titles
from evidence.search.phrases import term_of
from evidence.search.query import parse
from evidence.search.ranking import Ranking
from evidence.search.results import search
from evidence.search.suggestions import suggest
from evidence.search.words import Phrase
from portal import published
from portal.published import Snapshot
from tests.evidence.search.searching import found
from tests.factories import (
    make_approach,
    make_draft,
    make_edition,
    make_outcome,
    make_policy_area,
    make_topic,
    publish_draft,
)

pytestmark = pytest.mark.django_db


class TestTheIndexFollowsWhatIsPublished:
    def test_only_the_published_edition_of_a_summary_is_found(self) -> None:
        draft = make_draft(title="Zither lessons", slug="one")
        assert found("zither") == []
        first = publish_draft(draft)
        assert found("zither") == ["one"]
        publish_draft(make_draft(summary=first.summary, title="Tuba"))
        assert found("zither") == []
        assert found("tuba") == ["one"]
        actions.withdraw(summary=first.summary, reason="It was wrong.")
        assert found("tuba") == []

    @pytest.mark.parametrize("model", [Topic, Centre])
    def test_a_bulk_update_of_a_label_is_found_at_once(self, model: type) -> None:
        topic = make_topic("music")
        make_edition(slug="one", topics=[topic])
        if model is Topic:
            Topic.objects.filter(pk=topic.pk).update(also_known_as=["ukulele"])
        else:
            Centre.objects.update(name="Ukulele centre")
        assert found("ukulele") == ["one"]

    def test_other_words_for_an_approach_find_its_members(self) -> None:
        edition = make_edition(slug="one")
        make_approach("strumming", members=[edition], also_known_as=["finger picking"])
        assert found("finger picking") == ["one"]

    def test_a_member_that_moves_to_another_summary_takes_the_approach_along(self) -> None:
        one, other = make_edition(slug="one"), make_edition(slug="other")
        member = make_approach("strumming", members=[one]).memberships.get()
        assert found("strumming") == ["one"]
        member.summary = other.summary
        member.save()
        assert found("strumming") == ["other"]
        member.delete()
        assert found("strumming") == []

    def test_other_names_of_outcomes_and_policy_areas_are_found(self) -> None:
        make_outcome(also_known_as=["going straight"])
        area = make_policy_area(also_known_as=["law and order"])
        make_edition(slug="one", policy_areas=[area])
        assert found("going straight") == found("law and order") == ["one"]
        Outcome.objects.update(also_known_as=["ukulele"])
        type(area).objects.update(also_known_as=["banjo"])
        assert found("ukulele") == found("banjo") == ["one"]

    @pytest.mark.parametrize(
        "of", ["topic", "outcome", "policy area", "audience", "approach", "centre"]
    )
    def test_a_label_that_changes_is_found_where_it_is_used(self, of: str) -> None:
        edition = make_edition(slug="one")
        make_edition(slug="elsewhere", topics=[make_topic("tutoring")])
        row: Any = {
            "topic": edition.topics.get(),
            "outcome": edition.findings.get().outcome,
            "policy area": edition.policy_areas.get(),
            "audience": edition.audiences.get(),
            "approach": make_approach(members=[edition]),
            "centre": edition.summary.centre,
        }[of]
        setattr(row, "name" if of == "centre" else "label", "Zither")
        row.save()
        shared = {"one"} if of in {"topic", "approach"} else {"one", "elsewhere"}
        assert set(found("zither")) == shared

    def test_the_vocabulary_is_that_of_published_text(self) -> None:
        first = make_edition(title="Zither lessons", slug="one")
        make_edition(title="Zither concerts", slug="two")
        assert word("zither") == 2
        actions.withdraw(summary=first.summary, reason="It was wrong.")
        assert word("zither") == 1
        assert word("lessons") is None


def word(written: str) -> int | None:
    published.check(now=True)
    known = lexicon_of(published.current()).words.get(written)
    return known.documents if known else None


# Changed edition by edition


def content(snapshot: Snapshot) -> Any:
    """All that search holds of a snapshot, in plain values."""
    index, titles, glossary = snapshot[TextIndex], snapshot[Titles], snapshot[Glossary]
    return (
        {
            name: {term: set(bits) for term, bits in part.all(place)}
            for name, part, place in [
                *((place, index.postings, place) for place in sorted(index.postings.held)),
                *((f"{place}s", titles.postings, place) for place in sorted(titles.postings.held)),
            ]
            if part.held[place]
        },
        dict(index.words),
        index.documents,
        glossary.known,
        glossary.phrases.phrases,
        [first_found(words, snapshot) for words in ("zither", "school", "mentoring")],
    )


def first_found(words: str, snapshot: Snapshot) -> list[int]:
    ranking = Ranking(parse(words, lexicon_of(snapshot)), snapshot)
    return ranking.best_first(ranking.bits, 0, 400)


WORDS = st.lists(
    st.sampled_from(["zither", "band", "the", "rough", "sleeping", "school", "a-b", "held back"]),
    min_size=1,
    max_size=6,
).map(" ".join)
SLUGS = st.sampled_from(["eef-phonics", "eef-mentoring", "yef-mentoring", "eef-homework"])


def correct(slug: str, **changes: Any) -> None:
    summary = Summary.objects.get(slug=slug)
    draft = actions.open_edition(summary=summary)
    Edition.objects.filter(pk=draft.pk).update(**changes)
    draft.refresh_from_db()
    actions.submit(edition=draft, change_note="A test.")
    actions.publish(edition=draft)


def withdraw(slug: str) -> None:
    summary = Summary.objects.get(slug=slug)
    if summary.withdrawn_at is None:
        actions.withdraw(summary=summary, reason="A test.")


def rename(words: str) -> None:
    Topic.objects.filter(slug="mentoring").update(label=words, also_known_as=[words[:3]])
    Approach.objects.filter(slug="mentoring").update(label=f"{words} x")


def group(words: str) -> None:
    SynonymGroup.objects.create(order=9999, terms=[words, "zither band"])


CHANGES = st.one_of(
    st.tuples(
        st.just(correct), SLUGS, st.fixed_dictionaries({"title": WORDS, "bottom_line": WORDS})
    ),
    st.tuples(st.just(withdraw), SLUGS),
    st.tuples(st.just(rename), WORDS),
    st.tuples(st.just(group), WORDS),
)


@pytest.mark.usefixtures("dataset")
@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=st.lists(CHANGES, min_size=1, max_size=4))
def test_what_was_changed_edition_by_edition_is_what_would_be_built_anew(
    changes: list[tuple[Callable[..., None], Any]],
) -> None:
    first = published.current()
    before = content(first)
    for change, *arguments in changes:
        if change is correct and Summary.objects.get(slug=arguments[0]).withdrawn_at:
            continue
        if change is correct:
            correct(arguments[0], **arguments[1])
        else:
            change(*arguments)
        published.check(now=True)
    assert content(published.current()) == content(published.load(None))
    assert content(first) == before  # what others may still read has not changed


# What stands in the texts


@pytest.mark.usefixtures("dataset")
def test_a_term_is_found_where_it_stands_and_nowhere_else() -> None:
    """Every tenth term of several words, looked for in every text as a reader would."""
    snapshot = published.current()
    index, documents = snapshot[TextIndex], snapshot[Documents]
    texts = {key: Text.of(documents.document(key)).parts for key in documents.published.values()}
    phrases = snapshot[Glossary].phrases.phrases
    assert len(phrases) > 3000
    number = 0
    for phrase in sorted(phrases)[::10]:
        places = index._places(phrase)
        assert places == index._look_for(phrase)
        pattern = re.compile(" " + " ".join(one or r"[^ |]+" for one in phrase) + " ")
        naive = [
            {key for key, parts in texts.items() if any(map(pattern.search, parts[start:stop]))}
            for start, stop in ((0, 1), (1, 2), (2, 3), (0, 4))
        ]
        assert [set(bits) for bits in places] == naive, term_of(phrase)
        number += len(places.anywhere)
    assert number > 100


@pytest.mark.parametrize(
    ("phrase", "finds"),
    [
        (("zither", "band"), True),
        (("band", "zither"), False),
        (
            ("zither", "lesson"),
            False,
        ),  # one text ends with the first, another begins with the second
        (("lesson", "", "child"), True),  # any word may stand where a stop word does
        (("lesson", "child"), False),
        (("ither", "band"), False),
    ],
)
def test_words_that_follow_each_other_do_so_in_one_text(phrase: Phrase, finds: bool) -> None:
    make_edition(
        title="Zither band", bottom_line="Some zither", key_findings=["Lessons for children"]
    )
    published.check(now=True)
    assert bool(published.current()[TextIndex].places(phrase).anywhere) == finds


def test_what_a_search_and_a_suggestion_need_is_in_memory(django_assert_num_queries: Any) -> None:
    edition = make_edition(slug="one", title="Zither band")
    make_approach("strumming", members=[edition])
    published.check(now=True)
    with django_assert_num_queries(0):
        for words in ("zither", '"zither band"', "zithr unheardof -clubs", "strumming", "yef"):
            results = search(words)
            results.best_first(results.bits, 0, 20)
            assert results.is_loosely_related in (True, False)
            assert results.highlight("A zither.")
        assert suggest("zi")
        assert labels_of(published.current()).words


def test_a_query_of_many_compounds_is_answered() -> None:
    make_edition(slug="one", title="Wellbeing in the classroom, or well being in the class room")
    assert found("well being class room " * 15)[0] == "one"  # 2 to the power of 30 ways to write it
