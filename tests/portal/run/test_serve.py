"""Starting the portal: a clear message for everything that can go wrong, and no process left behind."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from portal.run import embedded

ROOT = settings.BASE_DIR


def serve(**environment: str) -> subprocess.CompletedProcess[str]:
    kept = {
        key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "SECRET_KEY"}
    }
    return subprocess.run(
        [sys.executable, "-m", "portal.run.serve"],
        env=kept | {"DJANGO_SETTINGS_MODULE": "portal.settings"} | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_port_in_use_is_named_with_what_to_do():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = serve(PORT=str(port))
    assert done.returncode == 1
    assert f"Port {port} cannot be used" in done.stderr
    assert "PORT=" in done.stderr


def test_the_port_of_a_portal_that_is_starting_is_named_too():
    port = str(free_port())
    # A database that never answers, so that the first portal does not come to listen.
    with socket.socket() as database:
        database.bind(("127.0.0.1", 0))
        database.listen()
        url = f"postgresql://u:p@127.0.0.1:{database.getsockname()[1]}/x"
        environment = {"PORT": port, "DATABASE_URL": url, "SECRET_KEY": "x"}
        first = subprocess.Popen(
            [sys.executable, "-m", "portal.run.serve"],
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings"} | environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        with first:
            try:
                assert first.stdout
                assert "Using the database" in first.stdout.readline()
                done = serve(**environment | {"HOST": "localhost"})
            finally:
                first.kill()
    assert done.returncode == 1
    assert f"Port {port} cannot be used" in done.stderr


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"PORT": "eighty"}, "PORT must be a number from 1 to 65535, not 'eighty'."),
        ({"PORT": "0"}, "PORT must be a number"),
        ({"DATABASE_URL": "postgresql://u:p@h/x", "SECRET_KEY": ""}, "SECRET_KEY must be set"),
        ({"DATABASE_URL": "mysql://u@h/x", "SECRET_KEY": "x"}, "PostgreSQL is the only database"),
        (
            {"DATABASE_URL": "postgresql://u:p@127.0.0.1:1/x", "SECRET_KEY": "x"},
            "The database in DATABASE_URL cannot be reached",
        ),
    ],
)
def test_a_start_that_fails_says_why_without_a_traceback(environment, said):
    done = serve(**{"PORT": str(free_port()), **environment})
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"DATABASE_URL": "postgresql://u@h/x", "SECRET_KEY": ""}, "SECRET_KEY must be set too"),
        ({"DATABASE_URL": "mysql://u@h/x", "SECRET_KEY": "x"}, "PostgreSQL is the only database"),
        ({"DATABASE_URL": "postgresql://u@h:no/x", "SECRET_KEY": "x"}, "must look like"),
        ({"DEBUG": "perhaps"}, "DEBUG must be 1 or 0, not 'perhaps'"),
        ({"STATEMENT_TIMEOUT_MS": "soon"}, "must be a whole number"),
        ({"TWO_FACTOR": "maybe"}, "TWO_FACTOR must be 1 or 0, not 'maybe'"),
    ],
)
def test_wrong_settings_stop_with_a_paragraph(environment, said):
    done = subprocess.run(
        [sys.executable, "-c", "import portal.settings"],
        env=os.environ | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


PRODUCTION = {"DATABASE_URL": "postgresql://u@h/x", "SECRET_KEY": "x"}


@pytest.mark.parametrize(
    ("environment", "on", "said"),
    [
        ({}, False, "This is a demonstration: the second factor of signing in is off"),
        (PRODUCTION, True, "sets up a second factor"),
        (PRODUCTION | {"DEBUG": "1"}, False, "is off, because of TWO_FACTOR or DEBUG"),
        (PRODUCTION | {"TWO_FACTOR": "0"}, False, "is off, because of TWO_FACTOR or DEBUG"),
        ({"TWO_FACTOR": "1"}, True, "sets up a second factor"),
    ],
)
def test_the_second_factor_is_on_except_in_a_demonstration_and_the_start_says_so(
    environment, on, said
):
    ask = "from portal import settings; from portal.run import serve; print(settings.TWO_FACTOR, serve.second_factor_note())"
    kept = {
        key: value
        for key, value in os.environ.items()
        if key not in {"DATABASE_URL", "SECRET_KEY", "TWO_FACTOR", "DEBUG"}
    }
    done = subprocess.run(
        [sys.executable, "-c", ask],
        env=kept | {"DJANGO_SETTINGS_MODULE": "portal.settings"} | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(str(on))
    assert said in done.stdout


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with the set-up script and the files it reads, not set up yet."""
    for name in ("script", "static/scss"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("requirements.txt", "requirements-dev.txt", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def bootstrap(copy: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["script/bootstrap"],
        env=os.environ | environment,
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )


def fake_python(copy: Path, answer: str) -> str:
    path = copy / "fake-python"
    path.write_text(f'#!/bin/sh\ncase "$*" in {answer} *) exec {sys.executable} "$@";; esac\n')
    path.chmod(0o755)
    return str(path)


def test_a_missing_venv_module_is_named_with_its_package(copy):
    done = bootstrap(copy, PYTHON=fake_python(copy, '*"-m venv"*) exit 1;;'))
    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr
    assert not (copy / ".venv").exists()


def test_an_old_python_is_refused(copy):
    done = bootstrap(
        copy, PYTHON=fake_python(copy, "*version_info*) exit 1;; -V) echo Python 3.9;;")
    )
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr
    assert "Python 3.9" in done.stderr


def test_a_set_up_that_was_killed_half_way_begins_with_a_new_environment(copy):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", copy / ".venv"], check=True)
    pip = copy / ".venv/lib" / f"python3.{sys.version_info.minor}" / "site-packages/pip"
    pip.mkdir(parents=True)
    (pip / "__main__.py").write_text("import sys; sys.exit('-r' in sys.argv)")
    (copy / ".venv/half a package").touch()
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": "/dev/null"}
    assert "could not be installed" in bootstrap(copy, **offline).stderr
    assert (copy / ".venv/half a package").exists()  # not known to be half made
    done = bootstrap(copy, **offline)
    assert done.returncode == 1
    assert "The first set-up needs the network" in done.stderr
    assert not (copy / ".venv/half a package").exists()
    # Whatever Python is first on the path, the system's own is taken, if that can make an environment.
    can_make = "import sys, ensurepip; sys.exit(sys.version_info < (3, 11))"
    if subprocess.run(["/usr/bin/python3", "-c", can_make], check=False).returncode == 0:
        made = copy / ".venv/bin/python"
        assert made.resolve() == Path("/usr/bin/python3").resolve()


def test_a_second_set_up_of_a_folder_waits_for_the_first(copy):
    (copy / ".local").mkdir()
    with (copy / ".local/setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = subprocess.Popen(
            ["script/bootstrap"],
            cwd=copy,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert waiting.stdout is not None
        assert "Waiting for another set-up" in waiting.stdout.readline()
        os.killpg(waiting.pid, signal.SIGKILL)  # with what it waits in, which holds its output open
        waiting.communicate()


HOLD = """
import sys, time
from portal.run import embedded
server = embedded.Server(sys.argv[1])
server.start()
print(server.process.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def home():
    name = "postgres-killed" + os.environ.get("PYTEST_XDIST_WORKER", "")
    yield name
    server = embedded.Server(name)
    server._stop_orphan()
    shutil.rmtree(server.home, ignore_errors=True)
    (embedded.LOCAL / f"{name}-password").unlink(missing_ok=True)


def start_holder(home: str) -> tuple[subprocess.Popen[str], int]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, home], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    return holder, int(holder.stdout.readline())


def test_what_was_committed_survives_a_kill_and_no_server_is_left(home):
    holder, postgres = start_holder(home)
    url = embedded.Server(home).url
    connection = psycopg.connect(url, autocommit=True)
    connection.execute("CREATE TABLE kept (number int)")
    connection.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
    connection.execute("BEGIN")
    connection.execute("INSERT INTO kept SELECT generate_series(1, 100000)")
    holder.send_signal(signal.SIGKILL)  # in the middle of a write
    holder.communicate()
    deadline = time.monotonic() + 20
    while Path(f"/proc/{postgres}").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    connection.close()
    assert not Path(f"/proc/{postgres}").exists()
    with embedded.running(home) as url, psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert row == (1000,)


def test_a_second_owner_is_refused_and_other_processes_use_the_server(home):
    holder, postgres = start_holder(home)
    second = embedded.Server(home)
    with pytest.raises(embedded.InUse, match=f"Process {holder.pid} uses"):
        second.start()
    with embedded.running(home) as url, psycopg.connect(url):
        pass
    assert Path(f"/proc/{postgres}").exists()  # a guest that leaves stops nothing
    holder.kill()
    holder.communicate()


def test_a_folder_of_another_account_is_refused_with_what_to_do(home, tmp_path, monkeypatch):
    server = embedded.Server(home)
    server.sockets = tmp_path / "link"
    server.sockets.symlink_to(tmp_path)
    with pytest.raises(embedded.EmbeddedError, match="belongs to another account"):
        server.start()
    assert tmp_path.owner() != "nobody"


def answers(server: embedded.Server) -> bool:
    try:
        psycopg.connect(server.url).close()
    except psycopg.OperationalError:
        return False
    return True


def test_a_server_that_ended_by_itself_is_started_again(home):
    server = embedded.Server(home)
    server.start()
    try:
        assert server.process is not None
        assert not server.has_ended()
        with psycopg.connect(server.url):  # a process that has to notice first
            server.process.kill()
            server.process.wait()
        deadline = time.monotonic() + 20
        while not answers(server) and time.monotonic() < deadline:
            if server.has_ended():
                server.start_again()
            time.sleep(0.3)
        assert answers(server)
    finally:
        server.stop()


def test_a_lost_password_is_reported_at_once(home):
    with embedded.running(home):
        pass
    (embedded.LOCAL / f"{home}-password").unlink()
    with pytest.raises(embedded.EmbeddedError, match="Remove that folder to start again"):
        embedded.Server(home).start()


def test_an_incomplete_data_folder_is_made_again(home):
    server = embedded.Server(home)
    server.data.mkdir(parents=True)
    (server.data / "half").write_text("an initdb that was cut short")
    with embedded.running(home) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_the_secrets_are_for_their_owner_alone():
    embedded.secret("secret-for-test")
    path = embedded.LOCAL / "secret-for-test"
    assert path.stat().st_mode & 0o777 == 0o600
    assert embedded.secret("secret-for-test") == path.read_text()
    path.unlink()


def test_the_set_up_installs_only_pinned_packages():
    lines = (ROOT / "script/bootstrap").read_text().splitlines()
    installs = [line for line in lines if "pip install" in line]
    assert installs
    assert all("--no-deps --require-hashes" in line for line in installs)
