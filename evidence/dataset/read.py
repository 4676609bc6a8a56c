"""Reading the whole data set and finding everything that is wrong with it."""

from pathlib import Path

from .checks import Records, contradictions
from .files import DatasetError, Documents, Fault, read_documents
from .records import Record, parse
from .shape import file_names, find
from .tables import CENTRES, POLICY_AREAS, TABLES, UNRATED


def read(folder: Path) -> Records:
    """Return the records of every table, or raise DatasetError with all that is wrong.

    The database is not asked: the files alone must make sense.
    """
    documents, faults = read_documents(folder, file_names())
    if faults:
        raise DatasetError(faults)
    return records_of(documents)


def records_of(documents: Documents) -> Records:
    """Return the records that the documents, by file name, hold (see `read`)."""
    found, faults = find(documents)
    records: Records = {}
    for table, entries in found.items():
        records[table] = []
        for position, (place, entry) in enumerate(entries):
            record, its_faults = parse(table, place, entry, position)
            records[table].append(record)
            faults += its_faults
    if len(records) > len(TABLES):  # with UNRATED; a missing list would make all its names wrong
        faults += contradictions(records, documents)
    if faults:
        raise DatasetError(sorted(dict.fromkeys(faults), key=_by_place))
    _complete_centres(records)
    return records


def _by_place(fault: Fault) -> tuple[str, int]:
    return fault.place.file, fault.place.line


def _complete_centres(records: Records) -> None:
    """Fill what other lists say of a centre: its policy area's lead, why it has no scale."""
    leads = {area.mirrors["centre"] for area in records[POLICY_AREAS]}
    unrated: dict[object, Record] = {record.key: record for record in records.pop(UNRATED)}
    for centre in records[CENTRES]:
        centre.values["leads_policy_area"] = centre.key in leads
        if centre.key in unrated:
            centre.values |= unrated[centre.key].values
