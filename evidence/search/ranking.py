"""Ranks the published editions that match a query.

Which editions match is a matter of a few operations on bitmaps, however many they are. Only the best few hundred are given
an exact rank; the others follow in rough order. How ranks come about, and how good they are, is in docs/search.md. The
constants here were chosen by judged queries.
"""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, reduce
from heapq import heappop, heappush
from math import log, sqrt
from operator import and_
from typing import NamedTuple

from pyroaring import BitMap

from centres.published import Network
from evidence.catalogue.build import PublishedCatalogue
from evidence.catalogue.studies import resting_on
from evidence.models import Kind
from portal import published
from portal.kept import remembering

from .concepts import Concept
from .index import TextIndex
from .labels import Labels
from .lexicon import labels_of
from .postings import EMPTY, bytes_of
from .query import Query
from .words import Phrase

HALF_SCORE = 1.0  # the frequency at which a concept scores half, so that repeating one does not replace another
# How much a synonym counts, beside 1 for the words that were typed: and as a word of a title, beside another word of it.
SYNONYM, SYNONYM_IN_TITLE = 0.6, 0.3
PARTIAL = 0.3  # how much a word counts that says little without the rest of its term
PARTIAL_COVERAGE = 0.5  # how much of its concept such a word covers
# What is added to scores, which are at most 1: for words in the title, for a title that has the whole query, or all words that
# say what is asked for, or that was typed whole; and for a centre that is named in the query.
TITLE, TITLE_HAS_QUERY, TITLE_HAS_WORDS, WHOLE_TITLE, NAMED_CENTRE = 0.5, 0.8, 0.8, 0.8, 0.9
TITLE_HAS_REQUEST = 0.1  # besides, for each request word, such as "programmes"
# And for the words that people use, by the one phrase that is most like the query. Only the best without it are compared.
CALLED, COMPARED = 0.2, 12

# Which editions are left out, by the share of the query that they cover (by weight).
MIN_SHARE = 0.25  # those that cover less
MIN_OF_BEST = 0.3  # those that cover less, as a part of the best share of all
# Those with less than NEARLY_ALL, if at least ENOUGH_EDITIONS have that share.
NEARLY_ALL, ENOUGH_EDITIONS = 0.85, 200
# Those with less than MIN_BESIDE_ALL that have nothing of the query but in passing, if the first covers ALL of the query.
ALL, MIN_BESIDE_ALL = 0.999, 0.6

ANSWERS = 0.6  # the share of the query that what fits a wish must cover to come first
# What fits a wish gains a little. It comes first of what has ANSWERS, at least so much of the best rank, and as much of the
# query in its title or labels as anything. For whom is searched for as well, and what is for them gains a little more.
WISHED, OF_BEST, FOR_WHOM = 0.1, 0.6, 0.2
# Taken from the rank of a single study: who asks about a thing wants what sums it up first.
ONE_STUDY = 0.1

FIRST = 3  # results that are asked whether they agree
RARE = 50  # one in so many has an outcome that says most about what has it
RANKED = 200  # editions that are given an exact rank
TOGETHER = 30  # of the best are looked at together, where the page asks whether they are answers
# Concepts of which a worker remembers where they are, and the bytes of these: searches have most of their words in common.
MAX_REMEMBERED, MAX_BYTES = 200, 8_000_000
# Editions of which a concept remembers how much of it they have, before it begins anew, and the bytes that each takes.
MAX_COUNTED, BYTES_COUNTED = 300, 100
STEPS = 64  # in which shares of a query are counted


class Spots(NamedTuple):
    """The editions that have something, by where they have it."""

    title: BitMap = EMPTY
    approach: BitMap = EMPTY  # in the name of one
    subject: BitMap = EMPTY  # in that of a topic, outcome, policy area or audience
    findings: BitMap = EMPTY
    called: BitMap = EMPTY  # in the words that people use
    anywhere: BitMap = EMPTY  # in the name of its centre too


