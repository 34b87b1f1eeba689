import logging
import sys

import pytest
from django.db import IntegrityError, connection, transaction

from portal.log_format import Formatter
from tests.advising.factories import make_note

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
