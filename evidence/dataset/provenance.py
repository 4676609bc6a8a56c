"""Reads the log of readings in `data/provenance`: what somebody checked against which page, and what came of it.

Its README says what the columns and the verdicts mean, and how each file came to be.
"""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from evidence.models.content_fields import FIELDS

from .faults import Fault, Location
from .yaml_files import read_documents

FOLDER = "provenance"
COLUMNS = ["entry", "field", "page", "verdict", "date", "note"]
CONFIRMED, CORRECTED, CONTRADICTED, NOT_FOUND = VERDICTS = (
    "confirmed",
    "corrected",
    "contradicted",
    "not found",
)
READ = "read"  # by the writer, for somebody else to read again
# Readers name what they checked by a key of the entry, with more words after it, or by one of these words.
PLAIN_WORDS = {
    "age", "ages", "approaches", "caution", "caveat", "centre", "date", "effect", "finding", "outcome", "pupils", "rating",
    "results", "schools", "size",
}  # fmt: skip
KNOWN_WORDS = PLAIN_WORDS | {field.key.partition(".")[0] for field in FIELDS}


class Row(NamedTuple):
    """One line of the log, and where it stands."""

    location: Location
    entry: str
    field: str
    verdict: str


@dataclass(frozen=True)
class Group:
    """Files of one sort, by how their names begin. `rates_readings` says whether their verdicts are on an earlier reading."""

    title: str
    begins: tuple[str, ...]
    rates_readings: bool = True


# Those whose verdicts are on first readings.
READ_AGAIN = (
    Group("Other first readings, read a second time", ("second-reading-",)),
    Group("Drafted summaries, read a second time", ("",)),  # all others, one file for each centre
)
GROUPS = (
    Group("Re-readings of summaries drawn at random", ("rereading-",)),
    # Here “corrected” is the first reading itself, which replaced what stood before.
    Group("Values filled in or mended later", ("filled-", "mended-"), rates_readings=False),
    Group(
        "First readings, for somebody else to read again", ("first-reading-",), rates_readings=False
    ),
    *READ_AGAIN,
)


@dataclass(frozen=True)
class Tally:
    """The verdicts of a file, or of several."""

    name: str
    entries: int
    verdicts: Counter[str]

    @classmethod
    def of(cls, name: str, rows: Iterable[Row]) -> "Tally":
        """Count some rows."""
        rows = list(rows)
        return cls(name, len({row.entry for row in rows}), Counter(row.verdict for row in rows))

    @property
    def rows(self) -> int:
        """How many fields were looked up."""
        return self.verdicts.total()

    def share(self, *verdicts: str) -> float | None:
        """The part of the fields that could be checked which has one of these verdicts, in percent; None if none could be."""
        checked = sum(self.verdicts[one] for one in VERDICTS if one != NOT_FOUND)
        return 100 * sum(self.verdicts[one] for one in verdicts) / checked if checked else None


def read_log(folder: Path) -> tuple[dict[str, list[Row]], list[Fault]]:
    """Return the rows of each file of the log of a data set, and what is wrong in them."""
    files = {path.name: path for path in sorted((folder / FOLDER).glob("*.csv"))}
    if not files:
        return {}, [Fault(Location(FOLDER), "there is no log")]
    faults: list[Fault] = []
    log = {
        name: list(_rows(path, faults)) for name, path in files.items() if _is_text(path, faults)
    }
    faults += _faults([row for rows in log.values() for row in rows], _ids(folder))
    return log, faults


def in_groups(log: dict[str, list[Row]]) -> dict[Group, list[str]]:
    """Return the files of each group, each file in the first that it fits."""
    found: dict[Group, list[str]] = {group: [] for group in GROUPS}
    for name in log:
        found[next(group for group in GROUPS if name.startswith(group.begins))].append(name)
    return found


def _is_text(path: Path, faults: list[Fault]) -> bool:
    try:
        path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        faults.append(Fault(Location(f"{FOLDER}/{path.name}", line), "is not UTF-8"))
        return False
    return True


def _rows(path: Path, faults: list[Fault]) -> Iterator[Row]:
    name = f"{FOLDER}/{path.name}"
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != COLUMNS:
            faults.append(Fault(Location(name, 1), f"the columns should be {', '.join(COLUMNS)}"))
            return
        for row in reader:
            location = Location(name, reader.line_num)
            if None in row or None in row.values():
                faults.append(Fault(location, f"has not {len(COLUMNS)} cells", row["entry"] or ""))
                continue
            yield Row(location, row["entry"], row["field"], row["verdict"])


def _ids(folder: Path) -> set[str]:
    documents, _ = read_documents(folder, ["summaries"])  # load_network says what is wrong in them
    return {entry["id"] for entries in documents.values() for entry in entries}


def _faults(rows: Iterable[Row], ids: set[str]) -> Iterator[Fault]:
    """Yield each unknown verdict, field and id. A summary of which nothing was found again was cut: its id may be unknown."""
    verdicts: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        verdicts[row.entry].add(row.verdict)
    for row in rows:
        if row.verdict not in {*VERDICTS, READ}:
            known = ", ".join((*VERDICTS, READ))
            yield Fault(
                row.location, f"should be {known}, not {row.verdict!r}", row.entry, "verdict"
            )
        if not _is_field(row.field):
            yield Fault(row.location, f"there is no such field: {row.field!r}", row.entry, "field")
        if row.entry not in ids and verdicts[row.entry] != {NOT_FOUND}:
            yield Fault(row.location, "there is no summary of this id", row.entry)


def _is_field(field: str) -> bool:
    word = re.match(r"[a-z_]+(?=$|[ :;,])", field)
    return word is not None and word[0] in KNOWN_WORDS