# How much a word counts by where it stands. What stands in several places counts for each.
PLACES = {
    "title": 1.0,
    "approach": 1.0,
    "subject": 0.4,
    "findings": 0.5,
    "called": 0.25,
    "anywhere": 0.05,
}
BOTTOM_LINE = 0.5  # for a typed word, besides what it counts as one of the findings


class RankedEdition(NamedTuple):
    """An edition that matches a query, with what its place in the list is due to."""

    edition: int  # its key
    rank: float
    covered: float  # the share of the query that it has, by weight: 0 to 1
    title_has_query: bool  # whether its title has the whole query
    called: float  # how much of the query is in one phrase that people use for it, and no other word: 0 to 1


class Ranking:
    """The published editions that match a query, the best first."""

    def __init__(
        self, query: Query, snapshot: published.Snapshot, *, within: BitMap | None = None
    ) -> None:
        """Look up a query in a snapshot; `within` leaves all other editions out of account."""
        self.query = query
        self._index = snapshot[TextIndex]
        self._catalogue = snapshot[PublishedCatalogue].catalogue
        centres, facets = snapshot[Network].centres, self._catalogue.facets
        of_centre = facets["centre"].bits
        self._named = _union(
            [of_centre[centres[key].slug] for key in query.centres if key in centres]
        )
        fitting = {
            wish: _union([facets[wish.parameter].bits[value] for value in wish.values])
            for wish in query.wishes
        }
        self._fitting = [bits for wish, bits in fitting.items() if not wish.is_searched]
        self._for_whom = [bits for wish, bits in fitting.items() if wish.is_searched]
        self._single_studies = resting_on(snapshot)[Kind.RestsOn.STUDY]
        look_up = _LookUp(self._index, labels_of(snapshot), within)
        concept_of = _concepts_of(snapshot) if within is None else look_up.concept
        self.concepts = [concept_of(concept) for concept in query.concepts]
        self._weight = sum(concept.weight for concept in query.concepts)
        self._excluded = _union([look_up.phrase(phrase).anywhere for phrase in query.excluded])

    @cached_property
    def bits(self) -> BitMap:
        """All editions that match."""
        return _union([bits for _, bits in self._levels])

    def best(self, number: int = RANKED) -> list[RankedEdition]:
        """Return the best of all, the best first: so many, but no more than RANKED."""
        return [self._best.about(edition) for edition in self._best_keys[:number]]

    @cached_property
    def _best_keys(self) -> list[int]:
        return list(filter(self.bits.__contains__, self._best.keys))

    def best_first(self, among: BitMap, start: int, stop: int) -> list[int]:
        """Return those that are in `among` and come from place `start` up to `stop`, the best first.

        After RANKED editions the order is rough, and of those that are about as good the newest come first.
        """
        wanted = self.bits & among
        everything = len(wanted) == len(self.bits)
        ranked = (
            self._best_keys
            if everything
            else self._rank(self._candidates(self._levels, wanted)).keys
        )
        found = ranked[start:stop]
        passed = len(ranked)
        if stop > passed and len(wanted) > passed:
            wanted -= BitMap(ranked)
            for tier in self._tiers(self._levels, wanted):
                first, last = max(0, start - passed), stop - passed
                passed += len(tier)
                if first < len(tier) and last > 0:
                    found += self._catalogue.newest.some(tier, first, last)
        return found

    def share_in_title_or_labels(self, edition: int) -> float:
        """Return the share of the query, by weight, that an edition has in its title or labels: 0 to 1."""
        weights = self._weights_of_best
        if edition not in self._looked_at:
            weights = self._weights_in_title_or_labels(BitMap([edition]))
        return weights.get(edition, 0) / self._weight if self._weight else 0

    @cached_property
    def _looked_at(self) -> BitMap:
        return BitMap(self._best_keys[:TOGETHER])

    @cached_property
    def _weights_of_best(self) -> Mapping[int, float]:
        return self._weights_in_title_or_labels(self._looked_at)

    def agreement(self, edition: int) -> float:
        """Return how rare an outcome is that an edition shares with another of the first three: 0 to 1.

        Where nothing else was found, nothing agrees or disagrees: 0.5.
        """
        if self._best_keys[:FIRST] == [edition]:
            return 0.5
        for rarity, bits, first in self._outcomes_of_first:
            if edition in bits and (len(first) > 1 or edition not in first):
                return rarity
        return 0.0

    @cached_property
    def _outcomes_of_first(self) -> list[tuple[float, BitMap, BitMap]]:
        """How rare each outcome is that some of the first three have, the rarest first; who has it, and which of the three."""
        first, everything = BitMap(self._best_keys[:FIRST]), len(self._catalogue.everything)
        outcomes = self._catalogue.facets["outcome"].bits.values()
        found = [(bits, bits & first) for bits in outcomes if bits.intersect(first)]
        found.sort(key=lambda one: len(one[0]))
        return [(min(1.0, log(everything / len(bits), RARE)), bits, some) for bits, some in found]

    # Which editions match. It is no circle: `_covering` has those that cover enough of the query, `_best` ranks the best of
    # these, what `_levels` leaves out depends on the first of them, and `bits` is all of `_levels`.

    @cached_property
    def _levels(self) -> list[tuple[float, BitMap]]:
        """The editions by the share of the query that they cover, the most first."""
        if self._best.keys and self._best.covered[self._best.keys[0]] >= ALL:
            # What has but a part of the query, and that in passing, is left out.
            return [
                (share, bits if share >= MIN_BESIDE_ALL else self._noted(bits))
                for share, bits in self._covering
            ]
        return self._covering

    def _noted(self, among: BitMap) -> BitMap:
        """Return which of these editions have a word of the query in their title, labels or findings."""
        return _union([concept.noted & among for concept in self.concepts])

    @cached_property
    def _covering(self) -> list[tuple[float, BitMap]]:
        """The same, before the rank of the first one is known."""
        if self.query.names_no_subject:
            return [(1.0, self._asked_for - self._excluded)]
        if not self.concepts:
            return []
        nearly_all = self._covering_at_least(NEARLY_ALL)
        if sum(len(bits) for _, bits in nearly_all) >= ENOUGH_EDITIONS:
            return nearly_all
        best = nearly_all[0][0] if nearly_all else 0
        found = self._covering_at_least(max(MIN_SHARE, MIN_OF_BEST * best))
        best = found[0][0] if found else 0
        return [(share, bits) for share, bits in found if share >= MIN_OF_BEST * best]

    @cached_property
    def _covered(self) -> BitMap:
        """The editions of all of these."""
        return _union([bits for _, bits in self._covering])

    @property
    def _asked_for(self) -> BitMap:
        """All of the named centres; or if the query has only wishes, what fits all of these, or any if nothing fits all."""
        if self.query.names_only_centres:
            return self._named
        wished = [*self._fitting, *self._for_whom]
        return reduce(and_, wished) or _union(wished)

    def _covering_at_least(self, least: float) -> list[tuple[float, BitMap]]:
        found = sums([part for concept in self.concepts for part in concept.parts()], least)
        if self._excluded:
            found = [(share, left) for share, bits in found if (left := bits - self._excluded)]
        return found

    # Which of them may be the best

    def _tiers(self, levels: Iterable[tuple[float, BitMap]], wanted: BitMap) -> Iterator[BitMap]:
        """Yield the editions in parts, in rough order: by how much they cover, and by where they have it."""
        best = max(value for value, _ in self._by_place)
        parts: list[tuple[float, int, BitMap]] = []  # a heap
        count = itertools.count()
        for share, bits in levels:
            while parts and -parts[0][0] >= share * best:  # no part of a level to come is as good
                yield heappop(parts)[-1]
            rest = bits & wanted
            for value, place in self._by_place:
                if not rest:
                    break
                if inside := rest & place:
                    heappush(parts, (-share * value, next(count), inside))
                    rest -= inside
            if rest:
                heappush(parts, (0, next(count), rest))
        while parts:
            yield heappop(parts)[-1]

    @cached_property
    def _titles_with_all(self) -> BitMap:
        """The editions that cover enough whose titles have every typed word but request words, or else but names of centres."""
        return self._titles_with(self.query.telling_stems) or self._titles_with(
            self.query.subject_stems
        )

    def _titles_with(self, stems: Sequence[str]) -> BitMap:
        return self._index.with_all_in_title(stems, self._covered) if stems else EMPTY

    @cached_property
    def _typed_titles(self) -> BitMap:
        """The editions that cover enough of the query and of whose titles every word was typed."""
        # How many of the words each title has, as the digits of a binary number.
        digits: list[BitMap] = []
        for bits in map(self._index.in_title, self.query.stems):
            carried = bits & self._covered
            for place, digit in enumerate(digits):
                if not carried:
                    break
                digits[place], carried = digit ^ carried, digit & carried
            if carried:
                digits.append(carried)
        whole = []
        for length, bits in self._index.title_lengths:
            if 0 < length < 2 ** len(digits):
                for place, digit in enumerate(digits):
                    bits = bits & digit if length >> place & 1 else bits - digit
                    if not bits:
                        break
                whole.append(bits)
        return _union(whole)

    @cached_property
    def _by_place(self) -> list[tuple[float, BitMap]]:
        """The editions that cover enough by where they have words of the query, with about the rank that this gives them."""
        if self.query.names_no_subject:
            return [(1.0, self._catalogue.everything)]
        covered = self._covered
        titles = [concept.title & covered for concept in self.concepts]
        return [
            (1.6, self._typed_titles),
            (1.5, reduce(and_, titles) if titles else covered),
            (1.0, self._named),
            (0.9, _union(titles)),
            (0.4, _union([concept.prominent & covered for concept in self.concepts])),
            (0.2, self._noted(covered)),
        ]

    def _candidates(self, levels: Iterable[tuple[float, BitMap]], wanted: BitMap) -> BitMap:
        """Return up to RANKED editions, among which the best are."""
        if len(wanted) <= RANKED:
            return wanted
        if self.query.names_no_subject:
            return BitMap(self._catalogue.newest.some(wanted, 0, RANKED))
        found = BitMap()
        for tier in self._tiers(levels, wanted):
            room = RANKED - len(found)
            found |= tier if len(tier) <= room else self._best_of(tier, room)
            if len(found) == RANKED:
                break
        return found

    def _best_of(self, tier: BitMap, number: int) -> BitMap:
        """Return so many editions of a tier: those that have what counts most, and of those alike the newest."""
        found = BitMap()
        for better in self._what_counts():
            room = number - len(found)
            if len(tier) <= room:
                return found | tier
            inside = _union([tier & one for one in better])
            if len(inside) > room:
                tier = inside
            elif inside:
                found |= inside
                tier -= inside
        return found | BitMap(self._catalogue.newest.some(tier, 0, number - len(found)))

    def _what_counts(self) -> Iterator[tuple[BitMap, ...]]:
        """Yield what makes some of a tier better than others, what matters most first: to be in one of some bitmaps."""
        yield (self._named,)
        yield from ((bits,) for bits in self._fitting)
        concepts = sorted(self.concepts, key=lambda concept: -concept.weight)
        for concept in concepts:
            yield (concept.typed.title,)
            yield (concept.synonyms.title,)
        for concept in concepts:
            for spots in (concept.typed, concept.synonyms):
                yield (spots.approach, spots.subject)
                yield (spots.findings,)
        yield (self._index.short_titles,)

    # How good they are

    @cached_property
    def _best(self) -> "_Ranked":
        return self._rank(self._candidates(self._covering, self._covered))

    def _rank(self, among: BitMap) -> "_Ranked":
        if self.query.names_no_subject:
            return self._rank_by_date(among)
        covered: dict[int, float] = {}
        for share, bits in self._covering:
            covered |= dict.fromkeys(bits & among, share)
        scores = self._scores(among)
        ranks = {edition: scores[edition] * share for edition, share in covered.items()}
        self._add_titles(ranks, among)
        for edition in self._named & among:
            ranks[edition] += NAMED_CENTRE * covered[edition]
        titled = self._titles_with_all & among
        _add(ranks, TITLE_HAS_WORDS, titled)
        for stem in self.query.request_stems:
            _add(ranks, TITLE_HAS_REQUEST, titled & self._index.in_title(stem))
        for edition in self._single_studies & among:
            ranks[edition] -= ONE_STUDY * covered[edition]
        whole = self.query.whole_phrase
        # It has all telling words, if there are any.
        may_have = titled if self.query.telling_stems else among
        has_query = self._index.titled(whole, may_have) if whole and may_have else EMPTY
        _add(ranks, TITLE_HAS_QUERY, has_query)
        best = sorted(ranks, key=ranks.__getitem__, reverse=True)[:COMPARED]
        called = self._called(best)
        for edition, alike in called.items():
            ranks[edition] += CALLED * alike
        for gain, asked in ((WISHED, self._fitting), (FOR_WHOM, self._for_whom)):
            for edition in itertools.chain.from_iterable(fitting & among for fitting in asked):
                ranks[edition] += gain * covered[edition]
        # Every edition has a level, if only that it was not rated. Of equal ranks the stronger evidence comes first.
        strongest_first = [
            key for bits in self._catalogue.facets["strength"].bits.values() for key in bits & among
        ]
        keys = sorted(strongest_first, key=ranks.__getitem__, reverse=True)
        keys = self._fitting_first(keys, ranks, covered, has_query)
        return _Ranked(keys, ranks, covered, has_query, called)

    def _rank_by_date(self, among: BitMap) -> "_Ranked":
        """Rank what answers a query without a subject: what fits its wishes first, and of that the newest."""
        newest = self._catalogue.newest.some(among, 0, RANKED)
        ranks = {key: 1 / place for place, key in enumerate(newest, 1)}
        covered = dict.fromkeys(newest, 1.0)
        keys = self._fitting_first(newest, covered, covered, EMPTY)  # all are as good
        return _Ranked(keys, ranks, covered, among, {})

    def _scores(self, among: BitMap) -> Mapping[int, float]:
        """Return how much these editions have of the query, by where they have it: 0 to 1."""
        keys = list(among)
        total = [0.0] * len(keys)
        for concept in self.concepts:
            share, score_of = concept.weight / self._weight, concept.scores(among).get
            more = map(score_of, keys, itertools.repeat(0.0))
            total = [before + share * score for before, score in zip(total, more, strict=True)]
        return dict(zip(keys, total, strict=True))

    def _add_titles(self, ranks: dict[int, float], among: BitMap) -> None:
        """Add to the ranks of those whose titles have words of the query."""
        in_title, of_title = _amounts(), _amounts()  # shares of the query, words of the title
        for concept in self.concepts:
            _add(in_title, concept.weight / self._weight, concept.title & among)
            _add(of_title, 1, concept.typed.title & among)
        # Two concepts may have one synonym, so synonyms count once.
        synonyms = _union([concept.synonyms.title & among for concept in self.concepts])
        _add(of_title, SYNONYM_IN_TITLE, synonyms)
        titled, whole_titles = BitMap(in_title), self._typed_titles & among
        for length, bits in self._index.title_lengths:
            for edition in bits & titled:
                words = of_title[edition]
                part = sqrt(words / length) if words < length else 1
                ranks[edition] += TITLE * in_title[edition] * part
            for edition in bits & whole_titles if whole_titles else ():
                in_query = in_title[edition]
                ranks[edition] += WHOLE_TITLE * (sqrt(in_query) if length > 1 else in_query / 2)

    def _called(self, keys: Sequence[int]) -> dict[int, float]:
        """Return how much like the query a phrase is that people use for these editions: 0 to 1.

        A word by itself is like no phrase that says more, because the texts that have it come first.
        """
        typed = [(one.stems, one.weight / self._weight) for one in self.query.concepts]
        any_typed: frozenset[str] = frozenset().union(*(stems for stems, _ in typed))
        # What some of these words are of the query. Most phrases have the same few.
        parts: dict[frozenset[str], tuple[float, int]] = {}
        having = _union(
            [bits for one in self.concepts for bits in (one.typed.called, one.partial.called)]
        )
        is_alone = len(typed) == 1
        called: dict[int, float] = {}
        for edition in having & BitMap(keys):
            best = 0.0
            for phrase in itertools.filterfalse(any_typed.isdisjoint, self._index.called(edition)):
                if is_alone and len(phrase) > 1:
                    continue  # it says more
                stems = any_typed.intersection(phrase)
                if (part := parts.get(stems)) is None:
                    found = [share for own, share in typed if not own.isdisjoint(stems)]
                    part = parts[stems] = sum(found), len(found)
                share, number = part
                if number < len(phrase):
                    share *= number / len(phrase)
                if share > best:
                    best = share
            if best == 1 or not is_alone:
                called[edition] = best
        return called

    def _weights_in_title_or_labels(self, among: BitMap) -> Mapping[int, float]:
        """Return the weight of what these editions have of the query in their title or labels, of those that have anything."""
        found = _amounts()
        for concept in self.concepts:
            for amount, bits in concept.prominent_parts():
                _add(found, amount, bits & among)
        return found

    def _fitting_first(
        self,
        keys: list[int],
        ranks: Mapping[int, float],
        covered: Mapping[int, float],
        titled: BitMap,
    ) -> list[int]:
        """Put what fits most wishes first, of those that answer the query; the rest stay in their order.

        Before these come those whose title is `titled` by the whole query: they are what it names.
        """
        if not self._fitting or not keys:
            return keys
        about = self._weights_in_title_or_labels(BitMap(keys))
        most = max(about.values(), default=0)
        # What has all of the words in its title is far ahead of everything else, so it sets no standard.
        named = titled | self._titles_with_all
        best = next((key for key in keys if key not in named), keys[0])
        enough = OF_BEST * ranks[best]

        def fits(key: int) -> int:
            if key in titled:
                return len(self._fitting) + 1
            is_about = covered[key] >= ANSWERS and about.get(key, 0) >= most
            if not is_about or ranks[key] < enough:
                return 0
            return sum(key in fitting for fitting in self._fitting)

        return sorted(keys, key=fits, reverse=True)


