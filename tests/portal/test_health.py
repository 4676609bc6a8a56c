import datetime

import pytest
from django.utils import timezone

from portal import published


def test_live_asks_nothing_of_the_database(client):
    assert client.get("/health/live").content == b"live\n"


@pytest.mark.django_db
def test_ready_says_when_there_is_no_content(client):
    assert client.get("/health/ready").status_code == 503


@pytest.mark.django_db
@pytest.mark.usefixtures("dataset")
def test_ready_says_since_when_the_database_has_not_answered(client, monkeypatch):
    assert client.get("/health/ready").content == b"ready\n"
    monkeypatch.setattr(published, "CHECK_SECONDS", 600)
    since = timezone.now() - datetime.timedelta(minutes=3)
    monkeypatch.setattr(published, "_fresh_at", since)
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.text == f"ready, stale since {since.isoformat(timespec='seconds')}\n"


@pytest.mark.django_db
@pytest.mark.usefixtures("dataset")
def test_ready_says_when_it_was_never_known_that_all_is_up_to_date(client, monkeypatch):
    client.get("/health/ready")
    monkeypatch.setattr(published, "CHECK_SECONDS", 600)
    monkeypatch.setattr(published, "_fresh_at", None)
    assert client.get("/health/ready").text == "ready, stale since the start\n"
