"""The common words of English, with their frequency in speech.

The list belongs to pyspellchecker; its counts come from the subtitles of films. Why there is one: see
docs/decisions/0007-a-word-list-against-false-corrections.md.
"""

import functools
import gzip
import re
from importlib.resources import files
from math import log10

COMMON_ENOUGH = 200  # occurrences; a rarer word of the list is often an error itself
EVERYDAY = 20_000  # occurrences; a word said more often than this is hardly a subject by itself
MIN_WEIGHT = 0.3
ENTRY = re.compile(r'"(?P<word>[^"]+)": (?P<count>[0-9]+)')  # of the list, which is JSON


@functools.cache
def english_words() -> dict[str, int]:
    """Return each word with its number of occurrences. Read once, for all workers, in about 0.1 seconds."""
    packed = files("spellchecker") / "resources" / "en.json.gz"
    # Read word by word: to have all of the list as objects for a moment would cost 7 MB, which are never given back.
    entries = ENTRY.finditer(gzip.decompress(packed.read_bytes()).decode())
    return {one["word"]: count for one in entries if (count := int(one["count"])) >= COMMON_ENOUGH}


def everyday_weight(word: str) -> float:
    """Return how much a word counts in a query by how common it is in speech.

    1 for a word that belongs to a field, down to MIN_WEIGHT for "things", "told" or a number.
    """
    if word.isdecimal():
        return MIN_WEIGHT
    spoken = english_words().get(word, 0)
    return min(1.0, max(MIN_WEIGHT, 1 - log10(max(spoken, 1) / EVERYDAY) / 2))
