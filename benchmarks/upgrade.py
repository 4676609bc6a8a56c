"""Rehearses an upgrade that nobody notices: `.venv/bin/python -m benchmarks.upgrade COMMIT`, the commit of the old code.

Behind HAProxy, while people read and editors save drafts: the old code on its own schema; the migrations of the new code; the
old code on the new schema; both side by side; the new code alone. Prints what failed in each step. See docs/scale.md.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.machines import (
    CODE,
    balancer,
    bring_up_to_date,
    environment_for,
    free_ports,
    people,
    prepare,
    require_haproxy,
    web,
)
from portal.run import embedded

STEP_SECONDS = 5


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    require_haproxy()
    server = embedded.Server("postgres-upgrade")
    shutil.rmtree(server.home, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        old = check_out(sys.argv[1], Path(folder))
        try:
            server.start()
            rehearse(server.url, old)
        finally:
            server.stop()
            shutil.rmtree(server.home, ignore_errors=True)


def check_out(commit: str, folder: Path) -> Path:
    """Return a folder with the code of a commit, and with the styles of today."""
    archive = subprocess.run(["git", "archive", commit], cwd=CODE, check=True, capture_output=True)
    subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
    shutil.copytree(CODE / "static/build", folder / "static/build", dirs_exist_ok=True)
    return folder


def rehearse(url: str, old: Path) -> None:
    environment = environment_for(DATABASE_URL=url)
    editors = prepare(environment, old)
    ports = free_ports(2)
    with ExitStack() as old_group, ExitStack() as stack:
        old_group.enter_context(web(ports[0], environment, old))
        port = stack.enter_context(balancer(ports))
        load = stack.enter_context(people(port, editors))

        def report(step: str, began: float) -> None:
            time.sleep(max(0, STEP_SECONDS - (time.monotonic() - began)))
            lost = sum(editor.lost(url) for editor in load.editors)
            refused = sum(editor.refused for editor in load.editors)
            seconds = time.monotonic() - began
            print(
                f"| {step} | {seconds:.0f} | {len(load.answered)}, {len(load.failed)} "
                f"| {load.saves()}, {refused}, {lost} | {max(load.answered):.2f} |",
                flush=True,
            )

        print("| until the end of | s | reads, failed | saves, refused, lost | slowest read, s |")
        print("|---|---|---|---|---|")
        began = time.monotonic()
        report("old code", began)
        began = time.monotonic()
        bring_up_to_date(environment)
        report("migrations, then old code on the new schema", began)
        began = time.monotonic()
        with web(ports[1], environment):
            report("old and new code side by side", began)
            began = time.monotonic()
            old_group.close()
            report("new code alone", began)
            for one in sorted(set(load.failed))[:10]:
                print(one)


if __name__ == "__main__":
    main()
