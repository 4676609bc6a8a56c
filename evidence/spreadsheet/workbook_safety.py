"""Refuses workbooks that were made to harm, before the library that reads them opens them."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from .looks import LONGEST
from .sheet import Refused

MEGABYTE = 1024 * 1024
# What a workbook may hold when it is unpacked. The text of 5,000 long summaries takes about 40 MB.
MAX_ENTRIES = 200
MAX_UNPACKED = 100 * MEGABYTE
# Of the unpacked size to the packed size. Text packs to a tenth, a zip bomb to a thousandth.
MAX_RATIO = 200
# Elements that the library makes objects of: two for each text. Those of cells are counted where the empty ones are left out.
MAX_ELEMENTS = 800_000
ELEMENT_OF_CELLS = re.compile(rb"<(?:[^\s<>/:]+:)?(?:row|c|v|f)[\s/>]")
MAX_STYLES = 50_000  # elements of all formats together
# Of other ways of packing, no piece can be unpacked alone.
PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
CHUNK = 64 * 1024  # bytes that are unpacked at once
STYLES = "xl/styles.xml"  # the one place where the library looks for number formats

OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # .xls, and .xlsx with a password
ZIP = b"PK"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# How XML in UTF-16 may begin without those marks: its reader takes the zero byte beside "<" or a space for a sign of it.
UNMARKED_UTF_16 = re.compile(rb"<\x00|\x00[\t\n\r <]")
DECLARED_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)")

SAVE_AS_XLSX = "Open it in your spreadsheet and save it as .xlsx, without a password."
TO_NEW_WORKBOOK = "Copy the cells into a new workbook, as values alone."
NOT_SOUND = "This file is not a sound workbook."


def refuse_unsafe_workbook(data: bytes) -> None:
    """Raise Refused for data that is no zip archive, unpacks to too much, or has XML that defines entities.

    Every entry is unpacked once in small pieces, because the sizes in the archive's own list may be wrong. After
    that, a library that relies on those sizes can open it.
    """
    if data.startswith(OLD_EXCEL):
        raise Refused("This is an old Excel file (.xls), or one with a password.", SAVE_AS_XLSX)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if _is_too_large(archive.infolist()):
                raise Refused("This workbook unpacks to more than is safe to read.", SAVE_AS_XLSX)
            elements = 0
            for entry in archive.infolist():
                with archive.open(entry) as file:
                    for piece in _without_entities(file):
                        elements += piece.count(b"<") - piece.count(b"</")
                        elements -= len(ELEMENT_OF_CELLS.findall(piece))
                        if elements > MAX_ELEMENTS:
                            raise Refused(
                                "This workbook has more texts than is safe to read.",
                                TO_NEW_WORKBOOK,
                            )
                if entry.filename == STYLES:
                    with archive.open(entry) as file:
                        _refuse_styles(file)
    except Refused:
        raise
    except Exception as error:  # zipfile and zlib have many ways to say that it is broken
        raise Refused(NOT_SOUND, SAVE_AS_XLSX) from error


def _is_too_large(entries: list[zipfile.ZipInfo]) -> bool:
    packed = sum(entry.compress_size for entry in entries)
    unpacked = sum(entry.file_size for entry in entries)
    return (
        len(entries) > MAX_ENTRIES
        or unpacked > MAX_UNPACKED
        or unpacked > MAX_RATIO * packed + MEGABYTE
        or any(entry.compress_type not in PACKINGS for entry in entries)
    )


def _without_entities(file: Any) -> Iterator[bytes]:
    """Yield an entry in pieces to its end, which proves its size, and refuse what only an attack has in it."""
    before = b""
    while chunk := file.read(CHUNK):
        if not before:
            encoding = DECLARED_ENCODING.match(chunk.lstrip())
            is_other = encoding and encoding[1].lower() != b"utf-8"
            if is_other or chunk.startswith(UTF_16) or UNMARKED_UTF_16.match(chunk):
                raise Refused("This workbook is written in an unusual encoding.", SAVE_AS_XLSX)
        if b"<!DOCTYPE" in before + chunk or b"<!ENTITY" in before + chunk:
            raise Refused("This workbook defines XML entities, which none needs.", SAVE_AS_XLSX)
        before = chunk[-16:]
        yield chunk


def _refuse_styles(file: Any) -> None:
    """Refuse more formats than anybody sees, and one longer than any spreadsheet writes: the library is slow with both."""
    elements = 0

    def look_at(name: str, attributes: dict[str, str]) -> None:
        nonlocal elements
        elements += 1
        if elements > MAX_STYLES:
            raise Refused("This workbook has more formats than is safe to read.", TO_NEW_WORKBOOK)
        for attribute, value in attributes.items():
            if attribute.endswith("formatCode") and len(value) > LONGEST:
                raise Refused(
                    f"This workbook has a number format longer than {LONGEST} characters, which Excel does not take.",
                    SAVE_AS_XLSX,
                )

    parser = expat.ParserCreate()
    parser.StartElementHandler = look_at
    parser.ParseFile(file)
