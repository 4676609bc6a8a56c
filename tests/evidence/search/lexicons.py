"""A small lexicon for tests of reading queries, with stems cut by hand."""

from evidence.search.lexicon import LEFT_OVER, SURE, Lexicon, Word, key_of

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
    found |= {word: Word("", documents) for word in STOP | LEFT_OVER}
    groups: dict[tuple[str, ...], dict[tuple[str, ...], float]] = {}
    listed: set[str] = set()
    for term, others in (synonyms or {}).items():
        listed |= set(term.split())
        groups[key_of(term.split(), stems(term))] = {stems(other): SURE for other in others}
    return Lexicon(
        documents=documents,
        words=found | {word: Word(stem(word), 0) for word in listed if word not in found},
        synonyms=groups,
        names={tuple(name.split()): centre for name, centre in (names or {}).items()},
        listed=frozenset(listed),
        acronyms=frozenset(acronyms),
    )


def stem(word: str) -> str:
    return "" if word in STOP else word.removesuffix("ing").removesuffix("s")


def stems(term: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in term.split())
