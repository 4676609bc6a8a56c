"""A small lexicon for tests of queries, with made-up stems."""

from evidence.search.lexicon import SAME_MEANING, Lexicon, Word, synonym_key
from evidence.search.words import EXTRA_STOP_WORDS

STOP = {
    "the",
    "and",
    "in",
    "of",
    "for",
    "does",
    "is",
    "to",
    "what",
    "my",
    "on",
    "a",
    "do",
    "themselves",
}


def make_lexicon(
    *words: str,
    synonyms: dict[str, list[str]] | None = None,
    names: dict[str, int] | None = None,
    acronyms: tuple[str, ...] = (),
    documents: int = 100,
    **counts: int,
) -> Lexicon:
    """Make a lexicon of words in 10 of 100 editions each (or as `counts` says)."""
    found = {word: Word(stem(word), counts.get(word, 10)) for word in (*words, *counts)}
    found |= {word: Word("", documents) for word in STOP | EXTRA_STOP_WORDS}
    groups: dict[tuple[str, ...], dict[tuple[str, ...], float]] = {}
    synonym_words: set[str] = set()
    for term, others in (synonyms or {}).items():
        synonym_words |= set(term.split())
        groups[synonym_key(term.split(), stems(term))] = {
            stems(other): SAME_MEANING for other in others
        }
    return Lexicon(
        documents=documents,
        words=found | {word: Word(stem(word), 0) for word in synonym_words if word not in found},
        synonyms=groups,
        centre_names={tuple(name.split()): centre for name, centre in (names or {}).items()},
        never_corrected=frozenset(synonym_words),
        acronyms=frozenset(acronyms),
    )


def stem(word: str) -> str:
    return "" if word in STOP else word.removesuffix("ing").removesuffix("s")


def stems(term: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in term.split())
