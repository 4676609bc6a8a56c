"""From the text of a query to its words: signs, references such as "NG 222", and typing errors."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from .lexicon import Lexicon, Word
from .spelling import correct, split
from .words import OTHER_REFLEXIVES, PREPOSITIONS, REFLEXIVE, REQUEST_WORDS, plain_words

MAX_WORDS = 32  # a query with more is cut off
# A quoted phrase, perhaps after a minus sign, or anything between spaces.
PIECES = re.compile(r'(-?)"([^"]*)"|(\S+)')


@dataclass(frozen=True)
class Token:
    """One word of a query, as it is searched for."""

    word: str
    known: Word
    quotation: int = 0  # words with the same number are one phrase; 0 for a word that is in none
    excluded: bool = False  # after a minus sign
    after_or: bool = False
    is_request: bool = False  # a request word, such as "reduce", that says little by itself

    @property
    def stem(self) -> str:
        """The stem of the word; "" for a stop word."""
        return self.known.stem


def tokenise(words: str, lexicon: Lexicon) -> list[Token]:
    """Split a query into words, its typing errors included."""
    return list(_join_references(_tokens(words, lexicon), lexicon))


def correct_token(token: Token, lexicon: Lexicon) -> Token:
    """Return a token with its typing errors corrected."""
    if token.known.documents or not token.stem or token.word.removesuffix("s") in lexicon.words:
        return token
    word = correct(token.word, lexicon)
    if word == token.word:
        return token
    known = lexicon.words[word]
    # "procurment" has the stem of "procurement" and is found as it is. It may become that word, but no other.
    if lexicon.documents_with(token.stem) and known.stem != token.stem:
        return token
    return replace(token, word=word, known=known)


def corrected_text(words: str, typed: Sequence[Token], corrected: Sequence[Token]) -> str:
    """Return the query as it was typed, with the corrected words in their places."""
    changed = {old.word: new.word for old, new in zip(typed, corrected, strict=True) if old != new}

    def correct_match(match: re.Match[str]) -> str:
        plain = plain_words(match[0])
        return changed.get(plain[0], match[0]) if len(plain) == 1 else match[0]

    return re.sub(r"[^\W_]+", correct_match, words)


def _tokens(words: str, lexicon: Lexicon) -> Iterator[Token]:
    pieces = list(PIECES.finditer(words))
    any_wanted = not all(map(_has_minus, pieces))
    count, after_or, previous = 0, False, ""
    for number, piece in enumerate(pieces, start=1):
        if piece[0] in {"OR", "|"}:
            after_or = count > 0
            continue
        excluded = any_wanted and _has_minus(piece)
        in_quotes = piece[2] is not None
        # What is excluded is one phrase too: "-self-harm" excludes self-harm, not all that has "self".
        quotation = number if in_quotes or excluded else 0
        typed = plain_words(piece[2] if in_quotes else piece[3])
        for part in (part for word in typed for part in split(word, lexicon)):
            if count == MAX_WORDS:
                return
            word = _usual_form(part, lexicon)
            known = lexicon.look_up(word)
            if previous == "worth" and word.endswith("ing"):
                known = Word("", 0)  # "is it worth paying for tutors" does not ask for payments
            is_request = previous not in PREPOSITIONS and (
                word in REQUEST_WORDS or known.stem in REQUEST_WORDS
            )
            yield Token(word, known, quotation, excluded, after_or, is_request)
            count, after_or, previous = count + 1, False, word


def _usual_form(word: str, lexicon: Lexicon) -> str:
    """Return the form of a word under which it is looked up."""
    if word in OTHER_REFLEXIVES:
        return REFLEXIVE
    word = lexicon.unmutated(word)
    if re.fullmatch(r"[0-9]+s", word) and word not in lexicon.words:
        return word.removesuffix("s")  # "year 7s" are the pupils of year 7
    return word


def _has_minus(piece: re.Match[str]) -> bool:
    return piece[1] == "-" or bool(piece[3] and re.match(r"-[^\W_]", piece[3]))


def _join_references(tokens: Iterable[Token], lexicon: Lexicon) -> Iterator[Token]:
    """Make one word of a reference that was typed as two: "NG 222", "ng-222"."""
    previous: Token | None = None
    for token in tokens:
        if previous is None:
            previous = token
            continue
        reference = previous.word + token.word
        known = lexicon.words.get(reference)
        may_join = previous.quotation == token.quotation and not token.after_or
        if may_join and previous.word.isalpha() and token.word.isdigit() and known:
            yield replace(previous, word=reference, known=known, is_request=False)
            previous = None
        else:
            yield previous
            previous = token
    if previous is not None:
        yield previous
