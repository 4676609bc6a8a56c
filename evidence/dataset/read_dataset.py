"""Reads the data set from its files and checks all of it."""

from pathlib import Path

from .checks import Records, contradictions
from .entries import entries_of, file_names
from .faults import DatasetError, Fault
from .records import Record
from .tables import CENTRES, POLICY_AREAS, TABLES, UNRATED
from .yaml_files import Documents, OnCleaned, read_documents


def read_dataset(folder: Path, on_cleaned: OnCleaned = lambda remark: None) -> Records:
    """Return the records of every table. Raise DatasetError with everything that is wrong.

    `on_cleaned` is called for each text that had to be cleaned (see `read_documents`). The database is not used: the
    files alone must make sense.
    """
    documents, faults = read_documents(folder, file_names(), on_cleaned)
    if faults:
        raise DatasetError(faults)
    return records_of(documents)


def records_of(documents: Documents) -> Records:
    """Return the records of documents by file name. Raise DatasetError with everything that is wrong."""
    found, faults = entries_of(documents)
    records: Records = {}
    for table, entries in found.items():
        records[table] = []
        for position, (location, entry) in enumerate(entries):
            record, its_faults = table.parse(entry, location, position)
            records[table].append(record)
            faults += its_faults
    if len(records) > len(TABLES):  # with UNRATED; a missing list would make all its names wrong
        faults += contradictions(records, documents)
    if faults:
        raise DatasetError(sorted(dict.fromkeys(faults), key=_by_location))
    _complete_centres(records)
    return records


def _by_location(fault: Fault) -> tuple[str, int]:
    return fault.location.file, fault.location.line


def _complete_centres(records: Records) -> None:
    """Fill what other lists say of a centre: whether it leads a policy area, and why it has no scale."""
    leads = {area.mirrors["centres"] for area in records[POLICY_AREAS]}
    unrated: dict[object, Record] = {record.key: record for record in records.pop(UNRATED)}
    for centre in records[CENTRES]:
        centre.values["leads_policy_area"] = centre.key in leads
        if centre.key in unrated:
            centre.values |= unrated[centre.key].values