class _Ranked(NamedTuple):
    """Editions in the order of their ranks, and what these are due to."""

    keys: list[int]
    ranks: Mapping[int, float]
    covered: Mapping[int, float]
    titled: BitMap
    called: Mapping[int, float]

    def about(self, key: int) -> RankedEdition:
        """Return one of them."""
        called = self.called.get(key, 0)
        return RankedEdition(key, self.ranks[key], self.covered[key], key in self.titled, called)


def sums(weighted: Iterable[tuple[float, BitMap]], least: float) -> list[tuple[float, BitMap]]:
    """Return the members of some bitmaps by their share of all weights, the greatest first.

    Each member has the weights of the bitmaps that it is in, rounded so that there are about STEPS in all. Members with a
    share below `least` (0 to 1) are left out. What is returned may be one of the bitmaps themselves: do not change it in place.
    """
    weighted = list(weighted)
    whole = sum(weight for weight, _ in weighted)
    steps = [(round(weight / whole * STEPS), bits) for weight, bits in weighted]
    steps.sort(key=lambda one: -one[0])
    total = sum(weight for weight, _ in steps)
    enough = least * total
    # What lacks one of the heaviest has too little, so if there are such we begin with what has all of them.
    needed = [bits for weight, bits in steps if total - weight < enough]
    rest = steps[len(needed) :]
    to_come = sum(weight for weight, _ in rest)
    begin = reduce(and_, sorted(needed, key=len)) if needed else _union([one for _, one in steps])
    found: dict[int, BitMap] = {total - to_come: begin} if begin else {}
    for weight, bits in rest:
        to_come -= weight
        split: dict[int, BitMap] = {}
        for value, members in found.items():
            inside = members & bits
            if inside:
                with_it = value + weight
                split[with_it] = split[with_it] | inside if with_it in split else inside
            if len(inside) < len(members) and value + to_come >= enough:
                outside = members - inside
                split[value] = split[value] | outside if value in split else outside
        found = split
    return [
        (value / total, bits)
        for value, bits in sorted(found.items(), reverse=True)
        if value >= enough and value
    ]


