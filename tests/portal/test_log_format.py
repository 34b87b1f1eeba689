import io
import logging
import sys

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from portal.log_format import Formatter
from tests.advising.factories import make_note
from tests.factories import client_for


@pytest.fixture
def written():
    """What the log of a deployment holds after the requests of a test."""
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(Formatter("{levelname} {name}: {message}", style="{"))
    logging.getLogger().addHandler(handler)
    yield lambda: handler.stream.getvalue().splitlines()
    logging.getLogger().removeHandler(handler)


def test_a_host_that_is_not_ours_is_a_400_and_one_quiet_line(written):
    """No database is open in this test."""
    assert Client(headers={"host": "evil.example"}).get("/programs/").status_code == 400
    (line,) = written()
    assert line.startswith("WARNING django.security.DisallowedHost: Invalid HTTP_HOST header: 'evil.example'")


@pytest.mark.django_db
def test_other_refusals_are_one_quiet_line_too(written, student):
    client = client_for(student)
    assert client.get("/advising/caseload/").status_code == 403
    assert client.post("/accounts/login/", {f"field{number}": "1" for number in range(1001)}).status_code == 400
    assert client.get("/nowhere/").status_code == 404
    lines = written()
    assert [line.split(":")[0] for line in lines] == [
        "WARNING django.request",
        "WARNING django.security.TooManyFieldsSent",
        "WARNING django.request",
    ]


def test_an_outage_of_the_database_is_one_line_for_each_request(written, away):
    assert Client(raise_request_exception=False).post("/place/", {"place": "Ohio"}).status_code == 503
    assert written() == ["ERROR django.request: The database does not answer: /place/"]


def test_what_is_wrong_with_us_keeps_its_traceback(written, monkeypatch):
    monkeypatch.setattr("portal.health.HttpResponse", None)
    assert Client(raise_request_exception=False).get("/healthz").status_code == 500
    lines = written()
    assert lines[0] == "ERROR django.request: Internal Server Error: /healthz"
    assert lines[1] == "Traceback (most recent call last):"


CANARY = "Told me in confidence\nabout the family"


@pytest.mark.django_db
def test_a_refused_row_is_not_quoted_in_the_log():
    note = make_note(body=CANARY)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        type(note).objects.filter(pk=note.pk).update(version=0)
    if connection.vendor == "postgresql":
        assert "in confidence" in str(refused.value)  # what the formatter is there for
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "Refused: %s", (refused.value,), None)
    record.exc_info = (refused.type, refused.value, refused.tb)
    text = Formatter("{levelname} {message}", style="{").format(record)
    assert text.startswith("ERROR Refused: ")
    assert "IntegrityError" in text
    assert "in confidence" not in text
    assert "about the family" not in text


def test_what_follows_a_quoted_row_is_kept():
    try:
        try:
            raise ValueError("failed\nDETAIL:  Failing row contains (1, secret\nlines).")
        except ValueError as error:
            raise RuntimeError("in its wake") from error
    except RuntimeError:
        record = logging.LogRecord("root", logging.ERROR, __file__, 1, "Failed", (), sys.exc_info())
    text = Formatter().format(record)
    assert ("secret" in text, "lines" in text, "in its wake" in text) == (False, False, True)
