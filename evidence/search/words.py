"""Splits text into words, gives their stems and lists special words; reads no database.

Lists of words are in the code because they describe a language, not the evidence. What
people of a field call things is for editors to write down, as synonym groups.
"""

import functools
import re
import unicodedata
from collections.abc import Callable

import Stemmer

from .numerals import DIGIT, NUMBER_WORDS, SHORT, THOUSANDS, in_digits
from .welsh import NAME_BEGINNINGS, in_english

Phrase = tuple[str, ...]  # the words or stems of one term, in order; "" stands for a stop word

LONGEST_QUERY = 500  # characters
LONGEST_WORD = 40  # letters; the rest of a longer word is cut off
STEMS_REMEMBERED = 20_000  # about 5 MB; the evidence has fewer different words, but for numbers
# Accents and invisible characters that may stand inside a word: see `folded`.
MARKS = r"[\u0300-\u036f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]"
WORD, ASCII_WORD = re.compile(rf"[^\W_]+(?:{MARKS}+[^\W_]+)*"), re.compile("[A-Za-z0-9]+")
NOT_ASCII = re.compile(r"[^\x00-\x7f]")
ONE_KIND = str.maketrans({"\u2010": "-", "\u2018": "'", "\u2019": "'", "\u02bc": "'"})
# Letters, spaces and signs that are shown as nothing, though Unicode does not call them so.
BLANKS = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0")
INITIALS = re.compile(r"\b([a-z])\s?&\s?([a-z])\b")  # "A&E" and "R & D", which are one word
APOSTROPHE = re.compile(r"'(?<=\b[od]')(?=[a-z]{3})")  # that of "O'Brien" and "D'Arcy"
DOTS = re.compile(r"\.(?<=\b[a-z]\.)(?=[a-z]\b)")  # those inside "e.g." and "U.K."
LETTER_HYPHEN = re.compile(r"-(?<=(?<![\w-])[b-hj-z]-)(?=[a-z]{2})")  # that of "e-learning"
OTHER_FORMS = NUMBER_WORDS | SHORT | NAME_BEGINNINGS | {"one"}  # words that may have another form

_stemmer = Stemmer.Stemmer("english", 0)  # without a cache of its own, which threads must not share


def clean(text: str) -> str:
    """Return a query as the page repeats it: one line of visible characters, of at most LONGEST_QUERY characters."""
    text = text[: 10 * LONGEST_QUERY]
    if not text.isascii():
        text = _without(is_invisible, text)
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(text.split())[:LONGEST_QUERY].strip()


def plain_words(text: str) -> list[str]:
    """Return the words of a text as the index has them: lower case, without accents, split at every other character.

    Invisible characters are left out. Numbers, years and Welsh names have one form, and so have "A&E" and "U.K.".
    """
    plain = folded(text)
    if "&" in plain:
        plain = INITIALS.sub(r"\1\2", plain)
    if "," in plain:
        plain = THOUSANDS.sub("", plain)
    if "'" in plain:
        plain = APOSTROPHE.sub("", plain)
    if "-" in plain:
        plain = LETTER_HYPHEN.sub("", plain)
    plain = DOTS.sub("", plain)
    words = word_pattern(plain).findall(plain)
    if DIGIT.search(plain) or not OTHER_FORMS.isdisjoint(words):
        words = in_digits(in_english(words))
    return [word[:LONGEST_WORD] for word in words]


def folded(text: str) -> str:
    """Return a text in lower case, with one kind of hyphen and apostrophe, without accents and invisible characters."""
    if not text.isascii():
        text = _without(_is_mark, unicodedata.normalize("NFKD", text)).translate(ONE_KIND)
    return text.casefold()


def is_invisible(char: str) -> bool:
    """Say whether a character is shown as nothing: a soft hyphen, a zero-width space, a mark of direction or of a variant."""
    return (
        unicodedata.category(char) == "Cf"
        or char in BLANKS
        or "\ufe00" <= char <= "\ufe0f"
        or "\U000e0100" <= char <= "\U000e01ef"
        or char == "\u034f"
    )


def _is_mark(char: str) -> bool:
    """Say whether a character is invisible or belongs to the letter before it, such as an accent."""
    return unicodedata.category(char) in ("Mn", "Me") or is_invisible(char)


def _without(is_left_out: Callable[[str], bool], text: str) -> str:
    for char in set(NOT_ASCII.findall(text)):
        if is_left_out(char):
            text = text.replace(char, "")
    return text


def word_pattern(text: str) -> re.Pattern[str]:
    """Return the pattern that finds the words of a text: the quick one, if that will do."""
    return ASCII_WORD if text.isascii() else WORD


@functools.lru_cache(STEMS_REMEMBERED)
def stem(word: str) -> str:
    """Return what stands for all forms of a plain word: "hold" for "holding" and "held"; "" for a stop word."""
    if word in STOP_WORDS:
        return ""
    return word if word in NOT_THEIR_STEM else usual_stem(word)


def usual_stem(word: str) -> str:
    """Return the stem of a word that is no stop word as the stemmer gives it, even if that is the stem of another word."""
    found: str = _stemmer.stemWord(_one_form(word))
    return IRREGULAR_FORMS.get(found, found)


def _one_form(word: str) -> str:
    """Return the form for which the stemmer finds the stem of all: "crises" for "crisis", "policeman" for "policewomen"."""
    if word in IRREGULAR_PLURALS:
        return IRREGULAR_PLURALS[word]
    if len(word) > MIN_CLASSICAL and word.endswith("sis"):
        return f"{word[:-2]}es"
    if match := OF_A_PERSON.fullmatch(word):
        return f"{match[1]}man"
    return word


