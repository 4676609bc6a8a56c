"""Parses a query: what is searched for, what is left out, and what comes first."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from .concepts import Concept, once, read_concepts
from .english import everyday_weight
from .lexicon import Lexicon
from .signs import read_signs
from .spelling import is_far
from .terms import quotations, take_out_centres
from .tokens import Token, correct_token, corrected_text, tokenise
from .wishes import Wish, read_wishes
from .words import Phrase, clean, trimmed

FAR_FROM_TYPED = 0.5  # the doubt about a word with more than one error


@dataclass(frozen=True)
class Query:
    """A query as it is searched for."""

    words: str  # as typed, cleaned
    corrected: str | None = None  # without typing errors; None if there are none
    concepts: tuple[Concept, ...] = ()
    excluded: tuple[Phrase, ...] = ()
    centres: frozenset[int] = frozenset()  # the keys of those that are named
    names_only_centres: bool = False  # and so asks for all of their evidence
    wishes: tuple[Wish, ...] = ()  # what comes first of what answers the query
    unknown: tuple[str, ...] = ()  # words that were not used because nothing has them
    # The weight of these and of guesses at typing errors, which speaks against an answer.
    doubt: float = 0
    unread: tuple[str, ...] = ()  # signs of other search engines that are not read, such as "NEAR"
    whole_phrase: Phrase = ()  # all words, names of centres included; () if there is but one
    stems: tuple[str, ...] = ()  # of all words that say something, names of centres included
    request_stems: tuple[str, ...] = ()  # those of them that are request words
    telling_stems: tuple[str, ...] = ()  # the others
    subject_stems: tuple[str, ...] = ()  # those of the others that no centre and no wish has
    is_title: bool = False  # whether its request words, beside wishes, are a title: "Achieve Together that does not work"
    phrases: frozenset[Phrase] = field(default=frozenset(), repr=False)  # stems, for highlighting

    @cached_property
    def names_only_wishes(self) -> bool:
        """Whether it asks for all that fits its wishes, and for no subject, as "what doesn't work" does."""
        names_a_thing = any(not concept.is_request for concept in self.concepts)
        is_subject = self.centres or self.unknown or self.is_title or names_a_thing
        return bool(self.wishes) and not is_subject

    @cached_property
    def names_no_subject(self) -> bool:
        """Whether all of its words are names of centres or wishes."""
        return self.names_only_centres or self.names_only_wishes


def parse(
    words: str, lexicon: Lexicon, *, exact: bool = False, declined: Collection[str] = ()
) -> Query:
    """Parse a query. `exact` searches for typing errors as they are; no wish is read for the filters in `declined`."""
    words = clean(words)
    signs = read_signs(words)
    typed = tokenise(signs.pieces, lexicon)
    corrected = [correct_token(token, lexicon) for token in typed]
    tokens = typed if exact else corrected
    wanted = [token for token in tokens if not token.excluded]
    excluded = [token for token in tokens if token.excluded]
    wishes, wished = read_wishes(words, wanted, lexicon, declined)
    searched, centres = take_out_centres(wished, lexicon)
    concepts, unknown, marked = read_concepts(searched, lexicon)
    whole_phrase = trimmed(tuple(token.stem for token in wanted))
    rest = trimmed(tuple(token.stem for token in searched))
    return Query(
        words=words,
        corrected=corrected_text(words, typed, corrected) if corrected != typed else None,
        concepts=concepts,
        excluded=once(*filter(None, (trimmed(term.stems) for term in quotations(excluded)))),
        centres=centres,
        names_only_centres=bool(centres) and searched == wished and not excluded,
        wishes=wishes,
        unknown=once(*(token.word for token in unknown)),
        doubt=sum(everyday_weight(token.word) for token in unknown)
        + FAR_FROM_TYPED * sum(map(_is_far, typed, tokens)),
        unread=signs.unread,
        whole_phrase=whole_phrase if len(whole_phrase) > 1 else (),
        stems=once(*(token.stem for token in wanted if token.stem)),
        request_stems=once(*(one.stem for one in wanted if one.stem and one.is_request)),
        telling_stems=_telling(wanted),
        subject_stems=_telling(searched),
        is_title=bool(wishes)
        and not _telling(searched)
        and len(rest) > 1
        and lexicon.is_in_title(rest),
        phrases=marked,
    )


def _is_far(typed: Token, searched: Token) -> bool:
    return typed != searched and is_far(typed.word, searched.word)


def _telling(tokens: Iterable[Token]) -> tuple[str, ...]:
    """Return the stems of the words that say what is asked for."""
    return once(*(token.stem for token in tokens if token.stem and not token.is_request))
