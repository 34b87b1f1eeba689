"""National employment and wages (Bureau of Labor Statistics, Occupational Employment and Wage Statistics).

Wages and employment of every detailed occupation, for May of the file's year. A figure that BLS publishes for several
occupations together (``combined``) is given to each of them; an occupation's own figure comes first.
"""

import re
from datetime import date
from decimal import Decimal

from programs.choices import Measure, Qualifier, StatisticKind, SuppressedReason, Unit
from programs.models import Occupation

from . import citations
from .combined import COMBINED
from .report import Report
from .statistics import Figure, load_figures
from .tables import FileError, Layout, Row, RowError, Table
from .values import decimal, soc_code

STATISTICS = {
    "MEAN": StatisticKind.MEAN,
    "PCT10": StatisticKind.P10,
    "PCT25": StatisticKind.P25,
    "MEDIAN": StatisticKind.MEDIAN,
    "PCT75": StatisticKind.P75,
    "PCT90": StatisticKind.P90,
}
WAGES = {
    "A": (Measure.ANNUAL_WAGE, Unit.USD_PER_YEAR, Decimal("239200.00")),
    "H": (Measure.HOURLY_WAGE, Unit.USD_PER_HOUR, Decimal("115.00")),
}
"""By column prefix; the last is the top code: ``#`` says that a wage is at least that (BLS field descriptions)."""

LAYOUTS = (
    Layout(
        "OEWS national",
        "bls",
        "national_m20[0-9][0-9]*dl.csv",
        ("OCC_CODE", "O_GROUP", "TOT_EMP", "ANNUAL", *(f"{prefix}_{name}" for prefix in WAGES for name in STATISTICS)),
    ),
)


def load(tables: dict[str, Table], report: Report) -> None:
    table = tables["OEWS national"]
    match = re.search(r"m(20\d\d)", table.file.plain_name)
    if not match:
        raise FileError(table.name, "the name must say the year as the publisher's does (national_M2025_dl.csv).")
    year = int(match.group(1))
    occupations = dict(Occupation.objects.values_list("code", "pk"))

    def parse(row: Row) -> tuple[int, str, list[Figure]] | None:
        if row["O_GROUP"] != "detailed":
            return None
        code = soc_code(row["OCC_CODE"])
        if code not in occupations and code not in COMBINED:
            raise RowError(f"SOC code {code} is not in the directory; import soc first.")
        return row.line, code, _figures(row)

    load_figures(
        report,
        report.read(table, parse, "statistics"),
        source_id=citations.wages(year).pk,
        period=(date(year, 5, 1), date(year, 5, 31)),
    )


def _figures(row: Row) -> list[Figure]:
    figures = [_figure(row["TOT_EMP"], Measure.EMPLOYMENT, StatisticKind.COUNT, Unit.PEOPLE, None)]
    for prefix, (measure, unit, top) in WAGES.items():
        if prefix == "H" and row["ANNUAL"] == "TRUE":
            continue  # paid by the year: no hourly wage exists
        for name, kind in STATISTICS.items():
            figures.append(_figure(row[f"{prefix}_{name}"], measure, kind, unit, top))
    return [figure for figure in figures if figure]


def _figure(text: str, measure: Measure, kind: StatisticKind, unit: Unit, top: Decimal | None) -> Figure | None:
    """One cell. ``*`` and ``**``: not available; ``#``: at least ``top``; empty: nothing said."""
    if not text:
        return None
    if text in {"*", "**"}:
        return Figure(measure, kind, None, unit, Qualifier.EXACTLY, SuppressedReason.NOT_AVAILABLE)
    if text == "#" and top is not None:
        return Figure(measure, kind, top, unit, Qualifier.OVER)
    value = decimal(text, f"{measure.label}, {kind.label.lower()}")
    if value < 0:
        raise RowError(f"{measure.label}, {kind.label.lower()} {text!r} is below 0.")
    return Figure(measure, kind, value, unit)
