"""Welsh words as they begin after other words, and the Welsh names of places and people.

The names are those of the List of Standardised Welsh Place-names of the Welsh Language Commissioner (now kept by the Welsh
Government), and of the countries of these islands.
"""

import re
from collections.abc import Iterator, Sequence

MIN_MUTATED_LETTERS = 4

# How the beginnings of Welsh words change after other words: "pobl" is "bobl" after "i".
MUTATIONS = (
    ("ngh", "c"), ("mh", "p"), ("nh", "t"), ("ng", "g"), ("ph", "p"), ("th", "t"), ("ch", "c"), ("dd", "d"),
    ("b", "p"), ("d", "t"), ("g", "c"), ("f", "b"), ("f", "m"), ("l", "ll"), ("r", "rh"), ("m", "b"), ("n", "d"), ("", "g"),
)  # fmt: skip

# Names that are another word in English, as plain words.
NAMES = {
    # Countries, and who and what comes from them
    "cymru": "wales",
    "cymraeg": "welsh",
    "cymreig": "welsh",
    "cymry": "welsh",
    "cymro": "welsh",
    "cymraes": "welsh",
    "lloegr": "england",
    "saesneg": "english",
    "saeson": "english",
    "yr alban": "scotland",
    "albanwyr": "scottish",
    "iwerddon": "ireland",
    "gogledd iwerddon": "northern ireland",
    "gwyddelod": "irish",
    "prydain": "britain",
    "prydain fawr": "great britain",
    "prydeinig": "british",
    "teyrnas unedig": "united kingdom",
    # Cities
    "abertawe": "swansea",
    "caerdydd": "cardiff",
    "casnewydd": "newport",
    "llanelwy": "st asaph",
    "llundain": "london",
    "tyddewi": "st davids",
    "wrecsam": "wrexham",
    # Counties and county boroughs
    "blaenau gwent": "blaenau gwent",
    "bro morgannwg": "vale of glamorgan",
    "caerffili": "caerphilly",
    "castell nedd": "neath",
    "merthyr tudful": "merthyr tydfil",
    "pen y bont ar ogwr": "bridgend",
    "sir benfro": "pembrokeshire",
    "sir ddinbych": "denbighshire",
    "sir fynwy": "monmouthshire",
    "sir gaerfyrddin": "carmarthenshire",
    "sir y fflint": "flintshire",
    "ynys mon": "anglesey",
    "morgannwg": "glamorgan",
    # County towns and other large towns
    "aberhonddu": "brecon",
    "aberteifi": "cardigan",
    "caerfyrddin": "carmarthen",
    "caergybi": "holyhead",
    "dinbych": "denbigh",
    "hwlffordd": "haverfordwest",
    "trefynwy": "monmouth",
    "y barri": "barry",
    "y drenewydd": "newtown",
    "y fenni": "abergavenny",
    "yr wyddgrug": "mold",
}


def unmutated_forms(word: str) -> Iterator[str]:
    """Yield what a Welsh word may be when it stands alone: "pobl" for "bobl"."""
    if len(word) >= MIN_MUTATED_LETTERS:
        for start, radical in MUTATIONS:
            if word.startswith(start):
                yield radical + word.removeprefix(start)


def in_english(words: Sequence[str]) -> Sequence[str]:
    """Return plain words with the English names of what has a Welsh one."""
    if NAME_BEGINNINGS.isdisjoint(words):
        return words
    return _NAME.sub(lambda match: _ENGLISH[match[0]], " ".join(words)).split()


def _forms(name: str) -> Iterator[str]:
    """Yield a name and its mutated forms."""
    yield name
    for start, radical in MUTATIONS:
        if name.startswith(radical):
            yield start + name.removeprefix(radical)


_ENGLISH = {form: english for name, english in NAMES.items() for form in _forms(name)}
_NAME = re.compile(rf"\b(?:{'|'.join(sorted(_ENGLISH, key=len, reverse=True))})\b")

# The words of the English names, which are no typing errors even where no text has them.
ENGLISH_WORDS = frozenset(word for name in NAMES.values() for word in name.split())
# The words with which a name begins.
NAME_BEGINNINGS = frozenset(form.split()[0] for form in _ENGLISH)
