"""Reading a query: which ideas it names, in which words each may be written, and how much each tells."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby
from math import prod
from statistics import mean

from .english import everyday_weight
from .lexicon import (
    FORMS,
    PARTICLES,
    REFLEXIVE,
    REFLEXIVES,
    SURE,
    Lexicon,
    Phrase,
    Word,
    plain_words,
)
from .spelling import correct, split

LONGEST_QUERY = 500  # characters
MOST_WORDS = 32
MOST_CONCEPTS = 8
SHORTEST_PART = 3  # letters, of a word that is written in two or as one
PIECES = re.compile(r'(-?)"([^"]*)"|(\S+)')

# Words of wanting and asking: they say little about what is sought.
SOFT = frozenset(
    word
    for line in (
        "achieve against any anything approach approaches avoid avoiding become best better",
        "bring can come coming cope coping cut cutting effective effectively end ending every",
        "evidence fewer find get gets getting give giving go going good got happen happening",
        "have having help helping helps impact improve improves improving increase increases",
        "increasing intervention interventions keep keeping know less let like look lot lots",
        "lower lowering make makes making many more most much need needs new offer people",
        "please prevent preventing programme programmes project projects put putting raise",
        "raises raising really reduce reduces reducing result results right scheme schemes",
        "should start starting stay staying stop stopping stops tackle tackling take taking",
        "thing things together try trying use using want way ways work working works would",
        "able actually always anyone anybody deal dealing everyone guidance guide guideline guidelines",
        "handle handling idea ideas never proper properly recommendation recommendations say says",
        "somebody someone something somewhere sort study studies supporting sure told",
        "sending sent worth",
    )
    for word in line.split()
)
SOFTENED = 0.2
PLACING = frozenset(("at", "in", "of", "on"))  # after one of these, they name a thing: "at work"
BETWEEN = 2  # words that tell may stand inside a known term
WITHIN = 10  # words, among which the others of a term are looked for
TELLING = 0.5  # the rarity from which a word of a fixed phrase says something by itself
TELLS = 0.35  # the weight from which a concept is a subject by itself


@dataclass(frozen=True)
class Concept:
    """One idea of a query.

    `own` (the words typed), `also` (what means the same) and `part` (some word of a term of several) are texts of tsqueries.
    """

    words: str
    own: str
    also: str = ""
    part: str = ""
    weight: float = 1.0
    soft: bool = False  # a word of wanting and asking

    @property
    def whole(self) -> str:
        return either(self.own, self.also)

    @property
    def any(self) -> str:
        return either(self.own, self.also, self.part)

    @property
    def tells(self) -> bool:
        """Is it a subject by itself, rather than a word that goes with any, such as "support"?"""
        return self.weight >= TELLS


@dataclass(frozen=True)
class Query:
    words: str  # as typed, cleaned
    meant: str | None = None  # without typing errors, where that differs
    concepts: tuple[Concept, ...] = ()
    without: str = ""  # a tsquery
    centres: frozenset[int] = frozenset()
    of_centres: bool = (
        False  # nothing but names of centres was typed: all of their evidence is asked for
    )
    whole: str = ""  # all words that are looked for as one phrase, names too; a tsquery
    phrases: frozenset[Phrase] = frozenset()  # the stems of all words and terms that are looked for

    def reaching(self, share: float) -> str:
        """Return a tsquery for what has at least this share of the query, by weight."""
        strongest = sorted(self.concepts, key=lambda concept: -concept.weight)[:6]
        enough = share * sum(concept.weight for concept in strongest)
        sets: list[frozenset[int]] = []
        for size in range(1, len(strongest) + 1):
            for chosen in combinations(range(len(strongest)), size):
                if any(smaller <= set(chosen) for smaller in sets):
                    continue
                if sum(strongest[i].weight for i in chosen) >= enough - 1e-9:
                    sets.append(frozenset(chosen))
        text = either(*(" & ".join(f"({strongest[i].any})" for i in chosen) for chosen in sets))
        return f"({text}) & !({self.without})" if self.without else text


@dataclass(frozen=True)
class Token:
    word: str
    found: Word
    quoted: int = 0  # which quotation, or thing to leave out, it is part of; 0 for none
    minus: bool = False
    joined: bool = False  # by OR, to what stands before
    soft: bool = False  # a word of wanting and asking


def clean(words: str) -> str:
    """Return a query as it is shown back: one line, no control characters, of bounded length."""
    printable = "".join(char if char.isprintable() else " " for char in words[: 10 * LONGEST_QUERY])
    return " ".join(printable.split())[:LONGEST_QUERY].strip()


def unknown_words(words: str, lexicon: Lexicon) -> set[str]:
    """Return the words that no published text has as they are, whose stems have to be asked for."""
    return set(plain_words(clean(words))[:MOST_WORDS]) - lexicon.words.keys()


def read(words: str, lexicon: Lexicon, stems: Mapping[str, str], *, exact: bool = False) -> Query:
    """Read a query. `stems` has those of the unknown words; `exact` leaves typing errors as they are."""
    words = clean(words)
    tokens = list(_codes(_tokens(words, lexicon, stems), lexicon))
    better = [_corrected(token, lexicon) for token in tokens]
    meant = _rewrite(words, tokens, better) if better != tokens else None
    if not exact:
        tokens = better
    wanted = [token for token in tokens if not token.minus]
    excluded = [token for token in tokens if token.minus]
    all_wanted = wanted
    wanted, centres = _take_names(wanted, lexicon)
    of_centres = bool(centres) and wanted == all_wanted and not excluded
    concepts = _concepts(wanted, lexicon)
    return Query(
        words,
        meant,
        tuple(concepts),
        either(*(_phrase(_stems(term)) for term in _quoted(excluded))),
        centres,
        of_centres,
        _phrase(_stems(all_wanted)) if sum(map(bool, _stems(all_wanted))) > 1 else "",
        frozenset(_phrases(wanted, lexicon)),
    )


# From text to tokens


def _tokens(words: str, lexicon: Lexicon, stems: Mapping[str, str]) -> Iterator[Token]:
    pieces = list(PIECES.finditer(words))
    positive = any(not _is_minus(piece) for piece in pieces)
    number, joined, last, before = 0, False, False, ""
    for place, piece in enumerate(pieces):
        if piece[0] in {"OR", "|"}:
            joined = last
            continue
        minus = positive and _is_minus(piece)
        # What is left out goes together too: "-self-harm" leaves out self-harm, not all that has "self".
        quoted = place + 1 if piece[2] is not None or minus else 0
        text = piece[2] if piece[2] is not None else piece[3]
        for typed in (part for one in plain_words(text) for part in split(one, lexicon)):
            if number == MOST_WORDS:
                return
            number += 1
            word = REFLEXIVE if typed in REFLEXIVES else lexicon.radical(typed)
            if re.fullmatch(r"[0-9]+s", word) and word not in lexicon.words:
                word = word.removesuffix("s")  # "year 7s" are those in year 7
            found = lexicon.word(word, stems)
            if before == "worth" and word.endswith("ing"):
                found = Word("", 0)  # who asks "is it worth paying for" doesn't ask for payments
            soft = before not in PLACING and (word in SOFT or found.stem in SOFT)
            yield Token(word, found, quoted, minus, joined, soft)
            joined, last, before = False, True, word


def _codes(tokens: Iterable[Token], lexicon: Lexicon) -> Iterator[Token]:
    """Read a reference that is written in two as one: "NG 222", "ng-222"."""
    before: Token | None = None
    for token in tokens:
        if before is not None:
            code = before.word + token.word
            found = lexicon.words.get(code)
            together = before.quoted == token.quoted and not token.joined
            if together and before.word.isalpha() and token.word.isdigit() and found:
                yield replace(before, word=code, found=found, soft=False)
                before = None
                continue
            yield before
        before = token
    if before is not None:
        yield before


def _is_minus(piece: re.Match[str]) -> bool:
    return piece[1] == "-" or bool(piece[3] and re.match(r"-[^\W_]", piece[3]))


def _corrected(token: Token, lexicon: Lexicon) -> Token:
    stem = token.found.stem
    if token.found.documents or not stem or token.word.removesuffix("s") in lexicon.words:
        return token
    word = correct(token.word, lexicon)
    if word == token.word:
        return token
    found = lexicon.words[word]
    # What is found as it is ("procurment") is written as it should be, and no other word.
    return (
        token
        if lexicon.stems.get(stem) and found.stem != stem
        else replace(token, word=word, found=found)
    )


def _rewrite(words: str, tokens: list[Token], better: list[Token]) -> str:
    """Return the query as typed with the corrected words in their places."""
    changed = {old.word: new.word for old, new in zip(tokens, better, strict=True) if old != new}

    def correct_form(match: re.Match[str]) -> str:
        plain = plain_words(match[0])
        return changed.get(plain[0], match[0]) if len(plain) == 1 else match[0]

    return re.sub(r"[^\W_]+", correct_form, words)


# From tokens to concepts


def _take_names(tokens: list[Token], lexicon: Lexicon) -> tuple[list[Token], frozenset[int]]:
    """Take out the names of centres, unless nothing else is asked for."""
    rest, centres, i = [], set(), 0
    while i < len(tokens):
        for length in range(min(lexicon.longest, len(tokens) - i), 0, -1):
            name = tuple(token.word for token in tokens[i : i + length])
            if name in lexicon.names:
                centres.add(lexicon.names[name])
                i += length
                break
        else:
            rest.append(tokens[i])
            i += 1
    return (rest if any(token.found.stem for token in rest) else tokens), frozenset(centres)


def _terms(tokens: list[Token], lexicon: Lexicon) -> Iterator[tuple[list[Token], bool]]:
    """Cut a query into what is quoted, known terms (the longest first) and single words; do they stand together?"""
    for group in _quoted(tokens):
        if group[0].quoted:
            yield group, True
            continue
        rest = list(_together(group, lexicon))
        while rest:
            apart = _apart(rest, lexicon)
            yield [token for place in apart for token in rest[place]], len(apart) == 1
            for place in reversed(apart):
                del rest[place]


def _together(tokens: list[Token], lexicon: Lexicon) -> Iterator[list[Token]]:
    i = 0
    while i < len(tokens):
        lengths = range(min(lexicon.longest + 2, len(tokens) - i), 1, -1)
        length = next((n for n in lengths if _is_term(tokens[i : i + n], lexicon)), 1)
        yield tokens[i : i + length]
        i += length


def _apart(terms: list[list[Token]], lexicon: Lexicon) -> list[int]:
    """Return the places of a known term that begins what is left, with other words between: "holding a child back"."""
    telling = [place for place, term in enumerate(terms[:WITHIN]) if any(map(_tells, term))]
    single = [place for place in telling if len(terms[place]) == 1]
    if single[:1] == [0] and terms[0][0].found.stem:
        others = [place for place in single[1:] if _may_follow(terms[place][0])]
        for length in (3, 2):
            for chosen in combinations(others, length - 1):
                between = telling.index(chosen[-1]) + 1 - length
                places = [0, *chosen]
                if between <= BETWEEN and _is_term([terms[i][0] for i in places], lexicon):
                    return places
    return [0]


def _quoted(tokens: list[Token]) -> Iterator[list[Token]]:
    """Cut a query at its quotation marks."""
    for _, group in groupby(tokens, key=lambda token: token.quoted):
        yield list(group)


def _is_term(tokens: list[Token], lexicon: Lexicon) -> bool:
    if any(token.joined for token in tokens[1:]):
        return False
    if _compound(tokens, lexicon):
        return True
    stems = _stems(tokens)
    inside = _tells(tokens[0]) and _tells(tokens[-1])  # stop words around a term are no part of it
    key = _key(tokens, lexicon)
    means = lexicon.synonyms.get(key, {})
    # A term that means nothing but one of its own words says no more than the words: "hate reading".
    return (inside or len(key) == len(stems)) and any(
        not _is_wider(other, stems, lexicon) for other in means
    )


def _may_follow(token: Token) -> bool:
    """People say "giving the homeless money", but "do school uniforms improve" isn't about school improvement."""
    return not token.joined and not token.soft


