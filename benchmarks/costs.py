"""What requests cost beside a view that does nothing, with the product's settings.

One gunicorn worker serves both. Requests of all kinds are interleaved, so that whatever else the machine does hits all alike;
what counts is processor time (the worker's threads and PostgreSQL's backends, from /proc) and its ratio to hello-world's. See
benchmarks/README.md.
"""

import http.client
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence

from benchmarks import ground
from portal.run import embedded

PORT = int(os.environ.get("PORT", "8765"))
ROUNDS = int(os.environ.get("ROUNDS", "40"))
A_ROUND = 5  # requests of each kind in a row
CLIENTS = 8  # at once, none of whom pauses
OF_A_CLIENT = 100  # requests
MANY = 20_000  # summaries: with fewer there is not a copy for each request that asks for one

Address = str | Callable[[object], str]  # with {n} in the place of a number, or made from it


def measure(kinds: Mapping[str, Address], numbers: Sequence[int], *, file: str = "") -> None:
    """Print what a request of each kind costs, with so many summaries in the database; and what a whole file does."""
    with ground.server() as server:
        for number in numbers:
            possible = {
                kind: address
                for kind, address in kinds.items()
                if callable(address) or "/synthetic-" not in address or number >= MANY
            }
            with ground.filled_database(server, number) as environment:
                _serve(possible, file, server, number, environment)


def _serve(
    kinds: Mapping[str, Address],
    file: str,
    server: embedded.Server,
    number: int,
    environment: dict[str, str],
) -> None:
    gunicorn = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi"],
        env=environment | {"PORT": str(PORT), "WEB_CONCURRENCY": "1"},
        stderr=subprocess.DEVNULL,
    )
    try:
        _report(number, _times(kinds, gunicorn.pid, server))
        if "no filter" in kinds:
            _report_clients(kinds["no filter"], gunicorn.pid)
        if file:
            _report_file(file, gunicorn.pid)
    finally:
        gunicorn.send_signal(signal.SIGTERM)
        gunicorn.wait()


def _times(
    kinds: Mapping[str, Address], gunicorn: int, server: embedded.Server
) -> dict[str, list[float]]:
    """Return milliseconds of processor time a request, one number a round, by kind."""
    connection = _connect(gunicorn)
    etag = _get(connection, "/evidence/", {})[1]
    worker = ground.children(gunicorn)[0]
    postmaster = server.process.pid if server.process else 0
    times: dict[str, list[float]] = {kind: [] for kind in kinds}
    counter = 0
    for address in kinds.values():  # warm: what a worker makes once a content version is made
        for _ in range(3):
            counter += 1
            _get(connection, _at(address, f"warm{counter}"), {})
    for _ in range(ROUNDS):
        for kind, address in kinds.items():
            headers = {"If-None-Match": etag} if "304" in kind else {}
            before = ground.processor_seconds(worker, *ground.children(postmaster))
            for _ in range(A_ROUND):
                counter += 1
                target = "/evidence/" if "304" in kind else _at(address, counter)
                status, _ = _get(connection, target, headers)
                if status != (304 if "304" in kind else 200):
                    raise SystemExit(f"{target} answered {status}")
            spent = ground.processor_seconds(worker, *ground.children(postmaster)) - before
            times[kind].append(1000 * spent / A_ROUND)
    return times


def _at(address: Address, n: object) -> str:
    return address.format(n=n) if isinstance(address, str) else address(n)


def _report(number: int, times: dict[str, list[float]]) -> None:
    hello = statistics.median(times["hello-world"])
    print(f"\n{number:,} summaries: processor time a request, median of {ROUNDS} rounds\n")
    print("| what | ms | x hello-world |\n|---|---|---|")
    for kind, spent in times.items():
        median = statistics.median(spent)
        print(f"| {kind} | {median:.2f} | {median / hello:.1f} |")


def _report_file(address: str, gunicorn: int) -> None:
    """Print the processor time of a whole file, and the time on the clock until its first byte: medians of five."""
    connection = _connect(gunicorn)
    worker = ground.children(gunicorn)[0]
    spent, waited = [], []
    for n in range(5):
        before, began = ground.processor_seconds(worker), time.perf_counter()
        connection.request("GET", address.format(n=f"file{n}"))
        response = connection.getresponse()
        response.read(1)
        waited.append(time.perf_counter() - began)
        response.read()
        spent.append(ground.processor_seconds(worker) - before)
    print(
        f"\n{address}: {statistics.median(spent):.2f} s of processor time, the first byte after "
        f"{1000 * statistics.median(waited):.0f} ms on the clock"
    )


def _report_clients(address: Address, gunicorn: int) -> None:
    """Print how long requests take on the clock while several clients ask this one worker without a pause."""
    waited: list[float] = []

    def ask(client: int) -> None:
        connection = _connect(gunicorn)
        for n in range(OF_A_CLIENT):
            began = time.perf_counter()
            status, _ = _get(connection, _at(address, f"client{client}n{n}"), {})
            waited.append(time.perf_counter() - began)
            if status != 200:
                raise RuntimeError(f"{address} answered {status}")

    clients = [threading.Thread(target=ask, args=[client]) for client in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    if len(waited) < CLIENTS * OF_A_CLIENT:
        raise SystemExit("A client got no answer; the lines above say why.")
    print(
        f"\n{CLIENTS} clients at once, a page without words: 95 of 100 within "
        f"{1000 * statistics.quantiles(waited, n=20)[-1]:.0f} ms on the clock"
    )


def _connect(gunicorn: int) -> http.client.HTTPConnection:
    """Connect when the portal is ready. A million summaries take it many minutes, so we wait for as long as it runs."""
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        try:
            connection.request("GET", "/health/ready")
            if connection.getresponse().read():
                return connection
        except OSError:
            if os.waitpid(gunicorn, os.WNOHANG)[0]:
                raise SystemExit("The portal ended before it was ready.") from None
            time.sleep(0.2)


def _get(
    connection: http.client.HTTPConnection, address: str, headers: dict[str, str]
) -> tuple[int, str]:
    connection.request("GET", address, headers={"Accept-Encoding": "br, gzip", **headers})
    response = connection.getresponse()
    response.read()
    return response.status, response.headers.get("ETag") or ""
