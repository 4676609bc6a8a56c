"""How DATABASE_URL becomes settings; a wrong one stops with what it must look like."""

import pytest

from portal.settings import database


@pytest.mark.parametrize(
    ("url", "config"),
    [
        (
            "postgresql://ann%40x:p%2Fq@db.example:5433/my%20data?sslmode=require",
            {"NAME": "my data", "USER": "ann@x", "PASSWORD": "p/q", "HOST": "db.example",
             "PORT": 5433, "sslmode": "require"},
        ),
        ("postgres://ann@/portal?host=/run/a%20folder", {"HOST": "/run/a folder", "PORT": ""}),
        ("postgresql://ann@%2Frun%2Fpostgresql/portal", {"HOST": "/run/postgresql"}),
    ],
)  # fmt: skip
def test_every_part_of_the_address_is_read(url, config):
    made = database(url)
    assert {name: made.get(name, made["OPTIONS"].get(name)) for name in config} == config
    assert "host" not in made["OPTIONS"]


def test_no_request_waits_long_for_a_database_that_is_away(monkeypatch):
    monkeypatch.setenv("DATABASE_POOL", "9")
    monkeypatch.setenv("STATEMENT_TIMEOUT_MS", "700")
    made = database("postgresql://ann@db.example/portal?connect_timeout=60&options=-c%20x%3Dy")
    assert made["CONN_HEALTH_CHECKS"] is True
    assert made["OPTIONS"] == {
        "pool": {"min_size": 1, "max_size": 9, "timeout": 3, "reconnect_timeout": 3},
        "connect_timeout": 5,
        "options": "-c statement_timeout=700",
    }


@pytest.mark.parametrize(
    "url",
    [
        "x", "postgresql://ann@db.example", "postgresql://ann@db.example/", "sqlite://:memory:",
        "postgresql://ann@db.example:no/portal", "postgresql://[::1/portal", "mysql://ann@db/portal",
    ],
)  # fmt: skip
def test_any_other_address_stops_and_says_what_it_must_look_like(url):
    with pytest.raises(SystemExit, match="must look like postgresql://"):
        database(url)
