"""The figures that an edition holds of a centre's pages, and which of them stand on a page.

They are not only those that a centre confirms (evidence.editorial.figures): numbers in our own sentences are looked for too.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evidence.models import Edition
from evidence.models.content_fields import label_of

from .words import words_of

# What a number of studies is said of, and how many words away at most.
STUDIES = {
    "study", "studies", "trial", "trials", "rct", "rcts", "evaluation", "evaluations", "review", "reviews", "paper", "papers",
    "article", "articles", "publication", "publications",
}  # fmt: skip
NEAR = 4
YEARS = range(1900, 2100)
RATINGS = ["impact_native", "strength_native", "cost_native"]


@dataclass(frozen=True)
class Figure:
    """A figure or rating as words in a row; `of` is the line of the whole that it is a part of, if it is only a part."""

    words: tuple[str, ...]
    of: str = ""
    is_of_studies: bool = False


def held_figures(edition: Edition) -> dict[str, Figure]:
    """Return the figures and ratings that an edition holds, each by the line that names it to an editor."""
    held: dict[str, Figure] = {}
    for name in RATINGS:
        _add_words(held, label_of(name), getattr(edition, name))
    for finding in edition.findings.all():
        for name in ("effect", "strength_native"):
            _add_words(held, label_of(f"findings.{name}"), getattr(finding, name))
    if edition.studies is not None:
        line = f"{label_of('studies')}: {edition.studies:,}"
        held[line] = Figure((str(edition.studies),), is_of_studies=True)
    for name in ("bottom_line", "key_findings"):
        said = getattr(edition, name)
        for text in [said] if isinstance(said, str) else said:
            for word in words_of(text):
                if _stands_alone(word):
                    held[f"{label_of(name)}: {word}"] = Figure((word,))
    return held


def found_on(words: Sequence[str], held: Mapping[str, Figure]) -> list[str]:
    """Return the lines of the figures that are among the words of a page."""
    text = f" {' '.join(words)} "
    return sorted(
        line
        for line, figure in held.items()
        if f" {' '.join(figure.words)} " in text
        and (not figure.is_of_studies or _is_of_studies(words, figure.words[0]))
    )


def _add_words(held: dict[str, Figure], label: str, said: str) -> None:
    """Add what a centre said as a whole, and the numbers in it with the word that follows."""
    words = words_of(said)
    if not words:
        return
    whole = f"{label}: {said}"
    held[whole] = Figure(tuple(words))
    for at, word in enumerate(words):
        part = words[at : at + 1] if _stands_alone(word) else words[at : at + 2]
        if _is_number(word) and (len(part) == 2 or _stands_alone(word)) and part != words:
            held.setdefault(f"{label}: {' '.join(part)}", Figure(tuple(part), of=whole))


def _is_number(word: str) -> bool:
    return any(character.isdigit() for character in word)


def _stands_alone(word: str) -> bool:
    """Say whether a number means something without what follows: it has a sign, a unit, a fraction, or four digits and more."""
    if not _is_number(word):
        return False
    if word.isdigit():
        return len(word) > 3 and int(word) not in YEARS
    return bool(re.search(r"[%£$€.+-]", word))


def _is_of_studies(words: Sequence[str], number: str) -> bool:
    return any(
        word == number and not STUDIES.isdisjoint(words[max(at - NEAR, 0) : at + NEAR + 1])
        for at, word in enumerate(words)
    )
