"""What a list answers, in a sentence or two that are counted from the catalogue, and what in it found harm.

Nothing here is weighed or generated. `Answer.rule` says how it was counted.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from pyroaring import BitMap

from centres.vocabulary import Direction, Strength
from evidence.catalogue.documents import Documents
from evidence.catalogue.vocabulary import Vocabulary
from portal import published
from portal.addresses import address_of
from portal.kept import kept
from portal.templatetags.portal_tags import in_sentence

from .rendering import render_filled
from .results import Results

NAMED_HARMS = 3  # the others are behind a link
ANSWERS = (
    30  # the first so many results of a search: what is named is one of these that is an answer
)
MAX_NAMED = 1000  # that a worker remembers, because most lists name the same few
FOUND = {  # what a summary found, after "found"; the other directions are no verdict
    Direction.BENEFICIAL: "a benefit",
    Direction.MIXED: "mixed effects",
    Direction.NO_EFFECT: "no effect",
    Direction.HARMFUL: "harm",
}


@dataclass(frozen=True)
class Named:
    """A summary that a sentence names, with its rating as the portal and its centre word it."""

    title: str
    url: str
    centre: str
    strength: str  # the label of the common level, as in a sentence
    native: str  # the centre's own wording; empty if it gives none


@dataclass(frozen=True)
class Answer:
    """The sentences above a list."""

    counted: str
    strongest: Named | None  # of those that the sentence counts, if any of them is rated
    equals: str  # how many have the same common level; empty if no other has
    of: str  # what is strongest: "evidence of a benefit"
    is_about_words: (
        bool  # whether only what is about the words that were typed can be the strongest
    )
    rule: str


@dataclass(frozen=True)
class Harms:
    """What in a list found harm, the strongest first."""

    label: str
    named: Sequence[Named]
    all_url: str  # of all of it; empty if all are named
    all_label: str


def render_answer(results: Results) -> SafeString:
    """Return what stands above a list: what it answers, and what in it found harm. It is kept for all pages of the list."""

    def render() -> str:
        context = {"answer": answer(results), "harms": harms(results)}
        return render_filled("evidence/partials/find_answer.html", context)

    return mark_safe(kept(("answer", results.key), render))  # noqa: S308 - a template rendered it


def answer(results: Results) -> Answer | None:
    """Return what a list of several summaries answers, or None if nothing was asked or what was found is only related."""
    matches = results.matches
    if not results.is_narrowed or results.count < 2:
        return None
    if matches is not None and (matches.is_loosely_related or matches.address):
        return None
    scope = _Scope.of(results)
    asked = _asked(results)
    if asked:
        hits = results.selection.bits & _union(scope.bits, asked)
        of = "evidence of this"
        counted = _hits_in_words(len(hits), results.count, asked, scope)
    else:
        hits = results.selection.bits & scope.bits[Direction.BENEFICIAL]
        of = "evidence of a benefit"
        counted = _tally_in_words(results, scope)
    is_verdict = not asked or any(one in FOUND for one in asked)
    about = _about(results)
    hits = hits if about is None else hits & about
    strongest, equals = _strongest(results, hits) if is_verdict else (None, "")
    return Answer(counted, strongest, equals, of, about is not None, scope.rule)


def harms(results: Results) -> list[Harms]:
    """Return what found harm in a list, whatever its order and page; nothing where all of it did."""
    selection, facet = results.selection, results.catalogue.facets["outcome_effect"]
    harmful = selection.bits & facet.bits[Direction.HARMFUL]
    if not harmful or harmful == selection.bits:
        return []
    if "outcome" not in selection.chosen:
        return [_harms(results, f"Found harm {ON_ANY}", harmful, {})]
    here = harmful & selection.bits_of(facet)[Direction.HARMFUL]
    groups = [
        (f"Found harm {_on_outcomes(results)}", here, {}),
        ("Found harm on another outcome", harmful - here, {"outcome": ()}),
    ]
    return [_harms(results, label, bits, changes) for label, bits, changes in groups if bits]


def _harms(results: Results, label: str, bits: BitMap, changes: dict[str, Any]) -> Harms:
    about = _about(results)
    among = bits if about is None else bits & about
    keys = results.catalogue.editions(among, "strength", 0, NAMED_HARMS)
    all_url = all_label = ""
    if len(bits) > len(keys):
        harmful = (Direction.HARMFUL.value,)
        wider = results.selection.without(*changes).choose("outcome_effect", harmful)
        all_url = results.url(**changes, outcome_effect=harmful)
        any_outcome = " on any outcome" if changes else ""
        every = "all " if wider.count > 1 else ""
        all_label = f"{every}{wider.count:,} that found harm{any_outcome}"
    return Harms(label, _named(keys), all_url, all_label)


def _about(results: Results) -> BitMap | None:
    """Return what in a list is about the words that were typed, or None if none were: a word alone may lead far away."""
    matches = results.matches
    if matches is None or matches.address or matches.query.names_no_subject:
        return None
    return BitMap(matches.answers(ANSWERS)) & results.selection.bits


ON_ANY = "on at least one outcome"


@dataclass(frozen=True)
class _Scope:
    """What an answer speaks of: the findings on the outcomes that are chosen, those on any outcome, or the overall effect."""

    bits: Any  # the editions of each direction
    words: str
    rule: str

    @classmethod
    def of(cls, results: Results) -> "_Scope":
        selection, facets = results.selection, results.catalogue.facets
        if "outcome" in selection.chosen or "outcome_effect" in selection.chosen:
            words = _on_outcomes(results) if "outcome" in selection.chosen else ON_ANY
            rule = f"A summary counts once for each direction that it reports {words}."
            return cls(selection.bits_of(facets["outcome_effect"]), words, rule)
        rule = (
            "Each summary counts once, by its overall effect. That is the verdict of its centre, except where a doubt says "
            "that it is our reading or another organisation’s."
        )
        return cls(facets["impact"].bits, "overall", rule)


def _on_outcomes(results: Results) -> str:
    labels = results.catalogue.facets["outcome"].labels
    return f"on {_or(in_sentence(labels[one]) for one in results.selection.chosen['outcome'])}"


def _asked(results: Results) -> Sequence[str]:
    """Return the directions that filters or words ask for; all others are no question of direction."""
    chosen = results.selection.chosen
    wished = (wish.values for wish in results.wishes if wish.parameter == "impact")
    asked = chosen.get("outcome_effect") or chosen.get("impact") or next(wished, ())
    return [one for one in asked if one in Direction]  # the others say why there is none


def _hits_in_words(hits: int, total: int, asked: Sequence[str], scope: _Scope) -> str:
    verdicts = [Direction(one) for one in Direction.values if one in asked]
    if not hits:
        labels = _or(f"“{one.label}”" for one in verdicts)
        return f"None of these {total:,} has the verdict {labels} {scope.words}."
    found = [FOUND[one] for one in verdicts if one in FOUND]
    if len(found) < len(verdicts):
        found.append("too little to give a verdict")
    number = _all_of(total) if hits == total else f"{hits:,} of these {total:,}"
    return f"{number} found {_or(found)} {scope.words}."


def _all_of(total: int) -> str:
    return "Both of these" if total == 2 else f"All {total:,} of these"


def _tally_in_words(results: Results, scope: _Scope) -> str:
    bits, total = results.selection.bits, results.count
    having = {one: bits & scope.bits[one] for one in FOUND}
    found = [f"{len(having[one]):,} {words}" for one, words in FOUND.items() if having[one]]
    silent = total - len(BitMap.union(*having.values()))
    if not found:
        return f"None of these {total:,} gives a verdict on the effect {scope.words}."
    without = f"; {silent:,} {'gives' if silent == 1 else 'give'} no verdict" if silent else ""
    if len(found) == 1 and not silent:
        return f"{_all_of(total)} found {found[0].partition(' ')[2]} {scope.words}."
    first, _, words = found[0].partition(" ")
    found[0] = f"{first} found {words}"
    return f"Of these {total:,}, {_and(found)} {scope.words}{without}."


def _strongest(results: Results, hits: BitMap) -> tuple[Named | None, str]:
    """Return the newest of those with the highest common level, and how many have that if several do; None if none is rated."""
    for level, _ in results.catalogue.steps("strength")[:-1]:
        if equals := level & hits:
            (named,) = _named(results.catalogue.newest.some(equals, 0, 1))
            return named, str(len(equals)) if len(equals) > 1 else ""
    return None, ""


def _union(bits: Any, values: Iterable[str]) -> BitMap:
    return BitMap.union(*(bits[value] for value in values))


def _named(keys: Iterable[int]) -> list[Named]:
    snapshot = published.current()

    def remember() -> Callable[[int], Named]:
        # Not the snapshot itself: that would hold itself, and go only with the next full garbage collection.
        return lru_cache(MAX_NAMED)(partial(_name, snapshot[Documents], snapshot[Vocabulary]))

    named = snapshot.get_or_make(Named, remember)
    return [named(key) for key in keys]


def _name(documents: Documents, vocabulary: Vocabulary, key: int) -> Named:
    document = documents.document(key)
    return Named(
        document.value("title"),
        address_of("evidence:summary", document.slug),
        vocabulary.network.centres[document.centre].short_name,
        str(Strength(document.value("strength")).label).lower(),
        document.value("strength_native"),
    )


def _or(words: Iterable[str]) -> str:
    return " or ".join(words)


def _and(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
