import pytest
from django.db import OperationalError

from programs.search.index import snapshot


def test_alive_asks_the_database_for_nothing(client):
    assert client.get("/healthz").content == b"alive\n"


@pytest.mark.django_db
def test_ready_with_database_and_snapshot(client):
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"ready\n")
    assert "no-store" in response["Cache-Control"]


def test_not_ready_without_the_database(client, monkeypatch):
    def fail():
        raise OperationalError("gone")

    monkeypatch.setattr(snapshot, "read_revision", fail)
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"database does not answer\n")


def test_not_ready_while_the_snapshot_is_built(client, monkeypatch):
    monkeypatch.setattr(snapshot, "current", lambda: None)
    assert client.get("/readyz").status_code == 503


def test_not_ready_is_no_error_in_the_log(client, monkeypatch, caplog):
    monkeypatch.setattr(snapshot, "current", lambda: None)
    client.get("/readyz")
    assert [record.name for record in caplog.records] == []


def test_alive_without_a_database_at_all(client, away):
    assert client.get("/healthz").content == b"alive\n"
    assert away == []


def test_not_ready_for_writing_while_the_database_takes_no_changes(client, read_only):
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"not ready for writing: database takes no changes\n")