def _tells(token: Token) -> bool:
    return bool(token.found.stem) or token.word in PARTICLES


def _compound(tokens: Sequence[Token], lexicon: Lexicon) -> Word | None:
    """Return the word that the evidence writes as one, and the query as two: "class room"."""
    if len(tokens) != 2 or min(len(token.word) for token in tokens) < SHORTEST_PART:
        return None
    found = lexicon.words.get(tokens[0].word + tokens[1].word)
    return found if found and found.documents and all(_stems(tokens)) else None


def _concepts(tokens: list[Token], lexicon: Lexicon) -> list[Concept]:
    """Return what is asked for, in the order of the words; of very many, those that tell most."""
    concepts: list[Concept] = []
    for term, together in _terms(tokens, lexicon):
        if not any(_stems(term)):
            continue
        concept = _concept(term, lexicon, together=together)
        if term[0].joined and concepts:
            concepts[-1] = _joined(concepts[-1], concept)
        elif concept.own not in {other.own for other in concepts}:
            concepts.append(concept)
    telling = sorted(concepts, key=lambda concept: -concept.weight)[:MOST_CONCEPTS]
    return [concept for concept in concepts if concept in telling]


def _concept(term: list[Token], lexicon: Lexicon, *, together: bool) -> Concept:
    stems = _stems(term)
    kept = [stem for stem in stems if stem]
    words = " ".join(token.word for token in term)
    # Who asks "does prison work" doesn't ask for work.
    asking = len(term) == 1 and term[0].soft
    synonyms = {} if asking else lexicon.synonyms.get(_key(term, lexicon), {})
    also = [
        other
        for other in synonyms
        if _documents(other, lexicon) and not _is_wider(other, stems, lexicon)
    ]
    if compound := _compound(term, lexicon):
        also.append((compound.stem,))
    known = [
        other
        for other in (stems, *also)
        if synonyms.get(other, SURE) == SURE and _documents(other, lexicon)
    ]
    weight = mean(lexicon.rarity(_documents(other, lexicon)) for other in known or [stems])
    if len(term) == 1:
        weight *= min(everyday_weight(term[0].word), SOFTENED if term[0].soft else 1)
    if term[0].quoted:
        return Concept(words, _phrase(stems), weight=weight)
    fixed = len(kept) == 1 or (together and SURE in synonyms.values())

    def tells(stem: str) -> bool:
        return not fixed or lexicon.rarity(lexicon.documents_with(stem)) > TELLING

    return Concept(
        words,
        _phrase(stems) if fixed else " & ".join(_quote(stem) for stem in kept),
        either(*(_phrase(other) for other in also)),
        either(*(_quote(stem) for stem in kept if tells(stem))) if len(kept) > 1 else "",
        weight,
        asking,
    )


