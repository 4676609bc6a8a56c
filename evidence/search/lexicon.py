"""The words that the evidence is known by: its vocabulary, the synonyms, and the names of centres."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import log

from django.db import connection

from centres.models import Centre, PolicyArea
from evidence.models import Approach, Outcome, SearchDocument, SearchWord, SynonymGroup, Topic

Phrase = tuple[str, ...]  # the words of one term, stop words too

# Forms of one word that the stemmer takes for several, by their stems. The first stands for all in terms.
FORMS = {
    form: forms
    for line in (
        "child children, man men, woman women, wife wive, knife knive, thief thiev, foot feet",
        "teach taught, hold held, pay paid, sleep slept, steal stole stolen, throw threw thrown",
        "leav left, fight fought, bring brought, buy bought, spend spent, sell sold, lose lost",
        "drink drunk drank drunken, driv drove driven, break broke broken, speak spoke spoken",
        "feel felt, deal dealt, write wrote written, build built, grow grew grown, wear wore worn",
        "shoot shot, beat beaten",
    )
    for group in line.split(",")
    for forms in (tuple(group.split()),)
    for form in forms
}
# How Welsh words begin where they follow others: "pobl" is "bobl" after "i".
MUTATED = (
    ("ngh", "c"), ("mh", "p"), ("nh", "t"), ("ng", "g"), ("ph", "p"), ("th", "t"), ("ch", "c"), ("dd", "d"),
    ("b", "p"), ("d", "t"), ("g", "c"), ("f", "b"), ("f", "m"), ("l", "ll"), ("r", "rh"), ("m", "b"), ("n", "d"), ("", "g"),
)  # fmt: skip
# They make a verb another one, though the database takes them for stop words: to be kicked out is not to kick off, and who
# cuts themselves cuts no costs.
PARTICLES = frozenset(("away", "down", "off", "out", "over", "up", "themselves"))
# Words that the stemmer takes for another one, which they aren't: physics for "physical", universal for "university".
APART = frozenset(("immigration", "physicist", "physicists", "physics", "universal", "universally"))
# Who does it to themselves is the same whoever they are: all are read as the word that synonyms are written with.
REFLEXIVE = "themselves"
REFLEXIVES = frozenset(
    (
        "herself",
        "himself",
        "itself",
        "myself",
        "oneself",
        "ourselves",
        "themself",
        "yourself",
        "yourselves",
    )
)
# What is left of "won't" and the like, and the small words of Welsh: stop words that the database doesn't know.
LEFT_OVER = frozenset(
    word
    for line in (
        "ain aren couldn didn doesn hadn hasn haven isn ll mustn needn re shouldn ve wasn weren",
        "won wouldn cant dont doesnt didnt isnt wont im ive",
        "ar beth ei eu gan gyda mewn neu sut sy sydd wrth y yn yr",
    )
    for word in line.split()
)

LONGEST_WORD = 40
SHORTEST_MUTATED = 4
SURE = 1.0  # how much a synonym counts beside the words typed, where editors say that they mean the same
UNKNOWN = 1.0  # how much a word tells that no evidence has; 1 is a word that one summary has
NEAR = 0.5  # and where it is another name of an approach, topic, outcome or policy area


@dataclass(frozen=True)
class Word:
    stem: str  # empty for a stop word
    documents: int  # how many published editions have it


@dataclass(frozen=True)
class Lexicon:
    """What a query is read by, at one content version.

    `synonyms` leads from the stems of a term to what means the same, each with how much it counts; `names` leads from the
    words of a centre's name to the centre.
    """

    documents: int
    words: Mapping[str, Word]
    synonyms: Mapping[Phrase, Mapping[Phrase, float]] = field(default_factory=dict)
    names: Mapping[Phrase, int] = field(default_factory=dict)
    listed: frozenset[str] = (
        frozenset()
    )  # words of synonyms and names, which nobody should "correct"
    acronyms: frozenset[str] = frozenset()  # among them, with their plurals

    @cached_property
    def stems(self) -> dict[str, int]:
        """In how many editions each stem is, at most."""
        counts: dict[str, int] = {}
        for word in self.words.values():
            counts[word.stem] = min(counts.get(word.stem, 0) + word.documents, self.documents)
        return counts

    @cached_property
    def acronym_stems(self) -> frozenset[str]:
        """The stems of acronyms, which are no forms of the words that share them: "sending" isn't SEND."""
        return frozenset(self.words[word].stem for word in self.acronyms if word in self.words)

    def word(self, word: str, stems: Mapping[str, str]) -> Word:
        """Return a word as it is looked for. `stems` has those of the words that nothing published has.

        Where only another word has its stem, it is nowhere.
        """
        found = self.words.get(word) or Word(stems.get(word, word), 0)
        return Word(word, 0) if not found.documents and self._is_apart(word, found.stem) else found

    def key_of(self, words: Sequence[str], stems: Sequence[str]) -> Phrase:
        """Return what synonyms of a term are looked up by."""
        pairs = zip(words, stems, strict=True)
        return key_of(words, [w if self._is_apart(w, s) else s for w, s in pairs])

    def _is_apart(self, word: str, stem: str) -> bool:
        """Say whether the stem of a word is that of another word."""
        return word in APART or (
            bool(stem) and stem in self.acronym_stems and word not in self.acronyms
        )

    def documents_with(self, stem: str) -> int:
        """In how many editions a word is, in any of its forms."""
        found = sum(self.stems.get(form, 0) for form in FORMS.get(stem, (stem,)))
        return min(found, self.documents)

    @cached_property
    def longest(self) -> int:
        """The number of words in the longest term."""
        return max(map(len, (*self.synonyms, *self.names)), default=1)

    def radical(self, word: str) -> str:
        """Return a Welsh word as it stands alone, if that is known as another word for something."""
        if word in self.words or len(word) < SHORTEST_MUTATED:
            return word
        forms = (
            radical + word.removeprefix(begins)
            for begins, radical in MUTATED
            if word.startswith(begins)
        )
        return next((form for form in forms if form in self.listed), word)

    def rarity(self, documents: float) -> float:
        """Return how much a word tells that is in so many editions: from 0 to 1."""
        if not documents:
            return UNKNOWN
        return log(1 + self.documents / (documents + 0.5)) / log(1 + self.documents / 1.5)


