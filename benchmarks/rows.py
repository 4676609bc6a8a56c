"""Measures import and export of many rows: `.venv/bin/python -m benchmarks.rows [rows ...]`.

On a database of its own with the product's settings, through the pages, as a browser would use them: export, preview of the
same file, preview and confirmation of a file in which every row changes, and of one in which every row is new. See
benchmarks/README.md.
"""

import argparse
import csv
import io
import logging
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import ground

KINDS = ["csv", "xlsx"]


def main() -> None:
    """Measure each number of rows on a database of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", type=int, default=[1000])
    numbers = parser.parse_args().rows
    run = "import django; django.setup(); from benchmarks import rows; rows.measure"
    with ground.server() as server:
        for number in numbers:
            with ground.filled_database(server, number) as environment:
                # With the settings of the web, its limit of a statement included.
                subprocess.run(
                    [sys.executable, "-c", f"{run}({number})"], env=environment, check=True
                )


def measure(number: int) -> None:
    """Print seconds and queries of every step."""
    from django.contrib.auth.models import User
    from django.test import Client

    from evidence.models import Edition

    logging.disable()
    person = User.objects.create_superuser("measuring")
    client = Client()
    client.force_login(person)
    print(f"\n{number:,} rows\n\n| what | file | seconds | of the processor | queries |")
    print("|---|---|---|---|---|")
    for kind in KINDS:
        _measure(client, kind, number)
        Edition.objects.open().delete()


def _measure(client: Any, kind: str, number: int) -> None:
    same = _timed(f"export, {kind}", 0, lambda: _export(client, kind)).content
    _timed(f"preview, nothing changes, {kind}", len(same), lambda: _upload(client, kind, same))
    rows = _rows(client)[:number]
    changed = [
        row | {"Title": f"{row['Title']}, revised", "Number of studies": "7"} for row in rows
    ]
    new = [row | {"id": f"new-{kind}-{place}"} for place, row in enumerate(rows)]
    for what, some in (("every row changes", changed), ("every row is new", new)):
        _preview_and_confirm(client, kind, what, _file(kind, some))


def _preview_and_confirm(client: Any, kind: str, what: str, content: bytes) -> None:
    from evidence.models import ImportFile

    _timed(f"preview, {what}, {kind}", len(content), lambda: _upload(client, kind, content))
    key = ImportFile.objects.get().pk
    done = _timed(f"confirm, {what}, {kind}", 0, lambda: _confirm(client, key))
    if "draft" not in done.headers["Location"]:
        raise SystemExit(f"{what}: nothing was imported")


def _timed(what: str, size: int, work: Any) -> Any:
    from django.db import connection

    queries: list[str] = []

    def count(
        execute: Any, sql: str, *others: Any
    ) -> Any:  # Django's own way writes out their parameters
        queries.append(sql)
        return execute(sql, *others)

    with connection.execute_wrapper(count):
        began, before = time.perf_counter(), _processor_seconds()
        answer = work()
        spent, processor = time.perf_counter() - began, _processor_seconds() - before
    shown = f"{size / 1e6:.1f} MB" if size else ""
    print(f"| {what} | {shown} | {spent:.1f} | {processor:.1f} | {len(queries)} |", flush=True)
    return answer


def _processor_seconds() -> float:
    """Return what this process and its one backend of PostgreSQL have spent."""
    from django.db import connection

    backend = connection.connection.info.backend_pid if connection.connection else 0
    stat = Path(f"/proc/{backend}/schedstat")
    nanoseconds = int(stat.read_text().split()[0]) if stat.exists() else 0
    return time.process_time() + nanoseconds / 1e9


def _export(client: Any, kind: str) -> Any:
    from evidence.spreadsheet.columns import COLUMNS

    chosen = {"format": kind, "columns": list(COLUMNS)}
    return client.post("/admin/evidence/summary/export/", chosen)


def _rows(client: Any) -> list[dict[str, str]]:
    text = _export(client, "csv").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _file(kind: str, rows: list[dict[str, str]]) -> bytes:
    from evidence.spreadsheet.files import FORMATS

    return FORMATS[kind].write([list(rows[0]), *(list(row.values()) for row in rows)])


def _upload(client: Any, kind: str, content: bytes) -> Any:
    file = io.BytesIO(content)
    file.name = f"rows.{kind}"
    return client.post("/admin/evidence/summary/import/", {"file": file})


def _confirm(client: Any, key: Any) -> Any:
    return client.post("/admin/evidence/summary/import/confirm/", {"file": key})


if __name__ == "__main__":
    main()
