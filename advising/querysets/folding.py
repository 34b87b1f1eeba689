"""Words as people type them: without accents, apostrophes and capitals, by one rule in Python and in both databases.

Nothing folded is kept: a second copy of a private text would need the protection of the first.
"""

import re
import unicodedata
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import TextField, Transform
from django.db.models.sql.compiler import SQLCompiler

APOSTROPHES = "'’‘ʼ′`´"
LETTERS = {"Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "ı": "i"}
"""Letters that Unicode does not take apart into a plain one and a mark."""
LIGATURES = {"Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "ß": "ss", "ẞ": "SS"}
MARKS = re.compile("[\u0300-\u036f]")
TABLE = str.maketrans({**LETTERS, **LIGATURES, **dict.fromkeys(APOSTROPHES, "")})


def fold(text: str) -> str:
    """``Renée O’Connor`` becomes ``renee oconnor``."""
    if text.isascii():
        return text.replace("'", "").replace("`", "").lower()
    return MARKS.sub("", unicodedata.normalize("NFKD", text.translate(TABLE))).lower()


def words_of(text: str) -> list[str]:
    """The words of a name, a number or an address, folded: ``Rivera-Cruz, J.`` gives rivera, cruz and j."""
    return [word for part in re.split(r"[\s,;()/-]+", fold(text)) if (word := part.strip("."))]


class Folded(Transform):
    """``fold`` of a text expression, worked out by the database."""

    function = "waypoint_fold"  # on SQLite, where ``teach`` makes it known
    output_field = TextField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Any]:
        plain, letters = "".join(LETTERS.values()), "".join(LETTERS) + APOSTROPHES.replace("'", "''")
        text = f"translate(%(expressions)s, '{letters}', '{plain}')"  # what has no counterpart is left out
        for ligature, spelled in LIGATURES.items():
            text = f"replace({text}, '{ligature}', '{spelled}')"
        template = f"lower(regexp_replace(normalize({text}, NFKD), '{MARKS.pattern}', '', 'g'))"
        return self.as_sql(compiler, connection, template=template, **context)


def _fold_known(text: str | None) -> str | None:
    return None if text is None else fold(text)


def teach(*, connection: BaseDatabaseWrapper, **signal: Any) -> None:
    """Make ``fold`` known to a new connection to SQLite, which has no such function of its own."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("waypoint_fold", 1, _fold_known, deterministic=True)
