"""The log of second readings, and the command that reads it."""

import csv
import io
from collections import Counter
from pathlib import Path

from django.core.management import CommandError, call_command

from evidence.dataset.provenance import COLUMNS, READ, VERDICTS, read_log
from tests.evidence.dataset.small_dataset import DATA

SUMMARY, CUT = "eef-feedback", "eef-cut"


def folder_with(tmp_path: Path, **files: list[tuple[str, str, str]]) -> Path:
    """Make a data set of one summary with a log, given the id, field and verdict of each row of each file."""
    (tmp_path / "summaries").mkdir()
    (tmp_path / "summaries/eef.yaml").write_text(f"- id: {SUMMARY}\n  title: Feedback\n")
    (tmp_path / "provenance").mkdir()
    for name, rows in files.items():
        with (tmp_path / f"provenance/{name.replace('_', '-')}.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for entry, field, verdict in rows:
                writer.writerow([entry, field, "https://example.org/", verdict, "2026-11-29", ""])
    return tmp_path


def run(folder: Path) -> str:
    output = io.StringIO()
    try:
        call_command("provenance", folder, stdout=output, stderr=output)
    except CommandError as error:
        output.write(f"failed: {error}")
    return " ".join(output.getvalue().split())


def test_it_tells_verdicts_by_file_and_in_all_and_the_error_rates_of_first_readings(tmp_path: Path):
    folder = folder_with(
        tmp_path,
        eef=[
            (SUMMARY, "title", "confirmed"),
            (SUMMARY, "finding: half of them", "corrected"),
            (SUMMARY, "outcomes 1", "contradicted"),
            (SUMMARY, "strength (padlocks)", "confirmed"),
            (CUT, "cost", "not found"),
        ],
        filled_2026=[(SUMMARY, "missing: cost", "corrected")],
        first_reading_2026=[(SUMMARY, "summary; finding 1", "read")],
    )

    said = run(folder)

    # Of the four that could be checked.
    assert "eef.csv 2 5 2 1 1 1 25.0 50.0" in said
    assert "First readings, read a second time 2 5 2 1 1 1 25.0 50.0" in said
    assert "filled-2026.csv 1 1 0 1 0 0 – –" in said
    assert "In all" in said
    assert "first-reading-2026.csv 1 1 0 0 0 0 – –" in said
    assert "Together 2 7 2 2 1 1 – –" in said
    assert "failed" not in said


def test_every_row_that_names_what_is_not_there_is_a_fault(tmp_path: Path):
    folder = folder_with(
        tmp_path,
        eef=[
            ("eef-fedback", "title", "confirmed"),
            (SUMMARY, "mood", "confirmed"),
            (SUMMARY, "56%)", "confirmed"),
            (SUMMARY, "title", "fine"),
        ],
    )
    (folder / "provenance/torn.csv").write_text(
        f"{','.join(COLUMNS)}\n{SUMMARY},title,a, b,confirmed,,\n"
    )
    (folder / "provenance/other.csv").write_text("entry,verdict\n")
    (folder / "provenance/excel.csv").write_bytes(b"entry,field\n\xa315,cost\n")

    said = run(folder)

    assert "provenance/eef.csv, line 2: eef-fedback: there is no summary of this id" in said
    assert f"provenance/eef.csv, line 3: {SUMMARY}: field: there is no such field: 'mood'" in said
    assert f"line 4: {SUMMARY}: field: there is no such field: '56%)'" in said
    assert (
        f"line 5: {SUMMARY}: verdict: should be confirmed, corrected, contradicted, not found"
        in said
    )
    assert f"provenance/torn.csv, line 2: {SUMMARY}: has not 6 cells" in said
    assert "provenance/other.csv, line 1: the columns should be entry, field, page" in said
    assert "provenance/excel.csv, line 2: is not UTF-8" in said
    assert "failed: 7 faults in the log of " in said


def test_without_a_log_it_fails(tmp_path: Path):
    (tmp_path / "summaries").mkdir()

    assert "provenance: there is no log" in run(tmp_path)


def test_the_shipped_log_has_known_summaries_and_verdicts_in_every_row():
    log, faults = read_log(DATA)

    assert [str(one) for one in faults] == []
    counted: Counter[str] = Counter()
    for path in (DATA / "provenance").glob("*.csv"):
        with path.open(newline="") as file:
            counted.update(row["verdict"] for row in csv.DictReader(file))
    assert set(counted) == {*VERDICTS, READ}
    assert Counter(row.verdict for rows in log.values() for row in rows) == counted
