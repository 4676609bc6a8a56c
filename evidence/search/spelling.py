"""Corrects typing errors: a word that no text has is taken for the nearest word of the evidence."""

from collections.abc import Iterator
from string import ascii_lowercase

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .compounds import MIN_HALF_LETTERS, STOP_BEGINNINGS, halves, singular_and_plural
from .english import english_words
from .lexicon import MIN_LETTERS, Lexicon, may_be_meant
from .welsh import ENGLISH_WORDS
from .words import IRREGULAR_PLURALS, OF_A_PERSON

# Of the word that is meant, for each error if there are several: "hattie" is not "hate".
LETTERS_OF_AN_ERROR = 3
MIN_E_WORD = 5  # letters; a shorter one with an "e" before it is a typing error

# American and older spellings. They are in every list of English words, but not in British text.
VARIANTS = (
    ("or", "our"), ("er", "re"), ("iz", "is"), ("yz", "ys"), ("ense", "ence"), ("og", "ogue"),
    ("am", "amme"), ("el", "ell"), ("ill", "il"), ("oll", "ol"), ("ed", "aed"), ("e", "ae"), ("ging", "geing"),
)  # fmt: skip

# Endings that make a new word from an English word.
ENDINGS = (
    *("al", "ally", "ual", "ually", "ness", "less", "ful", "fully"),
    *("able", "ability", "ism", "ist", "ists"),
)


def correct(word: str, lexicon: Lexicon) -> str:
    """Return the word of the evidence that was meant; or the word itself, if it is right or no word is near."""
    if len(word) < MIN_LETTERS or not word.isalpha():
        return word
    if word in lexicon.never_corrected or word in ENGLISH_WORDS:
        return word
    if british := _british(word, lexicon):
        return british
    # The list has few plurals of Latin and Greek words: "matrices" is right, because "matrix" is in it.
    one = IRREGULAR_PLURALS.get(word, word)
    if one in english_words():
        return word
    if american := [form for form in _american_forms(one) if form in english_words()]:
        # The evidence is in British English. If it has the other form, that is the word: "skills" for "skils".
        return next((form for form in american if form in lexicon.words), word)
    # "progams" is one letter from "programs", but far from "programmes".
    longer_forms = (
        form
        for american, british in VARIANTS
        if len(british) > len(american) + 1
        for form in _replacements(word, american, british)
    )
    found = (_nearest(form, lexicon) for form in (word, *longer_forms))
    errors, nearest = min(filter(None, found), default=(0, word))
    return word if errors > 1 and _is_derived(word) else nearest


def is_far(word: str, corrected: str) -> bool:
    """Say whether a word differs from what it was corrected to by more than one error, so that something else may be meant."""
    return OSA.distance(word, corrected) > 1 and not corrected.startswith(word)


def split(word: str, lexicon: Lexicon) -> list[str]:
    """Return the words of the evidence that were written as one ("antibullying"), or the one word if it is known."""
    if word in lexicon.words:
        return [word]
    for form in singular_and_plural(word):
        if form in lexicon.hyphened:
            return list(lexicon.hyphened[form])
    together = (pair for pair in halves(word) if all(_documents(half, lexicon) for half in pair))
    if found := next(filter(lexicon.stand_together, together), None):
        return list(found)
    if word in english_words() or OF_A_PERSON.fullmatch(word):
        return [word]
    if word.startswith("e") and _documents(word[1:], lexicon) and len(word) > MIN_E_WORD:
        return ["e", word[1:]]  # "elearning"
    for beginning in STOP_BEGINNINGS:  # "underachievement"
        rest = word.removeprefix(beginning)
        if rest != word and len(rest) >= MIN_LETTERS and lexicon.documents_with(lexicon.stem(rest)):
            return [beginning, rest]
    if len(word) < 2 * MIN_LETTERS:
        return [word]
    pairs = (
        [word[:at], word[at:]] for at in range(MIN_HALF_LETTERS, len(word) - MIN_HALF_LETTERS + 1)
    )
    # The best pair is the one whose rarer word is in most editions.
    documents, pair = max((min(_documents(half, lexicon) for half in pair), pair) for pair in pairs)
    return pair if documents else [word]


def _documents(word: str, lexicon: Lexicon) -> int:
    known = lexicon.words.get(word)
    return known.documents if known and known.stem else 0


def _nearest(word: str, lexicon: Lexicon) -> tuple[int, str] | None:
    """Return the nearest word of the evidence after its number of errors, the more common of two; None if all are too far.

    An error is a letter missed, added or changed, or two neighbours swapped (optimal string alignment). People get the
    beginning right: where it agrees, more may differ.
    """
    near = (
        (errors, -known.documents, candidate)
        for candidate, errors in _near(word, lexicon)
        if (known := lexicon.words.get(candidate)) and known.stem
    )
    errors, _, nearest = min(near, default=(0, 0, None))
    return (errors, nearest) if nearest else None


def _near(word: str, lexicon: Lexicon) -> Iterator[tuple[str, int]]:
    """Yield words that are not too far, each with the number of errors."""
    usual = max(1, len(word) // 4)
    long = len(word) > 5
    for beginning, most in ((word[:1], usual), (word[:3], usual + long)):
        for letters in range(len(word) - most, len(word) + most + 1):
            candidates = lexicon.correct_words(beginning, letters)
            similar = process.extract(
                word, candidates, scorer=OSA.distance, score_cutoff=most, limit=None
            )
            for candidate, errors, _ in similar:
                if errors == 1 or len(candidate) >= LETTERS_OF_AN_ERROR * errors:
                    yield candidate, errors
    if long:
        # If the first letter differs and there is but one error, it is there.
        forms = [word[1:], word[1] + word[0] + word[2:]]
        forms += [letter + rest for letter in ascii_lowercase for rest in (word, word[1:])]
        yield from ((form, 1) for form in forms if form in lexicon.words and may_be_meant(form))


def _is_derived(word: str) -> bool:
    """Say whether a word is made from an English word with a usual ending: "contextual" from "context"."""
    stems = (word.removesuffix(ending) for ending in ENDINGS if word.endswith(ending))
    return any(
        len(stem) >= MIN_LETTERS
        and any(form in english_words() for form in (stem, f"{stem}e", f"{stem}y"))
        for stem in stems
    )


def _british(word: str, lexicon: Lexicon) -> str | None:
    forms = (
        form for american, british in VARIANTS for form in _replacements(word, american, british)
    )
    return next((form for form in forms if form in lexicon.words), None)


def _american_forms(word: str) -> Iterator[str]:
    """Yield how Americans may write a word: the list of English words is American."""
    for american, british in VARIANTS:
        yield from _replacements(word, british, american)


def _replacements(word: str, old: str, new: str) -> Iterator[str]:
    """Yield the word with one piece replaced, for each place after the first letter where the piece stands."""
    for place in range(1, len(word)):
        if word.startswith(old, place):
            yield word[:place] + new + word[place + len(old) :]
