"""CIP 2020 to SOC 2018 (NCES and the Bureau of Labor Statistics): which fields prepare for which occupations.

``99.9999`` and ``99-9999`` mean "no match" and give no pair.
"""

from programs.models import Crosswalk, FieldOfStudy, Occupation

from .report import Report
from .sync import Incoming, sync
from .tables import Layout, Row, RowError, Table
from .values import cip_code, soc_code

LAYOUTS = (Layout("crosswalk", "cip", "cip2020_soc2018_crosswalk*.csv", ("CIP2020Code", "SOC2018Code")),)
NO_MATCH = {"99.9999", "99-9999"}


def load(tables: dict[str, Table], report: Report) -> None:
    fields = dict(FieldOfStudy.objects.values_list("code", "pk"))
    occupations = dict(Occupation.objects.values_list("code", "pk"))

    def parse(row: Row) -> Incoming | None:
        cip, soc = cip_code(row["CIP2020Code"]), soc_code(row["SOC2018Code"])
        if NO_MATCH & {cip, soc}:
            return None
        if cip not in fields:
            raise RowError(f"CIP code {cip} is not in the directory; import cip first.")
        if soc not in occupations:
            raise RowError(f"SOC code {soc} is not in the directory; import soc first.")
        return Incoming(row.line, (fields[cip], occupations[soc]), ())

    sync(
        report,
        Crosswalk,
        report.read(tables["crosswalk"], parse, Crosswalk._meta.verbose_name_plural),
        existing=Crosswalk.objects.all(),
        key=("field_id", "occupation_id"),
        columns=(),
    )
