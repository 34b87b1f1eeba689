"""How records are written to the log: without the rows that the database quotes in its refusals."""

import logging
import re

# psycopg's text of a failed constraint ends with "DETAIL:  Failing row contains (...)", every column of the row in it.
QUOTED_ROW = re.compile(r"DETAIL: .*?(?=\n\nThe above exception|\n\nDuring handling|\Z)", re.DOTALL)


class Formatter(logging.Formatter):
    """One line a record, and the traceback where there is one."""

    def format(self, record):
        return QUOTED_ROW.sub("DETAIL: (not logged)", super().format(record))
