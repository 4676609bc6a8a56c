"""Text as people paste it: what Word, web pages and PDF files leave in it is taken out, in one way for every way in.

Forms, spreadsheets and the files of the data set all call `cleaned`, and show what it says that it took out. It takes out
what nobody means: tags, list marks, spaces and hyphens that only a layout needs. What may be meant stays: "<" in "p < 0.05",
quotation marks, dashes, and a number or a hyphen that need not be a list mark.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

from django.utils.text import get_text_list

# Nobody pastes text that was escaped more often; without a limit, "&amp;amp;amp;…" would keep a worker busy for minutes. Of a
# long text, only as many rounds as take no longer than all rounds of a short one.
MOST_ROUNDS = 20
LONG_TEXT_ROUNDS = 5
MOST_READ = 50_000  # characters in all rounds
# No language puts more on one letter. To sort them, which is how they are composed, takes the square of their number.
MOST_MARKS = 8
# How a text is laid out: in one line, in paragraphs, or as a list with an entry a line.
Layout = Literal["line", "prose", "list"]

ATTRIBUTES = r"""(?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))*\s*/?"""
BLOCKS = (
    "address|article|aside|blockquote|br|caption|center|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|header|"
    "hr|legend|li|main|nav|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
INLINE = (
    "a|abbr|b|big|button|cite|code|del|em|font|i|iframe|img|input|ins|kbd|label|mark|meta|link|path|picture|q|s|select|small|"
    "source|span|strike|strong|sub|sup|svg|time|tt|u|var|video|wbr|script|style|html|head|body|title|colgroup|col|nobr|"
    "[a-z][a-z0-9]{0,4}:[a-z][a-z0-9]*"  # Word's own, such as <o:p>
)
UNREAD = re.compile(
    r"<!--(?:(?!<!--).)*?-->|<!doctype[^<>]*>|<!\[(?:if|endif)[^<>]*>|<\?xml[^<>]*>|<(script|style)\b[^<>]*>(?:(?!<\1).)*?</\1\s*>",
    re.DOTALL | re.IGNORECASE,
)
BLOCK_TAG = re.compile(rf"</?(?:{BLOCKS}){ATTRIBUTES}>", re.IGNORECASE)
INLINE_TAG = re.compile(rf"</?(?:{INLINE}){ATTRIBUTES}>", re.IGNORECASE)
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

LINE_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# One line of which nothing can be taken out: most texts, and found in a tenth of the time.
PLAIN = re.compile(r"(?:[A-Z]|[a-z]{5})(?: ?[!-%'-;=?-~£’‘“”–—…])*")
SOFT_HYPHENS = re.compile("\u00ad")
# Also marks of the writing direction, which hide what a text says. Joiners stay inside scripts and pictures that need them.
ZERO_WIDTH = re.compile(
    "[\u200b\u200e\u200f\u2060-\u2064\u202a-\u202e\u2066-\u2069\ufeff\ufffc\u180e]"
    "|[\u200c\u200d](?![\u0600-\U0010ffff])|(?<![\u0600-\U0010ffff])[\u200c\u200d]"
)
# What shows nothing although Unicode calls it a letter or a picture: Hangul fillers and the empty Braille cell.
BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
HARD_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
LIGATURES = re.compile("[\ufb00-\ufb06]")
MAY_BE_MARKS = re.compile(rf"[^\x00-\u02ff]{{{MOST_MARKS + 1},}}")

# Of a list mark, what follows it: a word, a figure or a quotation mark. Drawn ratings, such as "●●○", are no list marks.
SAID = r"""(?=[\w"'“‘(\[£$€+<>~≥≤])"""
WORD = r"""(?=[^\W\d_]|["'“‘(\[])"""
BULLET = re.compile(
    rf"^[ \t]*(?:[•\uf000-\uf0ff][ \t]*|[·‣⁃∙◦▪▫●○■□◆◇►▶▸➢➤❖][ \t]+){SAID}", re.MULTILINE
)
BULLET_INSIDE = re.compile(rf"(?<=\S)[ \t]+[•\uf000-\uf0ff][ \t]*{SAID}")
NUMBER = r"\(?\d{1,2}[.)]|\(?[a-z]\)|\(?[ivx]{1,4}\)"
# As Word writes a mark before a list entry: with a tab after it.
TABBED = re.compile(rf"^[ \t]*(?:[-–—*o§]|{NUMBER}|[a-z]\.)\t[ \t]*(?=\S)", re.MULTILINE)
LISTED = re.compile(rf"^(?:[-–—*]|{NUMBER})[ \t]+{WORD}|^o[ \t]+(?=[^\W\d_a-z])", re.MULTILINE)
ALL_LISTED = re.compile(rf"^(?:[-–—*]|{NUMBER})[ \t]+(?=\S)", re.MULTILINE)
STARRED = re.compile(r"^\*[ \t]")
# What is a mark only where all lines of a list begin with it: any sign, or a letter that stands for one in Word's fonts. Marks
# that differ, such as ✓ and ✗, may say something.
SIGN = re.compile(r"([^\w\s£$€\"'“‘(\[<>~≥≤+±=≈×÷−%#@&/†‡]\ufe0f?|[oOØü])[ \t]+(?=\S)")
# Letters and Roman numbers are marks where they count the lines.
COUNTED = re.compile(
    r"[(\[]?([a-z]{1,4}|\d{1,2})[.)\]][ \t]+(?=\S)|([①-⑳])[ \t]*(?=\S)", re.IGNORECASE
)
COUNTS = (
    tuple("abcdefghijklmnopqrstuvwxyz"),
    ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"),
    tuple(map(str, range(1, 51))),
    tuple("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
)


class Cleaned(NamedTuple):
    """What stays of a text, and what was taken out, in words for people."""

    text: str
    taken_out: tuple[str, ...]


def cleaned(text: str, layout: Layout = "prose") -> Cleaned:
    """Return a text without what pasting left in it. To clean it again changes nothing."""
    if not text or PLAIN.fullmatch(text):
        return Cleaned(text, ())
    taken_out: dict[str, None] = {}
    rounds = min(MOST_ROUNDS, max(LONG_TEXT_ROUNDS, MOST_READ // len(text)))
    for _ in range(rounds):  # taking out one thing may uncover another
        before = text
        text = LINE_BREAKS.sub("\n", text)
        for name, take_out in STEPS:
            after = take_out(text, layout)
            if after != text:
                taken_out[name] = None
            text = after
        text = _spaced(_composed(text), layout)
        if text == before:
            break
    return Cleaned(text, tuple(taken_out))


def note_of(taken_out: Iterable[str]) -> str:
    """Return what was taken out as the end of a sentence: "HTML tags, list marks and soft hyphens"."""
    return get_text_list(list(taken_out), "and")


def _without_html(text: str, layout: Layout) -> str:
    text = INLINE_TAG.sub("", BLOCK_TAG.sub("\n", UNREAD.sub(" ", text)))
    return ENTITY.sub(lambda found: html.unescape(found[0]), text)


def _without_list_marks(text: str, layout: Layout) -> str:
    if layout != "list":
        return TABBED.sub("", BULLET.sub("", text))
    before = _entries(text)
    lines = _entries(TABBED.sub("", BULLET.sub("", BULLET_INSIDE.sub("\n", text))))
    if len(lines) > 1 and all(map(ALL_LISTED.match, lines)):
        lines = [ALL_LISTED.sub("", line) for line in lines]
    elif mark := _mark_of_all(lines):
        lines = [mark.sub("", line, count=1) for line in lines]
    else:
        # One star alone is the mark of a footnote.
        stars = sum(bool(STARRED.match(line)) for line in lines)
        lines = [
            line if stars == 1 and STARRED.match(line) else LISTED.sub("", line) for line in lines
        ]
    return text if lines == before else "\n".join(lines)


def _entries(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _mark_of_all(lines: list[str]) -> re.Pattern[str] | None:
    """Return the pattern of the mark with which all of several lines begin, if it is no more than a mark."""
    if len(lines) < 2:
        return None
    signs = {found[1] if (found := SIGN.match(line)) else "" for line in lines}
    if len(signs) == 1 and "" not in signs:
        return SIGN
    matches = [COUNTED.match(line) for line in lines]
    counted = tuple((one[1] or one[2]).lower() if one else "" for one in matches)
    return COUNTED if any(counted == count[: len(lines)] for count in COUNTS) else None


def _replacing(pattern: re.Pattern[str], by: str) -> Callable[[str, Layout], str]:
    return lambda text, layout: pattern.sub(by, text)


def _without_stacked_marks(text: str, layout: Layout) -> str:
    return MAY_BE_MARKS.sub(lambda found: "".join(_first_marks(found[0])), text)


def _first_marks(text: str) -> Iterator[str]:
    """Yield the characters of a text, and of the marks on each only the first ones."""
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character)[0] == "M" else 0
        if marks <= MOST_MARKS:
            yield character


STEPS: tuple[tuple[str, Callable[[str, Layout], str]], ...] = (
    ("HTML", _without_html),
    ("soft hyphens", _replacing(SOFT_HYPHENS, "")),
    ("zero-width characters", _replacing(ZERO_WIDTH, "")),
    ("non-breaking spaces", _replacing(HARD_SPACES, " ")),
    ("list marks", _without_list_marks),
    ("stacked accents", _without_stacked_marks),
)


def _composed(text: str) -> str:
    """Return a text whose letters and accents are one character each, and none of them a printer's ligature."""
    plain = LIGATURES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return unicodedata.normalize("NFC", plain)


def _is_seen(character: str) -> bool:
    """Say whether a character shows anything by itself: no space, control or format character, and no mark on another one."""
    category = unicodedata.category(character)
    return category[0] not in "ZM" and category not in {"Cc", "Cf"} and character not in BLANKS


def _spaced(text: str, layout: Layout) -> str:
    lines = [" ".join(line.split()) for line in text.split("\n")]
    lines = [line if any(map(_is_seen, line)) else "" for line in lines]
    if layout == "line":
        return " ".join(filter(None, lines))
    if layout == "list":
        return "\n".join(filter(None, lines))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
