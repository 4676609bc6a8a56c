"""What a cell of a workbook shows: a number or a date is stored without its look, and people see only the look."""

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from portal.templatetags.portal_tags import MONTHS

# Parts of a number format that show nothing, or text as it stands; and the figure itself.
NOTHING = re.compile(r"_.|\*.|\[(?!\$)[^\]]*\]")
LITERAL = re.compile(r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[\$(?P<money>[^\]-]*)[^\]]*\]')
SECTION = re.compile(r'((?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\\[])*);')
CONDITION = re.compile(r"\[[<>=]")
PIECE = re.compile(
    rf"(?:{NOTHING.pattern})|{LITERAL.pattern}|(?P<percent>%)"
    r"|(?P<figure>General|[#0][#0,]*(?:\.[#0]+)?,*)|(?P<sign>[^\w\s?.@]|[ £€])"
)
TEXT = ("quoted", "escaped", "money", "percent", "sign")
LONGEST = 255  # characters of a number format that Excel takes; the patterns above are slow with many more
WIDEST = 10**11  # with more digits, Excel writes a power of ten


class ShownCell(str):
    """A number or a date of a workbook. The string is its value as text; the attributes say how it looks."""

    shown: str | None = None  # none if nobody can say how it looks
    is_date = False
    # Of a date, as many characters as it shows: 4 for a year, 7 for a month, 10 for a day, none for a time of day.
    digits = 10


def number_cell(value: int | float, number_format: str) -> ShownCell:
    """Return the cell of a number with a number format."""
    cell = ShownCell(plain_number(value))
    cell.shown = shown_number(value, number_format)
    return cell


def date_cell(value: Any, number_format: str) -> ShownCell:
    """Return the cell of a date; a time of day, or a length of time, has no text."""
    if isinstance(value, datetime.datetime):
        value = value.date() if value.time() == datetime.time() else value
    is_day = isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)
    # With a time of day, it is still the day that counts: a stamp of Excel is midnight and a bit.
    day = value.date() if isinstance(value, datetime.datetime) else value
    cell = ShownCell(day.isoformat() if isinstance(day, datetime.date) else str(value))
    cell.is_date = True
    cell.shown = str(value)
    cell.digits = 0
    if isinstance(day, datetime.date):
        has_day, has_month, has_year = (_shows(number_format[:LONGEST], one) for one in "dmy")
        cell.digits = 4 if has_year and not has_month else 7 if has_year and not has_day else 10
        month = MONTHS[day.month - 1]
        cell.shown = {4: f"{day.year}", 7: f"{month[:3]}-{day:%y}"}.get(
            cell.digits,
            f"{day.day} {month} {day.year}" if has_year or not is_day else f"{day.day}-{month[:3]}",
        )
    return cell


def plain_number(value: int | float) -> str:
    """Return a number as it is typed: without a look, and without what binary fractions add to it."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def shown_number(value: int | float, number_format: str) -> str | None:
    """Return what a number shows in a number format: 0.27 in "0%" shows 27%. None if nobody can say, or if it shows nothing."""
    if number_format in {"@", ""}:
        number_format = "General"
    if len(number_format) > LONGEST or CONDITION.search(number_format):
        return None
    # One section for all numbers; or one for those from nought and one for those below; or a third one for nought.
    sections = SECTION.findall(f"{number_format};")
    has_own = len(sections) > 1
    section = sections[0] if sections else ""
    if value < 0 and has_own:
        section = sections[1]
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    try:
        shown = _in_section(abs(Decimal(plain_number(value))), section)
    except InvalidOperation:
        return None
    return f"-{shown}" if shown and value < 0 and not has_own else shown


def _in_section(amount: Decimal, section: str) -> str | None:
    """Return what an amount shows in one section of a number format."""
    pieces = []
    at = 0
    while at < len(section):
        if not (piece := PIECE.match(section, at)):
            return None  # a fraction, a power of ten, a date, or what only a later Excel knows
        pieces.append(piece)
        at = piece.end()
    figures = [piece["figure"] for piece in pieces if piece["figure"]]
    if len(figures) > 1:
        return None
    amount *= 100 ** sum(bool(piece["percent"]) for piece in pieces)
    shown = [
        _figure(amount, piece["figure"])
        if piece["figure"]
        else "".join(piece[name] or "" for name in TEXT)
        for piece in pieces
    ]
    return "".join(shown).strip() or None


def _figure(amount: Decimal, figure: str) -> str:
    """Return an amount as the zeros, hashes and commas of a figure say. Raise InvalidOperation if no cell shows it so."""
    if figure == "General":
        text = plain_number(float(amount)) if amount % 1 else str(int(amount))
        if "e" in text or amount >= WIDEST:
            raise InvalidOperation
        return text
    bare = figure.rstrip(",")
    amount /= 1000 ** (len(figure) - len(bare))  # each comma at the end is for a thousand
    whole, _, decimals = bare.partition(".")
    amount = amount.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    before, _, after = f"{amount:f}".partition(".")
    before = before.lstrip("0").rjust(whole.count("0"), "0")
    if "," in whole and before not in {"", "0"}:
        if before.startswith("0"):
            raise InvalidOperation
        before = f"{int(before):,}"
    after = after.rstrip("0").ljust(decimals.count("0"), "0")
    return f"{before}.{after}" if after else before


def _shows(number_format: str, letter: str) -> bool:
    bare = LITERAL.sub("", NOTHING.sub("", number_format.split(";")[0]))
    if letter == "m":  # minutes stand beside hours or seconds
        bare = re.sub(r"h+[^a-z]*m+|m+[^a-z]*s+", "", bare.lower())
    return letter in bare.lower()
