"""The words of every published edition: in which editions a word or a term of several words stands, and where.

Only the edition's own text is here. What it is classified by, such as topics, is in `labels`, so that a label can change
without any edition being read again.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from itertools import chain, islice, product, takewhile
from operator import and_
from sys import intern
from typing import NamedTuple, Self

from pyroaring import BitMap

from evidence.catalogue.documents import FINDING_COLUMNS, Document, Documents, PackedFile
from evidence.catalogue.layered import Layered
from portal import published

from .addresses import Addresses, addresses_of
from .compounds import Parts, halves, hyphened, joined_with_stop_words, singular_and_plural
from .glossary import Glossary
from .phrases import NEXT_TEXT, NO_STEMS, STOP_WORD, Finder, KnownPhrases, finder_of, pack, term_of
from .postings import EMPTY, Editing, Postings
from .words import Phrase, plain_words, stem

MEASURED = FINDING_COLUMNS.index("measured")

KEPT = 1000  # editions whose phrases are kept apart: about 1.5 KB each
MOST_WAYS = 16  # to write one phrase: they double with every compound in it


class Places(NamedTuple):
    """The editions that have a term in their own text, by where they have it."""

    title: BitMap = EMPTY  # in the reference too
    findings: BitMap = EMPTY  # the bottom line and the key findings
    called: BitMap = EMPTY  # the words that people use
    anywhere: BitMap = EMPTY


@published.register
@dataclass(frozen=True)
class TextIndex(published.Part):
    """The words and the terms of the published editions."""

    glossary: Glossary
    postings: Postings  # by the fields of Places
    words: Layered[int]  # each word as it is written: how many editions have it
    hyphened: Layered[Parts]  # words that were ever written with hyphens, without them
    compounds: Layered[Sequence[Phrase]]  # how the word of a stem may be written as two
    addresses: Addresses  # of their sources
    documents: int  # the number of editions
    stored: PackedFile  # the packed texts of the editions, by key
    later: Mapping[int, bytes]  # those of editions that were published later

    @classmethod
    def load(cls, before: Self | None, snapshot: published.Snapshot) -> Self:
        """Bring the index before up to date, or make the first one."""
        documents, glossary = snapshot[Documents], snapshot[Glossary]
        if before is None:
            return cls._load_all(documents, glossary)
        if before.glossary is glossary and not documents.added and not documents.removed:
            return before
        known = before.glossary.phrases
        editing, later = Editing(before.postings), dict(before.later)
        more = Counter[str]()  # by how many editions each word has gained
        for key in documents.removed:
            text = Text.of(documents.document(key))
            editing.remove(key, text.terms(known))
            more.subtract(text.words)
            later.pop(key, None)
        split: dict[str, Parts] = {}
        addresses: list[tuple[int, list[str]]] = []
        for key in documents.added:
            text = Text.of(documents.document(key))
            editing.add(key, text.terms(known))
            more.update(text.words)
            split.update(text.hyphened)
            addresses.append((key, text.addresses))
            later[key] = text.packed
        counts = {
            word: (before.words.get(word, 0) + number) or None for word, number in more.items()
        }
        made = replace(
            before,
            postings=editing.finish(),
            words=before.words.changed(counts),
            hyphened=before.hyphened.changed(split),
            addresses=before.addresses.with_more(addresses),
            documents=len(documents.published),
            later=later,
        )
        made = made._with_compounds(word for word in counts if word not in before.words)
        return made if before.glossary is glossary else made._with_terms_of(glossary)

    @classmethod
    def _load_all(cls, documents: Documents, glossary: Glossary) -> Self:
        editing, words, stored = Editing(Postings()), Counter[str](), PackedFile()
        split: dict[str, Parts] = {}
        addresses: list[tuple[int, list[str]]] = []
        for key in documents.added:
            text = Text.of(documents.document(key))
            stored.append(key, text.packed)
            editing.add(key, text.terms(glossary.phrases))
            words.update(text.words)
            split.update(text.hyphened)
            addresses.append((key, text.addresses))
        stored.finish()
        made = cls(
            glossary,
            editing.finish(),
            words=Layered(words, is_packed=_is_one),
            hyphened=Layered(split),
            compounds=Layered({}),
            addresses=Addresses.of(addresses),
            documents=len(documents.published),
            stored=stored,
            later={},
        )
        return made._with_compounds({*words, *glossary.words})

    def _with_terms_of(self, glossary: Glossary) -> Self:
        """Return the index with the terms of another glossary."""
        editing = Editing(self.postings)
        for phrase in self._phrases ^ glossary.phrases.phrases:
            is_known = phrase in glossary.phrases.phrases
            for place, bits in (self._look_for(phrase) if is_known else Places())._asdict().items():
                editing.put(place, term_of(phrase), bits)
        made = replace(self, glossary=glossary, postings=editing.finish())
        return made._with_compounds(glossary.words - self.glossary.words)

    def _with_compounds(self, new: Iterable[str]) -> Self:
        """Return the index with how these words, which are new, may be written as two that are known."""

        def is_known(word: str) -> bool:
            return word in self.words or word in self.glossary.words

        found: dict[str, Sequence[Phrase]] = {}
        for word in new:
            for first, second in halves(word):
                if is_known(first) and any(map(is_known, singular_and_plural(second))):
                    known = found.get(stem(word)) or self.compounds.get(stem(word), ())
                    found[stem(word)] = tuple({*known, (stem(first), stem(second))})
        return replace(self, compounds=self.compounds.changed(found)) if found else self

    def places(self, phrase: Phrase) -> Places:
        """Return the editions that have these stems one after the other, with any word in place of ""."""
        ways = self.ways_to_write(phrase)
        if len(ways) == 1:
            return self._places(phrase)
        if (found := self._found.get(phrase)) is None:
            places = zip(*map(self._places, ways), strict=True)
            found = Places(*(BitMap.union(*bits) for bits in places))
            if len(phrase) == 1:
                self._found[phrase] = found  # there are no more than there are compounds
        return found

    @cached_property
    def _found(self) -> dict[Phrase, Places]:
        return {}

    def _places(self, phrase: Phrase) -> Places:
        if len(phrase) == 1 or phrase in self._phrases:
            term = term_of(phrase)
            return Places(*(self.postings.get(place, term) for place in PLACES))
        return self._look_for(phrase)

    def ways_to_write(self, phrase: Phrase) -> list[Phrase]:
        """Return a phrase, and the same with each of its compounds as two words: at most MOST_WAYS of them."""
        if not any(one in self.compounds for one in phrase):
            return [phrase]
        ways = [[(one,), *self.compounds.get(one, ())] for one in phrase]
        return [tuple(chain(*way)) for way in islice(product(*ways), MOST_WAYS)]

    @property
    def _phrases(self) -> frozenset[Phrase]:
        return self.glossary.phrases.phrases

    def in_title(self, stem: str) -> BitMap:
        """Return the editions that have a word in their title or reference."""
        return self.postings.get("title", stem)

    def in_bottom_line(self, stem: str) -> BitMap:
        """Return the editions that have a word in their bottom line."""
        return self.postings.get("bottom line", stem)

    @cached_property
    def title_lengths(self) -> Sequence[tuple[int, BitMap]]:
        """The editions by how many words of their title say something."""
        return [(int(length), bits) for length, bits in self.postings.all("length")]

    @cached_property
    def short_titles(self) -> BitMap:
        """The half of the editions with the shortest titles, or a little more."""
        found = BitMap()
        for _, bits in sorted(self.title_lengths, key=lambda one: one[0]):
            if 2 * len(found) >= self.documents:
                break
            found |= bits
        return found

    def titled(self, phrase: Phrase, among: BitMap) -> BitMap:
        """Return which of these editions have a phrase in their title."""
        found = BitMap()
        for way in self.ways_to_write(phrase):
            if some := self.with_all_in_title(way, among):
                is_in = finder_of(term_of(way))
                found.update(key for key in some if is_in(self._packed(key)[0]))
        return found

    def with_all_in_title(self, phrase: Sequence[str], among: BitMap) -> BitMap:
        """Return which of these editions have each word of a phrase in their title. Few have the first words of a long one."""
        for one in filter(None, phrase):
            if not among:
                break
            among = among & self.in_title(one)
        return among

    def called(self, key: int) -> list[Phrase]:
        """Return the stems of each phrase that people use for an edition, without stop words."""
        if (found := self._called.get(key)) is None:
            phrases = map(str.split, self._packed(key)[CALLED].split(NEXT_TEXT))
            found = [tuple(intern(one) for one in some if one != STOP_WORD) for some in phrases]
            if len(self._called) >= KEPT:
                self._called.clear()
            self._called[key] = found
        return found

    @cached_property
    def _called(self) -> dict[int, list[Phrase]]:
        return {}

    def _packed(self, key: int) -> list[str]:
        """Return the packed title, findings, words that people use, and rest of an edition."""
        return (self.later.get(key) or self.stored[key]).decode().split("\n")

    def _look_for(self, phrase: Phrase) -> Places:
        """Look for a phrase in the texts that have all its words."""
        is_in = finder_of(term_of(phrase))
        stems = {one for one in phrase if one}
        found: dict[str, list[int]] = {place: [] for place in PLACES}
        if not stems:
            return Places()
        for key in reduce(and_, (self.postings.get("anywhere", one) for one in stems)):
            for place in _places_with(is_in, self._packed(key)):
                found[place].append(key)
        return Places(*map(BitMap, found.values()))


PLACES = Places._fields
CALLED = PLACES.index("called")  # among the packed parts too


@dataclass(frozen=True)
class Text:
    """The text of one edition as the index takes it."""

    words: frozenset[str]  # as they are written
    parts: tuple[str, ...]  # the stems of title, findings, words that people use, and the rest
    hyphened: Mapping[str, Parts]  # the words with hyphens of all
    joined: tuple[set[str], ...]  # the stems of compounds as one word, of each part
    addresses: list[str]  # of its sources

    @classmethod
    def of(cls, document: Document) -> "Text":
        """Take an edition apart."""
        value = document.value
        title = [value("title"), value("code")]
        findings = [value("bottom_line"), *value("key_findings")]
        measured = (row[MEASURED] for row in document.findings)
        others = (value("product"), *value("implementation"), *value("caveats"), value("countries"))
        parts = [
            [text for text in part if text]
            for part in (title, findings, value("search_words"), (*measured, *others))
        ]
        texts = [[plain_words(text) for text in part] for part in parts]
        compounds = [
            {word: split for text in part for word, split in hyphened(text).items()}
            for part in parts
        ]
        return cls(
            frozenset(word for part in texts for words in part for word in words),
            tuple(map(pack, texts)),
            {word: split for part in compounds for word, split in part.items()},
            tuple(
                {stem(word) for word in chain(hyphens, *map(joined_with_stop_words, words))}
                for hyphens, words in zip(compounds, texts, strict=True)
            ),
            addresses_of(document),
        )

    @property
    def packed(self) -> bytes:
        """The stems, a line for each part."""
        return "\n".join(self.parts).encode()

    def terms(self, known: KnownPhrases) -> dict[str, set[str]]:
        """Return the terms of each place, the words of the bottom line, and how many of the title say something."""
        title, findings, *_ = parts = [part.split() for part in self.parts]
        length = len(_first_text(title))  # without the reference
        found = dict(zip(PLACES, map(set, parts), strict=True))
        found["anywhere"] = set().union(*found.values())
        for of_place in found.values():
            of_place -= NO_STEMS
        for term, is_in in list(known.possible(found["anywhere"])):
            for place in _places_with(is_in, self.parts):
                found[place].add(term)
        for place, joined in zip(PLACES, self.joined, strict=True):
            found[place] |= joined
            found["anywhere"] |= joined
        bottom_line = _first_text(findings)
        return {**found, "bottom line": bottom_line, "length": {str(max(1, length))}}


def _first_text(part: Iterable[str]) -> set[str]:
    """Return the stems of the first of some packed texts."""
    return {one for one in takewhile(lambda one: one != NEXT_TEXT, part) if one not in NO_STEMS}


def _places_with(is_in: Finder, parts: Sequence[str]) -> list[str]:
    *own, rest = parts
    found = [place for place, text in zip(PLACES, own, strict=False) if is_in(text)]
    return [*found, "anywhere"] if found or is_in(rest) else []


def _is_one(editions: int) -> bool:
    return editions == 1
