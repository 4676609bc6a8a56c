"""How DATABASE_URL becomes settings; a wrong one stops with what it must look like."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from portal.settings import database, passkey_origins, replica, site_url


@pytest.mark.parametrize(
    ("url", "config"),
    [
        (
            "postgresql://ann%40x:p%2Fq@db.example:5433/my%20data?sslmode=require",
            {"NAME": "my data", "USER": "ann@x", "PASSWORD": "p/q", "HOST": "db.example",
             "PORT": "5433", "sslmode": "require"},
        ),
        ("postgres://ann@/portal?host=/run/a%20folder", {"HOST": "/run/a folder", "PORT": ""}),
        ("postgresql://ann@%2Frun%2Fpostgresql/portal", {"HOST": "/run/postgresql"}),
        (
            "postgresql://ann:x@one.example,two.example:5433/portal?target_session_attrs=read-write",
            {"HOST": "one.example,two.example", "PORT": ",5433", "NAME": "portal",
             "target_session_attrs": "read-write"},
        ),
        ("postgresql://ann@[::1]:5432,[::2]:5433/portal", {"HOST": "::1,::2", "PORT": "5432,5433"}),
    ],
)  # fmt: skip
def test_every_part_of_the_address_is_read(url, config):
    made = database(url)
    assert {name: made.get(name, made["OPTIONS"].get(name)) for name in config} == config
    assert "host" not in made["OPTIONS"]


def test_the_checks_reach_no_database_that_somebody_has():
    script = (settings.BASE_DIR / "script/lint").read_text()
    [url] = re.findall(r"DATABASE_URL='?([^' ]+)", script)
    host = database(url)["HOST"]
    assert host.startswith("/")  # a socket, and no machine
    assert not Path(host).is_dir()


def test_no_request_waits_long_for_a_database_that_is_away(monkeypatch):
    monkeypatch.setenv("DATABASE_POOL", "9")
    monkeypatch.setenv("STATEMENT_TIMEOUT_MS", "700")
    made = database("postgresql://ann@db.example/portal?connect_timeout=60&options=-c%20x%3Dy")
    assert made["CONN_HEALTH_CHECKS"] is True
    pool = made["OPTIONS"].pop("pool")
    assert pool.pop("connection_class").longest_silence == 1.2
    assert pool == {"min_size": 1, "max_size": 9, "timeout": 3, "reconnect_timeout": 3}
    assert made["OPTIONS"] == {
        "connect_timeout": 2,
        "tcp_user_timeout": 10_000,
        "keepalives_idle": 10,
        "keepalives_interval": 3,
        "keepalives_count": 3,
        # Of two limits the last one holds.
        "options": "-c max_parallel_workers_per_gather=0 -c random_page_cost=1.1 -c join_collapse_limit=4 -c x=y"
        " -c statement_timeout=700",
    }


def test_a_command_waits_for_its_statements_as_long_as_they_take(monkeypatch):
    monkeypatch.setenv("STATEMENT_TIMEOUT_MS", "0")
    options = database("postgresql://ann@db.example/portal")["OPTIONS"]
    assert options["options"].endswith(" -c statement_timeout=0")
    assert options["pool"]["connection_class"].longest_silence is None


@pytest.mark.parametrize(
    "url",
    [
        "x", "postgresql://ann@db.example", "postgresql://ann@db.example/", "sqlite://:memory:",
        "postgresql://ann@db.example:no/portal", "postgresql://ann@db.example/portal?colour=blue", "postgresql://[::1/portal", "mysql://ann@db/portal",
    ],
)  # fmt: skip
def test_any_other_address_stops_and_says_what_it_must_look_like(url):
    with pytest.raises(SystemExit, match="must look like postgresql://"):
        database(url)


def test_a_wrong_address_of_the_replica_is_named():
    with pytest.raises(SystemExit, match="DATABASE_REPLICA_URL must look like postgresql://"):
        replica("mysql://ann@db/portal")


def test_links_in_mail_lead_to_the_address_that_people_use(monkeypatch):
    assert site_url() == "http://localhost:8000"
    monkeypatch.setenv("SITE_URL", "https://evidence.example/")
    assert site_url() == "https://evidence.example"


@pytest.mark.parametrize("url", ["evidence.example", "https://evidence.example/admin/", "x://y"])
def test_an_address_for_mail_that_is_none_stops(url, monkeypatch):
    monkeypatch.setenv("SITE_URL", url)
    with pytest.raises(SystemExit, match="SITE_URL must look like https://"):
        site_url()


def test_passkeys_are_used_over_tls_on_their_host_and_below_and_on_localhost(monkeypatch):
    monkeypatch.setenv("PORT", "8001")
    assert passkey_origins("localhost", ["localhost"], []) == ["http://localhost:8001"]
    hosts = ["evidence.example", "edit.evidence.example", "another-evidence.example"]
    trusted = ["https://evidence.example:8443", "http://evidence.example"]
    assert passkey_origins("evidence.example", hosts, trusted) == [
        "https://edit.evidence.example",
        "https://evidence.example",
        "https://evidence.example:8443",
    ]
