"""Writing the text of PostgreSQL's tsqueries. Stems are letters and digits only, so nothing needs escaping."""

from .words import Phrase, stem_forms


def word(stem: str) -> str:
    """Return a tsquery for a stem, in all forms of an irregular word."""
    forms = stem_forms(stem)
    return f"({' | '.join(map(repr, forms))})" if len(forms) > 1 else f"'{stem}'"


def phrase(stems: Phrase) -> str:
    """Return a tsquery for stems that follow each other, with any one word in place of each stop word ("")."""
    text, distance = "", 0
    for stem in stems:
        distance += 1
        if stem:
            text += f" <{distance}> {word(stem)}" if text else word(stem)
            distance = 0
    return text


def any_of(*queries: str) -> str:
    """Return a tsquery for what matches at least one of these; "" if all of them are empty."""
    return " | ".join(f"({query})" for query in dict.fromkeys(queries) if query)
