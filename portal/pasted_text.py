"""Text as people paste it: what Word, web pages and PDF files leave in it is taken out, in one way for every way in.

Forms, spreadsheets and the files of the data set all call `cleaned`, and show what it says that it took out. It takes out
what nobody means: tags, list marks, spaces and hyphens that only a layout needs. What may be meant stays: "<" in "p < 0.05",
quotation marks, dashes, and a number or a hyphen that need not be a list mark.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from django.utils.text import get_text_list

# Nobody pastes text that was escaped more often; without a limit, "&amp;amp;amp;…" would keep a worker busy for minutes.
MOST_ROUNDS = 20
# How a text is laid out: in one line, in paragraphs, or as a list with an entry a line.
Layout = Literal["line", "prose", "list"]

ATTRIBUTES = r"""(?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))*\s*/?"""
BLOCKS = "address|article|blockquote|br|center|dd|div|dl|dt|h[1-6]|hr|li|ol|p|pre|section|table|tbody|td|tfoot|th|thead|tr|ul"
INLINE = (
    "a|abbr|b|big|cite|code|del|em|font|i|img|ins|label|mark|meta|link|o:p|q|s|small|span|strike|strong|sub|sup|tt|u|"
    "script|style|html|head|body|title|colgroup|col|nobr"
)
UNREAD = re.compile(
    r"<!--(?:(?!<!--).)*?-->|<!doctype[^<>]*>|<(script|style)\b[^<>]*>(?:(?!<\1).)*?</\1\s*>",
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
    "[\u200b\u200e\u200f\u2060-\u2064\u202a-\u202e\u2066-\u2069\ufeff\u180e]"
    "|[\u200c\u200d](?![\u0600-\U0010ffff])|(?<![\u0600-\U0010ffff])[\u200c\u200d]"
)
# What shows nothing although Unicode calls it a letter or a picture: Hangul fillers and the empty Braille cell.
BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
HARD_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
LIGATURES = re.compile("[\ufb00-\ufb06]")

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


class Cleaned(NamedTuple):
    """What stays of a text, and what was taken out, in words for people."""

    text: str
    taken_out: tuple[str, ...]


def cleaned(text: str, layout: Layout = "prose") -> Cleaned:
    """Return a text without what pasting left in it. To clean it again changes nothing."""
    if not text or PLAIN.fullmatch(text):
        return Cleaned(text, ())
    taken_out: dict[str, None] = {}
    for _ in range(MOST_ROUNDS):  # taking out one thing may uncover another
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
    if layout == "list":
        text = BULLET_INSIDE.sub("\n", text)
    text = TABBED.sub("", BULLET.sub("", text))
    if layout != "list":
        return text
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if len(lines) > 1 and all(map(ALL_LISTED.match, lines)):
        return "\n".join(ALL_LISTED.sub("", line) for line in lines)
    # One star alone is the mark of a footnote.
    stars = sum(bool(STARRED.match(line)) for line in lines)
    return "\n".join(
        line if stars == 1 and STARRED.match(line) else LISTED.sub("", line) for line in lines
    )


def _replacing(pattern: re.Pattern[str], by: str) -> Callable[[str, Layout], str]:
    return lambda text, layout: pattern.sub(by, text)


STEPS: tuple[tuple[str, Callable[[str, Layout], str]], ...] = (
    ("HTML", _without_html),
    ("soft hyphens", _replacing(SOFT_HYPHENS, "")),
    ("zero-width characters", _replacing(ZERO_WIDTH, "")),
    ("non-breaking spaces", _replacing(HARD_SPACES, " ")),
    ("list marks", _without_list_marks),
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
