"""CIP 2020 (NCES): the fields of study at two, four and six digits.

Codes come wrapped for spreadsheets (``="01.0101"``), titles end in a full stop and the two-digit ones shout. Codes
that were moved away or deleted, and those reserved for later, are no fields to choose.
"""

from django.db.models.functions import Length

from programs.models import FieldOfStudy

from . import citations
from .report import Report
from .sync import IMPORTED_COLUMNS, Incoming, sync
from .tables import FileError, Layout, Row, RowError, Table
from .values import cip_code, one_space, sentence_free

LAYOUTS = (Layout("CIP", "cipcode*.csv", ("CIPCode", "Action", "CIPTitle", "CIPDefinition"), citations.CIP),)
GONE = {"Deleted", "Moved from"}
CODE_LENGTHS = (2, 5, 7)


def load(tables: dict[str, Table], report: Report) -> None:
    table = tables["CIP"]
    source_id = citations.CIP.source(table).pk
    rows = list(report.read(table, lambda row: _parse(row, table), FieldOfStudy._meta.verbose_name_plural))
    by_hand = dict(FieldOfStudy.objects.filter(import_key=None).values_list("code", "pk"))
    pks: dict[str, int] = {}

    def incoming(length: int):
        for line, code, title, definition in rows:
            if len(code) == length:
                parent = pks.get(code[:5]) or pks.get(code[:2])
                yield Incoming(line, (f"cip:{code}",), (code, title, definition, parent, source_id))

    for length in CODE_LENGTHS:  # parents first
        found = sync(
            report,
            FieldOfStudy,
            incoming(length),
            existing=FieldOfStudy.objects.annotate(length=Length("code")).filter(
                length=length, import_key__startswith="cip:"
            ),
            columns=IMPORTED_COLUMNS[FieldOfStudy],
            twin=lambda row: by_hand.get(row.values[0]),
            adopt=True,
        )
        pks |= {key.removeprefix("cip:"): pk for (key,), pk in found.items()}


def _parse(row: Row, table: Table) -> tuple[int, str, str, str] | None:
    title = sentence_free(row["CIPTitle"])
    if row["Action"] in GONE or title.casefold() == "reserved":
        return None
    code = cip_code(row["CIPCode"])
    if code not in row["CIPCode"]:
        problem = f"{row['CIPCode']!r} has lost its zeros, so a field and its family look alike; fetch the file again."
        raise FileError(table.name, problem, line=row.line, column="CIPCode")
    if not title:
        raise RowError(f"{code} has no CIPTitle.")
    return row.line, code, title, one_space(row["CIPDefinition"])