def _is_wider(other: Phrase, stems: Phrase, lexicon: Lexicon) -> bool:
    """Say whether a synonym is one word of the term that leaves out what tells: "drugs" for "drug dealers"."""
    rest = [stem for stem in stems if stem and stem != other[0]]
    return (
        len(other) == 1
        and other[0] in stems
        and any(lexicon.rarity(lexicon.documents_with(stem)) > TELLING for stem in rest)
    )


def _joined(one: Concept, other: Concept) -> Concept:
    return Concept(
        f"{one.words} OR {other.words}",
        either(one.own, other.own),
        either(one.also, other.also),
        either(one.part, other.part),
        min(one.weight, other.weight),
    )


def _documents(stems: Phrase, lexicon: Lexicon) -> float:
    """In how many editions a term may be: its words as if they were independent, and in one if all are known."""
    shares = [lexicon.documents_with(stem) / max(lexicon.documents, 1) for stem in stems if stem]
    expected = lexicon.documents * prod(shares) if shares else 0
    return max(expected, 1) if expected else 0


def _phrases(tokens: list[Token], lexicon: Lexicon) -> Iterator[Phrase]:
    for term, _ in _terms(tokens, lexicon):
        stems = _stems(term)
        if term[0].quoted:
            yield stems
        else:
            yield from ((stem,) for stem in stems if stem)
        yield from lexicon.synonyms.get(_key(term, lexicon), {})


def _key(tokens: Sequence[Token], lexicon: Lexicon) -> Phrase:
    return lexicon.key_of([token.word for token in tokens], _stems(tokens))


def _stems(tokens: Iterable[Token]) -> Phrase:
    return tuple(token.found.stem for token in tokens)


# The language of tsqueries. Stems are letters and digits, so that nothing needs escaping.


def _quote(stem: str) -> str:
    forms = FORMS.get(stem, (stem,))
    return f"({' | '.join(map(repr, forms))})" if len(forms) > 1 else f"'{stem}'"


def either(*texts: str) -> str:
    return " | ".join(f"({text})" for text in dict.fromkeys(texts) if text)


def _phrase(stems: Phrase) -> str:
    """Return a tsquery for words that follow each other; the places of stop words stay empty."""
    text, gap = "", 0
    for stem in stems:
        gap += 1
        if stem:
            text += f" <{gap}> {_quote(stem)}" if text else _quote(stem)
            gap = 0
    return text
