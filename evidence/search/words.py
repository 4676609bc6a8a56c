"""Splits text into words, gives their stems and lists special words; reads no database.

Lists of words are in the code because they describe a language, not the evidence. What
people of a field call things is for editors to write down, as synonym groups.
"""

import functools
import re
import unicodedata
from collections.abc import Iterator

import Stemmer

Phrase = tuple[str, ...]  # the words or stems of one term, in order; "" stands for a stop word

LONGEST_QUERY = 500  # characters
LONGEST_WORD = 40  # letters; the rest of a longer word is cut off
STEMS_REMEMBERED = 100_000  # about 10 MB; a text in English has fewer different words
MIN_MUTATED_LETTERS = 4
WORD, ASCII_WORD = re.compile(r"[^\W_]+"), re.compile("[A-Za-z0-9]+")

_stemmer = Stemmer.Stemmer("english", 0)  # without a cache of its own, which threads must not share


def clean(text: str) -> str:
    """Return a query as the page repeats it: one line without control characters, of at most LONGEST_QUERY characters."""
    printable = "".join(char if char.isprintable() else " " for char in text[: 10 * LONGEST_QUERY])
    return " ".join(printable.split())[:LONGEST_QUERY].strip()


def plain_words(text: str) -> list[str]:
    """Return the words of a text as the index has them: lower case, without accents, split at every other character."""
    plain = text.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain)
        plain = "".join(char for char in plain if not unicodedata.combining(char))
    return [word[:LONGEST_WORD] for word in word_pattern(plain).findall(plain)]


def word_pattern(text: str) -> re.Pattern[str]:
    """Return the pattern that finds the words of a text: the quick one, if that will do."""
    return ASCII_WORD if text.isascii() else WORD


@functools.lru_cache(STEMS_REMEMBERED)
def stem(word: str) -> str:
    """Return what stands for all forms of a plain word: "hold" for "holding" and "held"; "" for a stop word."""
    if word in STOP_WORDS:
        return ""
    if word in NOT_THEIR_STEM:
        return word
    found: str = _stemmer.stemWord(word)
    return IRREGULAR_FORMS.get(found, found)


def trimmed(phrase: Phrase) -> Phrase:
    """Return a phrase of stems without the stop words ("") before and after it."""
    places = [place for place, stem in enumerate(phrase) if stem]
    return phrase[places[0] : places[-1] + 1] if places else ()


def is_acronym(term: str) -> bool:
    """Say whether a term is written in capital letters only, such as "SEND"."""
    return term.isupper() and term.isalpha()


def unmutated_forms(word: str) -> Iterator[str]:
    """Yield what a Welsh word may be when it stands alone: "pobl" for "bobl"."""
    if len(word) >= MIN_MUTATED_LETTERS:
        for start, radical in WELSH_MUTATIONS:
            if word.startswith(start):
                yield radical + word.removeprefix(start)


def _listed(*lines: str) -> frozenset[str]:
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

# How the beginnings of Welsh words change after other words: "pobl" is "bobl" after "i".
WELSH_MUTATIONS = (
    ("ngh", "c"), ("mh", "p"), ("nh", "t"), ("ng", "g"), ("ph", "p"), ("th", "t"), ("ch", "c"), ("dd", "d"),
    ("b", "p"), ("d", "t"), ("g", "c"), ("f", "b"), ("f", "m"), ("l", "ll"), ("r", "rh"), ("m", "b"), ("n", "d"), ("", "g"),
)  # fmt: skip

# Stop words, or nearly, but they change the meaning of a verb: "kicked out" is not "kicking off", and "cut themselves"
# has nothing to do with cutting costs.
PARTICLES = _listed("away down off out over up themselves")

# "Herself" and "myself" say the same as "themselves", which is the word that synonyms are written with.
REFLEXIVE = "themselves"
OTHER_REFLEXIVES = _listed(
    "herself himself itself myself oneself ourselves themself yourself yourselves"
)

# The stemmer gives these the stem of another word: "physics" that of "physical", "universal" that of "university".
NOT_THEIR_STEM = _listed("immigration physicist physicists physics universal universally")

# Words that say nothing by themselves: those of English grammar, the pieces of "won't" and the like, and the small words of
# Welsh.
STOP_WORDS = _listed(
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
    "ar beth ei eu gan gyda mewn neu sut sy sydd wrth y yn yr",
)

# Request words ask for something and hardly say what: "how to reduce", "what works".
REQUEST_WORDS = _listed(
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
    "somebody someone something somewhere sort study studies supporting sure told",
    "sending sent worth",
)
# After one of these, such a word names something after all: "bullying at work".
PREPOSITIONS = _listed("at in of on")
