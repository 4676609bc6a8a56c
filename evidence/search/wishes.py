"""What a query asks for besides its subject: an effect, a price, a strength, an age, readers or a place, a date.

A wish is an order and no filter: of what answers the query, those that fit come first, and the page says so. "Tutoring that
doesn't work" is about tutoring, and begins with what was found to have no effect or to do harm.

The lists here describe a language, so they are code. For whom and where is read from the labels of the filters
(`populations.py`).
"""

import datetime
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import product

from centres.vocabulary import Cost, Direction, Strength
from evidence.catalogue.sources import UPDATED

from .ages import BEGIN_AGES, age_groups
from .lexicon import Lexicon
from .populations import FACETS as POPULATIONS
from .populations import Values, singular
from .terms import Term, term_ends
from .tokens import Token
from .words import Phrase, listed, plain_words

PARAMETERS = frozenset({"impact", "cost", "strength", "updated", *POPULATIONS})  # of all wishes

MAX_BEFORE = 3  # words between "not" and what it denies
MAX_GAP = 5  # words between "makes" and "worse", that included
MAX_BESIDE = 4  # words of a known term before a wish, or after it


@dataclass(frozen=True)
class Wish:
    """What comes first: what has one of these values of a filter."""

    parameter: str
    values: tuple[str, ...]
    words: str  # that were read so

    @property
    def is_searched(self) -> bool:
        """Whether its words are searched for as well, as those that say for whom."""
        return self.parameter in POPULATIONS


def read_wishes(
    typed: str, tokens: Sequence[Token], lexicon: Lexicon, declined: Collection[str] = ()
) -> tuple[tuple[Wish, ...], list[Token]]:
    """Return the wishes of a query, one for each filter, and the words that are left to search for.

    `typed` is the query as it was typed, which wishes quote. No wish is read for the parameters in `declined`. Words that are
    part of a known term or of a title, such as "free school meals", are no wish. Words that say for whom ("for primary
    schools") are searched for as well.
    """
    wishes: dict[str, Wish] = {}
    rest: list[Token] = []
    start = 0
    while start < len(tokens):
        found = _read_at(start, tokens, lexicon)
        values = found.values if found else {}
        wished = {name: some for name, some in values.items() if name not in declined}
        if not found or not wished:
            rest.append(tokens[start])
            start += 1
            continue
        words = _quoted(typed, [token.word for token in tokens[start + found.skipped : found.end]])
        for parameter, some in wished.items():
            wishes[parameter] = _joined(wishes.get(parameter), Wish(parameter, some, words))
        if found.is_searched:
            rest += tokens[start : found.end]
        start = found.end
    return tuple(wishes.values()), rest


def _joined(before: Wish | None, wish: Wish) -> Wish:
    if before is None:
        return wish
    values = tuple(dict.fromkeys((*before.values, *wish.values)))
    return Wish(wish.parameter, values, f"{before.words}, {wish.words}")


def _quoted(typed: str, words: Sequence[str]) -> str:
    """Return words as they were typed, such as "doesn't work"; if they are not found, as they were read."""
    match = re.search(r"[\W_]+".join(map(re.escape, words)), typed, re.IGNORECASE)
    return match[0] if match else " ".join(words)


@dataclass(frozen=True)
class _Reading:
    """What the words from one place of a query ask for."""

    values: Values
    end: int
    skipped: int = 0  # words before those that say it, such as "for"
    is_searched: bool = False


def _read_at(start: int, tokens: Sequence[Token], lexicon: Lexicon) -> _Reading | None:
    first = tokens[start].word
    if not (first in FIRST_WORDS or first.isdigit()):
        return None
    if words := _plain_run(start, tokens):
        for read in (_read_phrase, _read_age, _read_date, _read_population):
            if reading := read(start, words, tokens, lexicon):
                is_choice = any(token.after_or for token in tokens[reading.end : reading.end + 1])
                if not is_choice and not _is_denied(start, tokens):
                    return reading
    return None


def _plain_run(start: int, tokens: Sequence[Token]) -> tuple[str, ...]:
    """Return the words from a place on that may be read as a wish: up to a quotation or OR."""
    words: list[str] = []
    for token in tokens[start : start + LONGEST]:
        if token.quotation or token.excluded or token.after_or:
            break
        words.append(token.word)
    return tuple(words)


