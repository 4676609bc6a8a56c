"""Finding published editions by words."""

import re
from dataclasses import dataclass, field

from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

LONGEST_QUERY = 500

RANKED = """
    SELECT edition_id, ts_rank('{0.05, 0.15, 0.4, 1.0}', words, query) AS rank
    FROM evidence_searchdocument, websearch_to_tsquery('portal', %s) AS query
    WHERE words @@ query
    ORDER BY rank DESC, edition_id
"""


@dataclass(frozen=True)
class Matches:
    """What a search found: `ranks` has every match, best first."""

    words: str
    ranks: dict[int, float] = field(default_factory=dict)
    corrected: str | None = None
    loose: bool = False

    def passage(self, text: str) -> SafeString:
        """Return the text escaped, with the words that were searched for marked."""
        stems = [re.escape(_stem(word)) for word in re.findall(r"\w{3,}", self.words.lower())]
        escaped = escape(text)
        if not stems:
            return escaped
        # Entities such as &amp; are left whole.
        pattern = re.compile(rf"&[#\w]+;|\b((?:{'|'.join(stems)})\w*)", re.IGNORECASE)
        return mark_safe(  # noqa: S308 - escaped above; only our own tags are added
            pattern.sub(lambda m: f"<mark>{m[1]}</mark>" if m[1] else m[0], escaped)
        )


def clean(words: str) -> str:
    """Return a query as it is shown back: one line, no control characters, of bounded length."""
    printable = "".join(char if char.isprintable() else " " for char in words)
    return " ".join(printable.split())[:LONGEST_QUERY].strip()


def search(words: str) -> Matches:
    """Return all published editions that match, in one statement."""
    words = clean(words)
    if not words:
        return Matches(words)
    with connection.cursor() as cursor:
        cursor.execute(RANKED, [words])
        return Matches(words, dict(cursor.fetchall()))


def _stem(word: str) -> str:
    """Cut common endings, so that "mentors" also marks "mentoring"."""
    for ending in ("ing", "ies", "es", "ed", "s", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
