"""A small lexicon for tests of queries, with made-up stems."""

from evidence.search.glossary import SAME_MEANING, KnownTerms, synonym_key
from evidence.search.lexicon import Lexicon, Word, spellings_of
from evidence.search.words import IRREGULAR_FORMS, STOP_WORDS


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
    known: dict[str, int] = {}
    for word in found.values():
        known[word.stem] = min(known.get(word.stem, 0) + word.documents, documents)
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
        stems=known,
        known=KnownTerms(
            groups,
            {tuple(name.split()): centre for name, centre in (names or {}).items()},
            frozenset(acronyms),
        ),
        never_corrected=frozenset(synonym_words),
        stem=stem,
        spellings=[spellings_of({*found, *synonym_words})],
    )


def stem(word: str) -> str:
    if word in STOP_WORDS:
        return ""
    found = word.removesuffix("ing").removesuffix("s")
    return IRREGULAR_FORMS.get(found, found)


def stems(term: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in term.split())
