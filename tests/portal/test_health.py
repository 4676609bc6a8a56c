import pytest


def test_live_asks_nothing_of_the_database(client):
    assert client.get("/health/live").content == b"live\n"


@pytest.mark.django_db
def test_ready_says_when_there_is_no_content(client):
    assert client.get("/health/ready").status_code == 503
