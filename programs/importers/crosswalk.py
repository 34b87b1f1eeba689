"""CIP 2020 to SOC 2018 (NCES and the Bureau of Labor Statistics): which fields prepare for which occupations.

``99.9999`` and ``99-9999`` mean "no match" and give no pair.
"""

from programs.models import Crosswalk, FieldOfStudy, Occupation

from .report import Report
from .sync import Incoming, Target, sync
from .tables import Layout, Row, RowError, Table
from .values import SIX_DIGITS, program_code, soc_code

LAYOUTS = (Layout("crosswalk", "cip2020_soc2018_crosswalk*.csv", ("CIP2020Code", "SOC2018Code")),)
PAIRS = Target(Crosswalk, key=("field_id", "occupation_id"))
NO_MATCH = {"99.9999", "99-9999"}


def load(tables: dict[str, Table], report: Report) -> None:
    fields = {code: pk for code, pk in FieldOfStudy.objects.values_list("code", "pk") if len(code) == SIX_DIGITS}
    occupations = dict(Occupation.objects.values_list("code", "pk"))

    def parse(row: Row) -> Incoming[tuple[int, int]] | None:
        cip, soc = program_code(row["CIP2020Code"], fields), soc_code(row["SOC2018Code"])
        if NO_MATCH & {cip, soc}:
            return None
        if cip not in fields:
            raise RowError(f"CIP code {cip} is not in the directory; import cip first.")
        if soc not in occupations:
            raise RowError(f"SOC code {soc} is not in the directory; import soc first.")
        report.tell_padded(PAIRS.label, "CIP2020Code", row["CIP2020Code"], cip, row.line)
        return Incoming(row.line, (fields[cip], occupations[soc]))

    rows = report.read(tables["crosswalk"], parse, PAIRS.label)
    sync(report, PAIRS, rows, existing=Crosswalk.objects.all())
