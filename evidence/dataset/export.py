"""Writes the data set as the files that it is loaded from."""

from pathlib import Path

from .checks import sum_of
from .entries import SUM_CHECK, documents_of
from .faults import DatasetError, Fault, Location
from .paths import set_value
from .records import Record, Table
from .tables import APPROACHES, POLICY_AREAS, SUMMARIES, TABLES, UNRATED
from .yaml_files import Documents, write_document


def export(folder: Path) -> int:
    """Write every file of the data set from what is public now, and return the number of files.

    Raise DatasetError if the folder holds other YAML files, which would be loaded with these.
    """
    documents = exported_documents()
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*.yaml")}
    if others := sorted(present - documents.keys()):
        raise DatasetError(
            [Fault(Location(name), "is not one of the files written") for name in others]
        )
    for name, document in documents.items():
        write_document(folder / name, document)
    return len(documents)


def exported_documents() -> Documents:
    """Return every file of the data set, by name, from what is public now."""
    records = {table: _records(table) for table in (*TABLES, UNRATED)}
    _leave_out_what_is_not_public(records)
    documents = documents_of({table: [one.dump() for one in records[table]] for table in records})
    for key, value in sum_of(records[POLICY_AREAS]).items():
        set_value(documents[POLICY_AREAS.file], f"{SUM_CHECK}.{key}", value)
    return documents


def _records(table: Table) -> list[Record]:
    return [table.record_of(instance) for instance in table.queryset()]


def _leave_out_what_is_not_public(records: dict[Table, list[Record]]) -> None:
    """Leave out the members of approaches that are withdrawn or not yet published, and so have no entry."""
    public = {record.key for record in records[SUMMARIES]}
    for approach in records[APPROACHES]:
        rows = approach.rows["memberships"]
        approach.rows["memberships"] = [row for row in rows if row.references["summary"] in public]