class ConceptSpots:
    """Where editions have one concept of a query."""

    def __init__(
        self,
        weight: float,
        typed: Spots,
        each_synonym: Sequence[Spots],
        partial: Spots,
        bottom_line: BitMap,
    ) -> None:
        self.weight = weight  # of the concept
        self.bottom_line = bottom_line  # the editions that have what was typed there
        self.typed, self.each_synonym, self.partial = typed, each_synonym, partial
        self.synonyms = _any_of(each_synonym)
        self.full = typed.anywhere | self.synonyms.anywhere
        self.full_or_partial = self.full | partial.anywhere
        self.title = typed.title | self.synonyms.title
        # The scores of some editions, and which these are.
        self._counted: tuple[dict[int, float], BitMap] = {}, EMPTY

    def size(self) -> int:
        """Return about how many bytes it takes, or will when it has been used."""
        spots = (self.typed, self.synonyms, self.partial, *self.each_synonym)
        bitmaps = sum(bytes_of(bits) for some in spots for bits in some)
        return bitmaps + 6 * bytes_of(self.full_or_partial) + BYTES_COUNTED * MAX_COUNTED

    def parts(self) -> list[tuple[float, BitMap]]:
        """Return bitmaps and weights whose sum is, for each edition, how much of the concept's weight it covers."""
        if not self.partial.anywhere:
            return [(self.weight, self.full)]
        return [
            (self.weight * PARTIAL_COVERAGE, self.full_or_partial),
            (self.weight * (1 - PARTIAL_COVERAGE), self.full),
        ]

    @cached_property
    def prominent(self) -> BitMap:
        """The editions whose title or labels have at least a part of it."""
        return self._all_prominent | _prominent(self.partial)

    @cached_property
    def _all_prominent(self) -> BitMap:
        return _prominent(self.typed) | _prominent(self.synonyms)

    def prominent_parts(self) -> list[tuple[float, BitMap]]:
        """Return bitmaps and weights whose sum is, for each edition, the weight of what its title or labels have."""
        if not self.partial.anywhere:
            return [(self.weight, self.prominent)]
        return [
            (self.weight * PARTIAL_COVERAGE, self.prominent),
            (self.weight * (1 - PARTIAL_COVERAGE), self._all_prominent),
        ]

    @cached_property
    def noted(self) -> BitMap:
        """The same, and those that have all of it in their findings."""
        return _union([self.prominent, self.typed.findings, self.synonyms.findings])

    def scores(self, among: BitMap) -> Mapping[int, float]:
        """Return how much each of these editions has of it that has it at all, by where it is: 0 to 1. Others may be there too.

        What one search has counted, others find: most of their best editions are the same.
        """
        scores, counted = self._counted
        having = among & self.full_or_partial
        if new := having - counted:
            if len(counted) > MAX_COUNTED:
                scores, counted, new = {}, EMPTY, having
            scores.update(self._count(new))
            self._counted = scores, counted | new  # at once, since other threads may search
        return scores

    def _count(self, among: BitMap) -> dict[int, float]:
        # About how often they have it. Most have it somewhere, so that is where to begin.
        found = _amounts()
        found.update(dict.fromkeys(self.typed.anywhere & among, PLACES["anywhere"]))
        for amount, bits in self._amounts:
            for edition in bits & among:
                found[edition] += amount
        return {one: often / (often + HALF_SCORE) for one, often in found.items()}

    @cached_property
    def _amounts(self) -> list[tuple[float, BitMap]]:
        """How much it counts besides in each place, and the editions that have it there."""
        typed = self.typed._replace(anywhere=EMPTY)
        synonyms = [(SYNONYM, spots) for spots in self.each_synonym]
        return [(BOTTOM_LINE, self.bottom_line)] + [
            (factor * PLACES[place], bits)
            for factor, spots in ((1, typed), *synonyms, (PARTIAL, self.partial))
            for place, bits in zip(PLACES, spots, strict=True)
            if bits
        ]


