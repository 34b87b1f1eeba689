"""How records are written to the log: without the rows that the database quotes in its refusals, and in one quiet line
what was refused to whoever asked."""

import logging
import re

# psycopg's text of a failed constraint ends with "DETAIL:  Failing row contains (...)", every column of the row in it.
QUOTED_ROW = re.compile(r"DETAIL: .*?(?=\n\nThe above exception|\n\nDuring handling|\Z)", re.DOTALL)

UNAVAILABLE = 503


class Formatter(logging.Formatter):
    """One line a record, and the traceback where something is wrong with us.

    Django gives the refusal of a request (a Host that is not ours, a form with too many fields, a page that is not
    open) the level of an error and a traceback: whoever asks on purpose would fill the log. An outage of the database
    says what it is, once for each request.
    """

    def format(self, record):
        status = getattr(record, "status_code", 500)
        if status < 500 or status == UNAVAILABLE:
            quiet = {"levelname": "WARNING" if status < 500 else record.levelname, "exc_info": None, "exc_text": None}
            record = logging.makeLogRecord({**vars(record), **quiet})
        return QUOTED_ROW.sub("DETAIL: (not logged)", super().format(record))
