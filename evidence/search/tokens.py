"""From the text of a query to its words: signs, references such as "NG 222", and typing errors."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from .compounds import hyphened, joined, letter_words, singular_and_plural
from .foreign import names_in
from .lexicon import Lexicon, Word
from .signs import Piece
from .spelling import correct, split
from .words import PREPOSITIONS, REQUEST_WORDS, WORD, plain_words, usual_form, usual_stem

MAX_WORDS = 32  # a query with more is cut off


class Token(NamedTuple):
    """One word of a query, as it is searched for."""

    word: str
    known: Word
    quotation: int = 0  # words with the same number are one phrase; 0 for a word that is in none
    excluded: bool = False  # after a minus sign
    after_or: bool = False
    is_request: bool = False  # a request word, such as "reduce", that says little by itself
    is_name: bool = False  # or a foreign word, which is no typing error

    @property
    def stem(self) -> str:
        """The stem of the word; "" for a stop word."""
        return self.known.stem


def tokenise(pieces: Iterable[Piece], lexicon: Lexicon) -> list[Token]:
    """Split the pieces of a query into words, its typing errors included."""
    tokens = list(_join_references(_tokens(pieces, lexicon), lexicon))
    if any(len(token.stem) > 1 or token.stem.isdigit() for token in tokens):
        return tokens
    # A letter says something beside a word, as in "vitamin D", but nothing by itself.
    return [token._replace(known=Word("", 0)) for token in tokens]


def correct_token(token: Token, lexicon: Lexicon) -> Token:
    """Return a token with its typing errors corrected."""
    known = token.known.documents or any(
        one in lexicon.words for one in singular_and_plural(token.word)
    )
    if known or not token.stem or token.is_name:
        return token
    word = lexicon.remember(("correct", token.word), lambda: correct(token.word, lexicon))
    if word == token.word:
        return token
    meant = lexicon.words[word]
    # "procurment" has the stem of "procurement" and is found as it is. It may become that word, but no other.
    # So may "attendence" become "attendance", whose stem is not the usual one.
    if lexicon.documents_with(token.stem) and token.stem not in (meant.stem, usual_stem(word)):
        return token
    return token._replace(word=word, known=meant)


def corrected_text(words: str, typed: Sequence[Token], corrected: Sequence[Token]) -> str:
    """Return the query as it was typed, with the corrected words in their places."""
    changed = {old.word: new.word for old, new in zip(typed, corrected, strict=True) if old != new}

    def correct_match(match: re.Match[str]) -> str:
        plain = plain_words(match[0])
        return changed.get(plain[0], match[0]) if len(plain) == 1 else match[0]

    return WORD.sub(correct_match, words)


def _tokens(pieces: Iterable[Piece], lexicon: Lexicon) -> Iterator[Token]:
    count, previous = 0, ""
    for piece in pieces:
        names = names_in(piece.text)
        after_or = piece.after_or
        for part in _words(piece, names, lexicon):
            if count == MAX_WORDS:
                return
            word, known = lexicon.remember(("word", part), partial(_read, part, lexicon))
            if previous == "worth" and word.endswith("ing"):
                known = Word("", 0)  # "is it worth paying for tutors" does not ask for payments
            is_request = previous not in PREPOSITIONS and (
                word in REQUEST_WORDS or known.stem in REQUEST_WORDS
            )
            yield Token(
                word,
                known,
                piece.quotation,
                piece.excluded,
                after_or,
                is_request,
                part in names,
            )
            count, after_or, previous = count + 1, False, word


def _read(part: str, lexicon: Lexicon) -> tuple[str, Word]:
    word = lexicon.unmutated(usual_form(part))
    return word, lexicon.look_up(word)


def _split(word: str, lexicon: Lexicon) -> list[str]:
    return lexicon.remember(("split", word), lambda: split(word, lexicon))


def _words(piece: Piece, names: frozenset[str], lexicon: Lexicon) -> list[str]:
    """Return the words of a piece, with each compound in the one form in which it is looked for."""
    letters = letter_words(piece.text)
    words: list[str] = []
    for word in plain_words(piece.text):
        if word in letters and word not in lexicon.words:
            words += letters[word]
        else:
            words += [word] if word in names or word in lexicon.words else _split(word, lexicon)
    typed = hyphened(piece.text)

    def is_known(word: str) -> bool:
        if word in lexicon.words:
            return True
        if word not in typed:
            return False
        # "Co-ordinated" is the word that the evidence has as "coordinating", for nothing is "ordinated".
        parts = [lexicon.look_up(part) for part in typed[word]]
        nothing = any(part.stem and not part.documents for part in parts)
        return nothing and lexicon.documents_with(lexicon.stem(word)) > 0

    one = joined(
        words,
        is_known,
        lambda word: word in typed or word in lexicon.hyphened,
    )
    # A quoted phrase of several words is looked for as it is written.
    return words if piece.quotation and len(one) > 1 else one


def _join_references(tokens: Iterable[Token], lexicon: Lexicon) -> Iterator[Token]:
    """Make one word of a reference that was typed as two: "NG 222", "ng-222"."""
    previous: Token | None = None
    for token in tokens:
        if previous is None:
            previous = token
            continue
        reference = previous.word + token.word
        may_join = previous.quotation == token.quotation and not token.after_or
        may_join = may_join and previous.word.isalpha() and token.word.isdigit()
        if may_join and (known := lexicon.words.get(reference)):
            yield previous._replace(word=reference, known=known, is_request=False)
            previous = None
        else:
            yield previous
            previous = token
    if previous is not None:
        yield previous