def usual_form(word: str) -> str:
    """Return the form of a small word in which terms are compared: "themselves" for "herself", "their" for "her"."""
    if word in OTHER_REFLEXIVES:
        return REFLEXIVE
    return POSSESSIVE if word in OTHER_POSSESSIVES else word


def trimmed(phrase: Phrase) -> Phrase:
    """Return a phrase of stems without the stop words ("") before and after it."""
    places = [place for place, stem in enumerate(phrase) if stem]
    return phrase[places[0] : places[-1] + 1] if places else ()


def is_acronym(term: str) -> bool:
    """Say whether a term is written in capital letters only, such as "SEND"."""
    return term.isupper() and term.isalpha()


def listed(*lines: str) -> frozenset[str]:
    """Return the words of some lines."""
    return frozenset(word for line in lines for word in line.split())


# Irregular words: from the stem of each form to that of the form that stands for all of them.
IRREGULAR_FORMS: dict[str, str] = {
    form: forms[0]
    for line in (
        "child children, man men, woman women, wife wive, knife knive, thief thiev, foot feet",
        "teach taught, hold held, pay paid, sleep slept, steal stole stolen, throw threw thrown",
        "leav left, fight fought, bring brought, buy bought, spend spent, sell sold, lose lost",
        "drink drunk drank drunken, driv drove driven, break broke broken, speak spoke spoken",
        "feel felt, deal dealt, write wrote written, build built, grow grew grown, wear wore worn",
        "shoot shot, beat beaten",
    )
    for group in line.split(",")
    for forms in (tuple(group.split()),)
    for form in forms
}

# Plurals whose stem is that of another word, or of none.
IRREGULAR_PLURALS = {
    plural: singular
    for pair in (
        "criterion criteria, phenomenon phenomena, curriculum curricula, referendum referenda",
        "memorandum memoranda, bacterium bacteria, stratum strata, addendum addenda, forum fora",
        "stimulus stimuli, syllabus syllabi, alumnus alumni, focus foci, nucleus nuclei, fungus fungi",
        "index indices, matrix matrices, appendix appendices, vertex vertices, bus buses, gas gases",
        "bus busses, mouse mice, tooth teeth, goose geese, ox oxen, penny pence, half halves",
        "shelf shelves, self selves, wolf wolves, loaf loaves, calf calves, scarf scarves, elf elves",
        # "Personal" has the stem of "person", so it is "people" that stands for both.
        "people person, people persons",
    )
    for singular, plural in map(str.split, pair.split(", "))
}
MIN_CLASSICAL = 5  # letters; "basis" and "oasis" stay what they are
# Whoever does something: "policeman", "policewomen", "chairperson", "salespeople".
OF_A_PERSON = re.compile("(.{3,}?)(?:women|woman|men|people|persons?)")

# Stop words, or nearly, but they change the meaning of a verb: "kicked out" is not "kicking off", and "cut themselves"
# has nothing to do with cutting costs.
PARTICLES = listed("away down off out over up themselves")

# "Herself" and "myself" say the same as "themselves", which is the word that synonyms are written with.
REFLEXIVE = "themselves"
OTHER_REFLEXIVES = listed(
    "herself himself itself myself oneself ourselves themself yourself yourselves"
)

# So do these: "on her own" is "on their own".
POSSESSIVE = "their"
OTHER_POSSESSIVES = listed("her his its my our your")

# The stemmer gives these the stem of another word: "physics" that of "physical", "attendance" that of "attend", which is
# said of courses.
NOT_THEIR_STEM = listed("attendance immigration physicist physicists physics universal universally")

# Words that say nothing by themselves: those of English grammar, the pieces of "won't" and the like, and the small words of
# Welsh.
STOP_WORDS = listed(
    "i me my myself we our ours ourselves you your yours yourself yourselves he him his himself",
    "she her hers herself it its itself they them their theirs themselves themself oneself",
    "what which who whom this that these those am is are was were be been being",
    "have has had having do does did doing a an the and but if or because as until while",
    "of at by for with about against between into through during before after above below to from",
    "up down in out on off over under again further then once here there when where why how",
    "all any both each few more most other some such no nor not only own same so than too very",
    "s t can will just don should now",
    "ain aren couldn didn doesn hadn hasn haven isn ll mustn needn re shouldn ve wasn weren",
    "won wouldn cant dont doesnt didnt isnt wont im ive",
    "ar beth ei eu gan gyda mewn neu sut sy sydd wrth y ym yn yng yr",
)

# Request words ask for something and hardly say what: "how to reduce", "what works".
REQUEST_WORDS = listed(
    "achieve against any anything approach approaches avoid avoiding become best better",
    "bring can come coming cope coping cut cutting effective effectively end ending every",
    "evidence fewer find get gets getting give giving go going good got happen happening",
    "have having help helping helps impact improve improves improving increase increases",
    "increasing intervention interventions keep keeping know less let like look lot lots",
    "lower lowering make makes making many more most much need needs new offer people",
    "please prevent preventing programme programmes project projects put putting raise",
    "raises raising really reduce reduces reducing result results right scheme schemes",
    "should start starting stay staying stop stopping stops tackle tackling take taking",
    "thing things together try trying use using want way ways work working works would",
    "able actually always anyone anybody deal dealing everyone guidance guide guideline guidelines",
    "handle handling idea ideas never proper properly recommendation recommendations say says",
    "choice choices option options",
    "somebody someone something somewhere sort study studies supporting sure told",
    "sending sent worth",
)
# After one of these, such a word names something after all: "bullying at work".
PREPOSITIONS = listed("at in of on")
