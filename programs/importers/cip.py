"""CIP 2020 (NCES): the fields of study at two, four and six digits.

Codes come wrapped for spreadsheets (``="01.0101"``), titles end in a full stop and the two-digit ones shout. Codes
that were moved away or deleted, and those reserved for later, are no fields to choose.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models.functions import Length

from programs.models import FieldOfStudy

from . import citations
from .imported import FieldValues
from .report import Report
from .sync import Incoming, Target, sync
from .tables import FileError, Layout, Row, RowError, Table
from .values import cip_code, one_space, sentence_free

LAYOUTS = (Layout("CIP", "cipcode*.csv", ("CIPCode", "Action", "CIPTitle", "CIPDefinition"), citations.CIP),)
GONE = {"Deleted", "Moved from"}
CODE_LENGTHS = (2, 5, 7)
FIELDS = Target(FieldOfStudy, FieldValues._fields, adopts=True)


class Field(NamedTuple):
    line: int
    code: str
    title: str
    definition: str


def load(tables: dict[str, Table], report: Report) -> None:
    table = tables["CIP"]
    source_id = citations.CIP.source(table).pk
    rows = list(report.read(table, lambda row: _parse(row, table), FIELDS.label))
    by_hand = dict(FieldOfStudy.objects.filter(import_key=None).values_list("code", "pk"))
    pks: dict[str, int] = {}

    def incoming(length: int) -> Iterator[Incoming[tuple[str]]]:
        for line, code, title, definition in rows:
            if len(code) == length:
                parent = pks.get(code[:5]) or pks.get(code[:2])
                values = FieldValues(code, title, definition, parent, source_id)
                yield Incoming(line, (f"cip:{code}",), values, twin=by_hand.get(code))

    imported = FieldOfStudy.objects.annotate(length=Length("code")).filter(import_key__startswith="cip:")
    for length in CODE_LENGTHS:  # parents first
        found = sync(report, FIELDS, incoming(length), existing=imported.filter(length=length))
        pks |= {key.removeprefix("cip:"): pk for (key,), pk in found.items()}


def _parse(row: Row, table: Table) -> Field | None:
    title = sentence_free(row["CIPTitle"])
    if row["Action"] in GONE or title.casefold() == "reserved":
        return None
    code = cip_code(row["CIPCode"])
    if code not in row["CIPCode"]:
        problem = f"{row['CIPCode']!r} has lost its zeros, so a field and its family look alike; fetch the file again."
        raise FileError(table.name, problem, line=row.line, column="CIPCode")
    if not title:
        raise RowError(f"{code} has no CIPTitle.")
    return Field(row.line, code, title, one_space(row["CIPDefinition"]))