def _concepts_of(snapshot: published.Snapshot) -> Callable[[Concept], ConceptSpots]:
    """Return what looks up a concept among all editions. Searches that have it share what was found."""

    def remember() -> Callable[[Concept], ConceptSpots]:
        look_up = _LookUp(snapshot[TextIndex], labels_of(snapshot), None)
        return remembering(look_up.concept, MAX_REMEMBERED, MAX_BYTES, ConceptSpots.size)

    return snapshot.get_or_make(ConceptSpots, remember)


class _LookUp:
    """Looks up phrases in the text and the labels of editions."""

    def __init__(self, index: TextIndex, labels: Labels, within: BitMap | None) -> None:
        self._index, self._labels, self._within = index, labels, within

    def concept(self, concept: Concept) -> ConceptSpots:
        typed = _any_of(
            [_all_of([self.phrase(one) for one in phrases]) for phrases in concept.typed]
        )
        return ConceptSpots(
            concept.weight,
            typed,
            [self.phrase(phrase) for phrase in concept.synonyms],
            _any_of([self.phrase((stem,)) for stem in concept.partial]),
            _union([self._in_bottom_line(phrases, typed.findings) for phrases in concept.typed]),
        )

    def _in_bottom_line(self, phrases: Sequence[Phrase], among: BitMap) -> BitMap:
        """Return which of these editions have every word of some phrases there."""
        stems = (stem for phrase in phrases for stem in phrase if stem)
        return reduce(and_, map(self._index.in_bottom_line, stems), among)

    def phrase(self, phrase: Phrase) -> Spots:
        own, labels = self._index.places(phrase), self._labels.places(phrase)
        anywhere = _union([own.anywhere, *labels])
        spots = Spots(
            own.title, labels.approach, labels.subject, own.findings, own.called, anywhere
        )
        if self._within is None:
            return spots
        return Spots(*(bits & self._within for bits in spots))


def _any_of(some: Sequence[Spots]) -> Spots:
    return Spots(*(_union(bits) for bits in zip(*some, strict=True)))


def _all_of(some: Sequence[Spots]) -> Spots:
    if len(some) == 1:
        return some[0]
    return Spots(*(reduce(and_, bits) for bits in zip(*some, strict=True)))


def _prominent(spots: Spots) -> BitMap:
    return spots.title | spots.approach | spots.subject


def _union(some: Sequence[BitMap]) -> BitMap:
    filled = [bits for bits in some if bits]
    return BitMap.union(*filled) if len(filled) > 1 else filled[0] if filled else EMPTY


def _amounts() -> defaultdict[int, float]:
    return defaultdict(float)


def _add(amounts: dict[int, float], amount: float, to: BitMap) -> None:
    if not amounts:  # the same, sooner
        amounts.update(dict.fromkeys(to, amount))
        return
    for edition in to:
        amounts[edition] += amount