def plain_words(text: str) -> list[str]:
    """Return the words of a text as the index has them: lower case, without accents, cut at every other sign."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return [word[:LONGEST_WORD] for word in re.findall(r"[^\W_]+", plain)]


def key_of(words: Sequence[str], stems: Iterable[str]) -> Phrase:
    """Return what synonyms of a term are looked up by: its stems without stop words, unless it would be one word then.

    "stop and search" is known as "stop search" too, but "winding down" isn't "wind", and "at work" isn't "what works".
    One form stands for all ("held" is "hold").
    """
    stems = [
        base(stem) or (word if word in PARTICLES else "")
        for word, stem in zip(words, stems, strict=True)
    ]
    kept = tuple(stem for stem in stems if stem)
    if len(kept) == 1 < len(words):
        return tuple(stem or word for word, stem in zip(words, stems, strict=True))
    return kept


def base(stem: str) -> str:
    """Return the stem that stands for all forms of a word."""
    return FORMS[stem][0] if stem in FORMS else stem


def load() -> Lexicon:
    """Read the words of the current content."""
    counted = SearchWord.objects.values_list("word", "stem", "documents")
    words = {word: Word(stem, documents) for word, stem, documents in counted}
    words |= {word: Word("", 0) for word in (*LEFT_OVER, REFLEXIVE)}
    groups = list(_groups())
    names = {
        tuple(plain_words(name)): centre.pk
        for centre in Centre.objects.prefetch_related("other_names")
        for name in (
            centre.name,
            centre.acronym,
            *(other.name for other in centre.other_names.all()),
        )
        if name
    }
    listed = {
        word
        for sides in groups
        for terms in sides[:2]
        for term in terms
        for word in plain_words(term)
    }
    listed |= {word for name in names for word in name}
    stems = stems_of(listed - words.keys())
    words |= {word: Word(stem, 0) for word, stem in stems.items()}
    lexicon = Lexicon(
        documents=SearchDocument.objects.count(),
        words=words,
        names=names,
        listed=frozenset(listed),
        acronyms=frozenset(
            form.lower()
            for terms, _, _ in groups
            for term in terms
            if is_acronym(term)
            for form in (term, f"{term}s")
        ),
    )
    return replace(lexicon, synonyms=_synonyms(groups, lexicon))


def stems_of(words: Iterable[str]) -> dict[str, str]:
    """Ask the database, which stems the index, for the stems of words."""
    wanted = list(words)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, array_to_string(ts_lexize('english_stem', word), '') FROM unnest(%s::text[]) AS word",
            [wanted],
        )
        return dict(cursor.fetchall())


def _groups() -> Iterable[tuple[Sequence[str], Sequence[str], float]]:
    """Yield what people type, what that finds as well, and how much that counts."""
    for group in SynonymGroup.objects.all():
        # The stemmer knows no plurals of acronyms.
        plurals = [f"{term}s" for term in group.terms if is_acronym(term)]
        yield ([*group.terms, *plurals], group.finds if group.one_way else group.terms, SURE)
    for model in (Approach, Topic, Outcome, PolicyArea):
        for label, others in model.objects.values_list("label", "also_known_as"):
            # Wider than any of their names: a name finds the label and the label its names, but no name another.
            yield (others, [label], NEAR)
            yield ([label], others, NEAR)


def _synonyms(
    groups: Iterable[tuple[Sequence[str], Sequence[str], float]], lexicon: Lexicon
) -> dict[Phrase, dict[Phrase, float]]:
    synonyms: dict[Phrase, dict[Phrase, float]] = {}
    for terms, finds, weight in groups:
        others = [_term(term, lexicon) for term in finds]
        for term in terms:
            key, _ = _term(term, lexicon)
            if not key:
                continue
            means = synonyms.setdefault(key, {})
            for other, stems in others:
                if other and other != key:
                    means[stems] = max(weight, means.get(stems, 0))
    return synonyms


def is_acronym(term: str) -> bool:
    return term.isupper() and term.isalpha()


def _term(text: str, lexicon: Lexicon) -> tuple[Phrase, Phrase]:
    """Return what a term is looked up by, and its stems."""
    words = plain_words(text)
    stems = tuple(lexicon.words[word].stem for word in words)
    return lexicon.key_of(words, stems), stems
