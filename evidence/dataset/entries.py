"""Finds the entries of each table in the documents, and puts entries back into documents.

A few texts of the files are in no list. They become entries of the table of notes.
"""

import re
from collections.abc import Iterator
from typing import Any

from .faults import Fault, Location
from .paths import Entry, set_value, value_at
from .records import Table
from .tables import (
    FUNCTIONS,
    NOTES,
    POLICY_AREAS,
    RATING_SCALES,
    SUMMARIES,
    SYNONYMS,
    TABLES,
    TOTALS,
    UNRATED,
    VALUES,
)
from .values import InvalidValue
from .yaml_files import Documents, LinedMapping

LocatedEntries = list[tuple[Location, Entry]]  # in the order of the files

GAPS_FILE = "network/gaps.yaml"
SUM_CHECK = "sum_check"
# Texts in no list: slug of the note, file, path of its text, path of its sources.
SINGLE_NOTES = (
    ("spending", POLICY_AREAS.file, "note", ""),
    ("spending-sum", POLICY_AREAS.file, "sum_check.note", ""),
    ("common-scale", RATING_SCALES.file, "common_scale.note", ""),
    ("secretariat", TOTALS.file, "network.secretariat", "network.sources"),
    ("funding", TOTALS.file, "network.funding_note", ""),
    ("totals", TOTALS.file, "reading", ""),
    ("functions", FUNCTIONS.file, "note", "source"),
    ("membership-values", VALUES.file, "acronym", "sources"),
    ("reading-limit", GAPS_FILE, "reading_limit", ""),
)
# Lists of texts: slug of the notes, which a number follows; file; path of the list.
NOTE_LISTS = (
    ("spending-sought", POLICY_AREAS.file, "sum_check.sought_without_success"),
    ("scale-warning", RATING_SCALES.file, "warnings"),
)
GAPS = "gap"  # slug of the notes of what could not be found, which the id of the gap follows

TABLES_IN_FILES = (*(table for table in TABLES if table is not NOTES), UNRATED)


def file_names() -> list[str]:
    """Return the files of the data set, and the folder of those with summaries."""
    return list(dict.fromkeys([*(table.file for table in TABLES_IN_FILES), GAPS_FILE]))


# From the files


def entries_of(documents: Documents) -> tuple[dict[Table, LocatedEntries], list[Fault]]:
    """Return the entries of every table whose lists are there, and what is missing or unknown in the files."""
    faults: list[Fault] = []
    found: dict[Table, LocatedEntries] = {NOTES: _notes(documents, faults)}
    for table in TABLES_IN_FILES:
        files = [name for name in documents if f"{name}/".startswith(f"{table.file}/")]
        lists = [_list(documents, file, table, faults) for file in files]
        if None not in lists:
            found[table] = [pair for entries in lists for pair in entries or ()]
    for file, document in documents.items():
        faults += _unknown_keys(file, document, "", _known_paths(file))
    return found, faults


def _list(
    documents: Documents, file: str, table: Table, faults: list[Fault]
) -> LocatedEntries | None:
    try:
        entries = value_at(documents[file], table.path)
    except KeyError:
        faults.append(Fault(Location(file), "the list is missing", field=table.path))
        return None
    if not isinstance(entries, list):
        faults.append(Fault(Location(file), "should be a list of entries", field=table.path))
        return None
    found: LocatedEntries = []
    for number, entry in enumerate(entries, start=1):
        location = Location(file, getattr(entry, "line", 0))
        try:
            described = table.from_file(entry)
        except InvalidValue as wrong:
            name = _name_of(table, entry, number)
            faults.append(Fault(location, str(wrong), name))
            continue
        if not isinstance(described, dict):
            faults.append(Fault(location, "should be a mapping", f"entry {number}"))
            continue
        if table is SYNONYMS:
            described = {"order": number, **described}
        elif table.key not in described:
            faults.append(Fault(location, "the key is missing", f"entry {number}", table.key))
            continue
        found.append((location, {**table.values_if_missing, **described}))
    return found


def _without_empty(table: Table, entry: Entry) -> Entry:
    return {
        key: value for key, value in entry.items() if value or key not in table.values_if_missing
    }


def _name_of(table: Table, entry: Any, number: int) -> str:
    return str(entry.get(table.key, f"entry {number}")) if isinstance(entry, dict) else ""