def _is_denied(start: int, tokens: Sequence[Token]) -> bool:
    """Say whether "not" or the like comes before a place, with nothing but small words between."""
    for token in reversed(tokens[max(0, start - MAX_BEFORE) : start]):
        if token.word in NEGATIONS:
            return True
        if token.stem and not token.is_request:
            return False
    return False


# Effect, price and strength


def _read_phrase(
    start: int, words: Phrase, tokens: Sequence[Token], lexicon: Lexicon
) -> _Reading | None:
    for length in range(len(words) if words[0] in BEGINNINGS else 0, 0, -1):
        if values := PHRASES.get(words[:length]):
            end = start + length
            if _is_of_a_subject(start, end, tokens, lexicon):
                return None
            is_term = words[:length] not in SPLIT and _is_term(tokens[start:end], lexicon)
            return _Reading(values, end, is_searched=is_term)
    return None


def _is_of_a_subject(start: int, end: int, tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    """Say whether words that may be a wish speak of a subject: "free school meals", "people who do not work"."""
    phrase = tuple(token.word for token in tokens[start:end])
    before = [token.word for token in tokens[max(0, start - MAX_BEFORE) : start]]
    if phrase in OF_PEOPLE and set(before[-2:]) & (PERSON if phrase[0] in OF_ONE else PEOPLE):
        return True
    after = tokens[end] if end < len(tokens) else None
    if phrase in SPLIT:
        earlier = (token.word for token in tokens[max(0, start - MAX_GAP) : start])
        if SPLIT[phrase].isdisjoint(earlier) or (after and after.word not in AFTER_SPLIT):
            return True
    if phrase in PREDICATES and after and after.stem and not after.is_request:
        return True
    if NEGATIONS.intersection(phrase):
        return False  # no subject is called "doesn't work"
    return _is_in_term(start, end, tokens, lexicon) or _is_in_title(start, end, tokens, lexicon)


def _is_in_term(start: int, end: int, tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    """Say whether a known term has some of these words of a query and others beside them."""
    for first in range(max(0, start - MAX_BESIDE), end):
        for place in term_ends(tokens[first : end + MAX_BESIDE], lexicon):
            last = first + place
            if last >= start and (first < start or last >= end):
                return True
    return False


def _is_in_title(start: int, end: int, tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    """Say whether a title has these words with the word before or after them."""
    before = next((place for place in range(start - 1, -1, -1) if tokens[place].stem), start)
    after = next((place for place in range(end, len(tokens)) if tokens[place].stem), end - 1)
    for first, last in ((before, end), (start, after + 1)):
        stems = tuple(token.stem for token in tokens[first:last])
        if last - first > end - start and lexicon.is_in_title(stems):
            return True
    return False


def _is_term(tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    """Say whether these words are a term that the lists or the synonym groups know."""
    return Term(tuple(tokens)).key(lexicon) in lexicon.known.synonyms


def _phrases() -> dict[Phrase, Values]:
    found: dict[Phrase, dict[str, tuple[str, ...]]] = {}
    for values, texts in _WISHES:
        for text in texts:
            found.setdefault(tuple(plain_words(text)), {}).update(values)
    return dict(found)


def _each(*parts: str) -> list[str]:
    """Return all texts that have one of the choices of each part: "a|b", "c|" gives "a c", "a", "b c" and "b"."""
    return [" ".join(filter(None, one)) for one in product(*(part.split("|") for part in parts))]


_Asked = dict[str, tuple[str, ...]]  # values by the parameter of a filter
NEGATIVE: _Asked = {"impact": (Direction.NO_EFFECT.value, Direction.HARMFUL.value)}
POSITIVE: _Asked = {"impact": (Direction.BENEFICIAL.value,)}
CHEAP: _Asked = {"cost": (str(Cost.VERY_LOW.value), str(Cost.LOW.value))}
STRONG: _Asked = {"strength": (Strength.VERY_HIGH.value, Strength.HIGH.value)}
WEAK: _Asked = {
    "strength": (Strength.LOW.value, Strength.VERY_LOW.value, Strength.INSUFFICIENT.value)
}
TENTATIVE: _Asked = {"strength": (Strength.MODERATE.value, Strength.LOW.value)}

_DO_NOT = "doesn't|doesnt|does not|don't|dont|do not|didn't|didnt|did not|won't|wont|will not|never"
_IS_NOT = "isn't|isnt|is not|aren't|arent|are not|wasn't|wasnt|was not|weren't|were not|not"
_IMPROVE = "reduce|cut|lower|prevent|stop|improve|raise|increase|help"
_OF_PEOPLE = [
    *_each(_DO_NOT, "|actually|really", "work"),
    *_each(_IS_NOT, "working"),
    "not work",
    *_each("do|does|did", "more|", "harm"),
]
_PREDICATES = ["harmful", "useless", "pointless"]

_WISHES: tuple[tuple[_Asked, list[str]], ...] = (
    (NEGATIVE, _OF_PEOPLE),
    (NEGATIVE, _PREDICATES),
    (NEGATIVE, _each(_DO_NOT, "seem to|appear to", "work")),
    (NEGATIVE, _each(_DO_NOT, "|actually|really", "have", "an|any", "effect|impact")),
    (NEGATIVE, _each(_DO_NOT, "|actually|really", "make", "a|any", "difference")),
    (NEGATIVE, _each(_IS_NOT, "very|", "effective")),
    (NEGATIVE, _each("no|little", "effect|impact")),
    (NEGATIVE, _each("make|makes|made|making", "no|little", "difference")),
    (NEGATIVE, _each("make|makes|made|making", "it|things|them|matters", "worse")),
    (NEGATIVE, ["worse", "work"]),
    (NEGATIVE, _each("do|does|did|doing", "more harm than good")),
    (NEGATIVE, _each("waste of|wastes|wasting", "|public", "money|time|effort|resources")),
    (NEGATIVE, _each("backfire|backfires|backfired|backfiring|ineffective|counterproductive")),
    (NEGATIVE, ["counter productive", "myths about", "myth that", "myths on"]),
    (CHEAP, _each("cheap|cheaper|cheapest|cheaply|inexpensive")),
    (CHEAP, _each("low|lower|lowest|lowish|no|little|least", "cost")),
    (CHEAP, ["on a budget", "on a tight budget", "on a shoestring", "least expensive", "for free"]),
    (CHEAP, ["free of charge"]),
    (CHEAP, _each("free", "programmes|interventions|approaches|schemes|projects|resources|ideas")),
    (CHEAP, _each("doesn't|doesnt|does not|don't|dont|do not", "cost", "much|a lot|anything")),
    (CHEAP | POSITIVE, _each("best", "buy|buys|value")),
    (CHEAP | POSITIVE, _each("good|great|better", "value")),
    (CHEAP | POSITIVE, ["best value for money", "good value for money", "value for money"]),
    (CHEAP | POSITIVE, _each("cost", "effective|effectively")),
    (STRONG, _each("strong|stronger|strongest|best|good|robust|solid", "evidence|evidenced")),
    (STRONG, _each("high|highest", "quality", "evidence|research|studies")),
    (STRONG, _each("strong|strongest", "options|choices|approaches|interventions|programmes")),
    (STRONG, ["gold standard", "well evidenced", "best evidenced", "gold standard evidence"]),
    (STRONG | POSITIVE, ["proven", "proven to work", "proved to work"]),
    (STRONG | NEGATIVE, _each("proven|proved|shown", "not to", "work")),
    (NEGATIVE, _each("found|known|thought|reported", "not to", "work|help")),
    (NEGATIVE, _each("what", _DO_NOT, "|actually|really", _IMPROVE)),
    (WEAK, _each("weak|weaker|weakest|thin|poor|limited|little|insufficient|no", "evidence")),
    (WEAK, ["not enough evidence", "lack of evidence", "low quality evidence"]),
    (TENTATIVE | POSITIVE, ["promising"]),
)
PHRASES = _phrases()
BEGINNINGS = frozenset(phrase[0] for phrase in PHRASES)
LONGEST = max(8, *map(len, PHRASES))  # in words, of any wish

# "Mentoring doesn't work" speaks of an effect, but "parents who don't work" of being out of work.
OF_PEOPLE = frozenset(tuple(plain_words(text)) for text in (*_OF_PEOPLE, "work"))
PERSON = listed(
    "who i he she someone somebody anyone anybody everyone everybody nobody parent mother mum father dad partner husband wife"
)
PEOPLE = PERSON | listed(
    "we people persons adults men women parents mothers mums fathers dads partners students youth teenagers graduates"
)
# With a subject between: "what makes reoffending worse", "why don't curfews work".
SPLIT = {
    ("worse",): listed("make makes made making"),
    ("work",): listed("doesn doesnt don dont didn didnt"),
}
AFTER_SPLIT = listed("for in")
# "Housing for people that doesn't work" speaks of housing.
OF_ONE = listed("doesn doesnt does isn isnt is wasn wasnt was")
# What is harmful, or harmful drinking: before a noun such a word is part of a subject.
PREDICATES = frozenset((word,) for word in _PREDICATES)
NEGATIONS = listed(
    "not no never nor neither without hardly isn isnt aren arent wasn wasnt weren don dont doesn doesnt didn didnt cannot cant"
)


# Ages


def _read_age(
    start: int, words: Phrase, tokens: Sequence[Token], lexicon: Lexicon
) -> _Reading | None:
    groups, length = age_groups(words)
    if not groups:
        return None
    end, skipped = start + length, int(words[0] == "for")
    first = start + skipped
    is_term = _is_term(tokens[first:end], lexicon)
    is_searched = is_term or _is_in_term(first, end, tokens, lexicon)
    return _Reading({"age_group": groups}, end, skipped, is_searched)


# Dates

SINCE = re.compile(r"(?P<since>since|from|after) (?P<year>(?:19|20)\d\d)(?: onwards)?")
LAST = re.compile(r"(?:in |over |from )?(?:the )?(?:last|past) (?:(?P<years>\d\d?|few) )?years?")
NEWEST = re.compile(
    r"(?:most recent|latest|newest|up to date)(?: (?:evidence|research|studies|findings|guidance|reviews?))?"
    r"|recent (?:evidence|research|studies|findings|guidance|reviews?|trials?)"
)
RECENT_YEARS, FEW_YEARS = 2, 5
BEGIN_DATES = listed("since from after in over the last past most latest newest up recent")


def _read_date(
    start: int, words: Phrase, tokens: Sequence[Token], lexicon: Lexicon
) -> _Reading | None:
    if words[0] not in BEGIN_DATES:
        return None
    for length in range(min(len(words), 5), 0, -1):
        since = _since(" ".join(words[:length]), lexicon.day)
        if since and words[length : length + 1] != ("to",):
            value = _period(since, lexicon.day)
            return _Reading({"updated": (value,)}, start + length) if value else None
    return None


def _since(text: str, day: datetime.date) -> datetime.date | None:
    """Return the first day of the time that a text names, which ends today."""
    if match := SINCE.fullmatch(text):
        return datetime.date(int(match["year"]) + (match["since"] == "after"), 1, 1)
    years = RECENT_YEARS if NEWEST.fullmatch(text) else 0
    if match := LAST.fullmatch(text):
        years = FEW_YEARS if match["years"] == "few" else int(match["years"] or 1)
    return day - datetime.timedelta(days=365.25 * years) if years else None


def _period(since: datetime.date, day: datetime.date) -> str:
    """Return the shortest period of the filter that begins so early; "" if none does."""
    years = (day - since).days / 365.25
    periods = sorted(int(value) for value in UPDATED if value.isdigit())
    return next((str(period) for period in periods if 0 <= years <= period), "")


# For whom and where

FIRST_WORDS = BEGINNINGS | BEGIN_AGES | BEGIN_DATES | {"for"}  # of any wish


def _read_population(
    start: int, words: Phrase, tokens: Sequence[Token], lexicon: Lexicon
) -> _Reading | None:
    if words[0] != "for":
        return None
    first = next((place for place, one in enumerate(words) if tokens[start + place].stem), 0)
    name = singular(words)
    for length in range(len(words), first, -1):
        if first and (values := lexicon.populations.get(name[first:length])):
            end = start + length
            if _is_in_term(start + first, end, tokens, lexicon):
                return None
            return _Reading(values, end, first, is_searched=True)
    return None