def _notes(documents: Documents, faults: list[Fault]) -> LocatedEntries:
    found: LocatedEntries = []

    def note(file: str, slug: str, text: Any, sources: Any = ()) -> None:
        cited = [sources] if isinstance(sources, str) else sources
        found.append((Location(file), {"slug": slug, "text": text, "sources": cited or []}))

    def at(file: str, path: str) -> Any:
        try:
            return value_at(documents[file], path)
        except KeyError:
            faults.append(Fault(Location(file), "the key is missing", field=path))
            return None

    def several(file: str, path: str) -> list[Any]:
        texts = at(file, path)
        if texts is not None and not isinstance(texts, list):
            faults.append(Fault(Location(file), "should be a list", field=path))
        return texts if isinstance(texts, list) else []

    for slug, file, path, sources in SINGLE_NOTES:
        text = at(file, path)
        cited = at(file, sources) if sources else ()
        if text is not None:
            note(file, slug, text, cited)
    for prefix, file, path in NOTE_LISTS:
        for number, text in enumerate(several(file, path), start=1):
            note(file, f"{prefix}-{number}", text)
    for gap in several(GAPS_FILE, "gaps"):
        if isinstance(gap, dict) and gap.keys() == {"id", "text"}:
            note(GAPS_FILE, f"{GAPS}-{gap['id']}", gap["text"])
        else:
            location = Location(GAPS_FILE, getattr(gap, "line", 0))
            faults.append(Fault(location, "should have just the keys id and text", field="gaps"))
    return found


def _known_paths(file: str) -> set[str]:
    paths = {table.path for table in TABLES_IN_FILES if f"{file}/".startswith(f"{table.file}/")}
    paths |= {path for _, its_file, path, _ in SINGLE_NOTES if its_file == file}
    paths |= {path for _, its_file, _, path in SINGLE_NOTES if its_file == file and path}
    paths |= {path for _, its_file, path in NOTE_LISTS if its_file == file}
    if file == POLICY_AREAS.file:
        paths |= {f"{SUM_CHECK}.sum_gbp_bn", f"{SUM_CHECK}.policy_areas"}
    if file == GAPS_FILE:
        paths.add("gaps")
    return paths


def _unknown_keys(file: str, document: Any, prefix: str, known: set[str]) -> Iterator[Fault]:
    """Find keys outside the entries that nothing reads, because a misspelt one would be lost without a word."""
    if prefix[:-1] in known or not isinstance(document, dict):
        return
    for key, value in document.items():
        path = f"{prefix}{key}"
        if path in known:
            continue
        if any(one.startswith(f"{path}.") for one in known):
            yield from _unknown_keys(file, value, f"{path}.", known)
        else:
            line = value.line if isinstance(value, LinedMapping) else 0
            yield Fault(Location(file, line), "there is no such key", field=path)


# To the files


def documents_of(entries: dict[Table, list[Entry]]) -> Documents:
    """Return the documents by file from the entries of every table."""
    documents: Documents = {}
    _put_notes(entries[NOTES], documents)
    for table in TABLES_IN_FILES:
        listed = [table.to_file(_without_empty(table, entry)) for entry in entries[table]]
        if table is SUMMARIES:
            for entry in listed:
                name = f"{table.file}/{entry['centre']}.yaml"
                documents.setdefault(name, []).append(entry)
        elif table.path:
            set_value(documents.setdefault(table.file, {}), table.path, listed)
        else:
            documents[table.file] = listed
    return documents


def _put_notes(notes: list[Entry], documents: Documents) -> None:
    by_slug = {note["slug"]: note for note in notes}
    absent: Entry = {"text": None, "sources": []}
    for slug, file, path, sources in SINGLE_NOTES:
        note = by_slug.get(slug, absent)
        set_value(documents.setdefault(file, {}), path, note["text"])
        if sources:
            cited = note["sources"]
            single = sources == "source"
            set_value(documents[file], sources, (cited or [None])[0] if single else cited)
    for prefix, file, path in NOTE_LISTS:
        numbered = re.compile(rf"{prefix}-\d+")
        texts = [note["text"] for note in notes if numbered.fullmatch(note["slug"])]
        set_value(documents.setdefault(file, {}), path, texts)
    documents[GAPS_FILE]["gaps"] = [
        {"id": note["slug"].removeprefix(f"{GAPS}-"), "text": note["text"]}
        for note in notes
        if note["slug"].startswith(f"{GAPS}-")
    ]
