"""National employment and wages (Bureau of Labor Statistics, Occupational Employment and Wage Statistics).

Wages and employment of every detailed occupation, for May of the file's year. A figure that BLS publishes for several
occupations together (``combined``) is given to each of them and says so; an occupation's own figure comes first.
"""

from datetime import date
from decimal import Decimal

from programs.choices import Measure, Qualifier, StatisticKind, SuppressedReason, Unit
from programs.models import Occupation

from . import citations
from .combined import COMBINED
from .report import Report
from .statistics import STATISTICS, StatisticValue, StatisticValues, load_figures
from .tables import FileError, Layout, Row, RowError, RowSkippedError, Table
from .values import decimal, soc_code

WAGE_STATISTICS = {
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

SCOPE = {
    "AREA_TYPE": ("1", "not of the whole country"),
    "AREA": ("99", "not of the whole country"),
    "I_GROUP": ("cross-industry", "of one industry"),
    "NAICS": ("000000", "of one industry"),
    "OWN_CODE": ("1235", "of one kind of ownership"),
}
"""What the columns hold in a row of the whole country, of every industry and owner, and what any other row is (BLS
field descriptions). Files of states, areas and industries have the same columns."""

LAYOUTS = (
    Layout(
        "OEWS national",
        "national_m20[0-9][0-9]*dl.csv",
        (
            "OCC_CODE",
            "O_GROUP",
            "TOT_EMP",
            "ANNUAL",
            *(f"{prefix}_{name}" for prefix in WAGES for name in WAGE_STATISTICS),
        ),
        citations.WAGES,
        optional=tuple(SCOPE),
    ),
)


def load(tables: dict[str, Table], report: Report) -> None:
    table = tables["OEWS national"]
    (year,) = citations.WAGES.numbers(table)
    occupations = dict(Occupation.objects.values_list("code", "pk"))
    is_national = False

    def parse(row: Row) -> StatisticValues | None:
        nonlocal is_national
        _check_scope(row, is_called_national=table.file.plain_name.startswith("national"))
        is_national = True
        if row["O_GROUP"] != "detailed":
            return None
        code = soc_code(row["OCC_CODE"])
        if code not in occupations and code not in COMBINED:
            raise RowError(f"SOC code {code} is not in the directory; import soc first.")
        return StatisticValues(row.line, code, _figures(row))

    rows = list(report.read(table, parse, STATISTICS.label))
    if not is_national:
        problem = "holds no row of the whole country, all industries and owners; import the national file"
        raise FileError(table.name, f"{problem} (national_M{year}_dl).")
    load_figures(
        report,
        rows,
        source_id=citations.WAGES.source(table).pk,
        period=(date(year, 5, 1), date(year, 5, 31)),
    )


def _check_scope(row: Row, *, is_called_national: bool) -> None:
    """Raises RowSkippedError for a row of less than the whole country. A file without area must be called national."""
    if row.get("AREA_TYPE") is row.get("AREA") is None and not is_called_national:
        raise RowSkippedError("of an area that the file does not name")
    for column, (national, kind) in SCOPE.items():
        value = row.get(column)
        if value is not None and (not value or value.casefold().lstrip("0") != national.lstrip("0")):
            raise RowSkippedError(kind)


def _figures(row: Row) -> list[StatisticValue]:
    figures = [_figure(row["TOT_EMP"], Measure.EMPLOYMENT, StatisticKind.COUNT, Unit.PEOPLE, None)]
    for prefix, (measure, unit, top) in WAGES.items():
        if prefix == "H" and row["ANNUAL"] == "TRUE":
            continue  # paid by the year: no hourly wage exists
        for name, kind in WAGE_STATISTICS.items():
            figures.append(_figure(row[f"{prefix}_{name}"], measure, kind, unit, top))
    return [figure for figure in figures if figure]


def _figure(
    text: str, measure: Measure, kind: StatisticKind, unit: Unit, top: Decimal | None
) -> StatisticValue | None:
    """One cell. ``*`` and ``**``: not available; ``#``: at least ``top``; empty: nothing said."""
    if not text:
        return None
    if text in {"*", "**"}:
        return StatisticValue(measure, kind, None, unit, Qualifier.EXACTLY, SuppressedReason.NOT_AVAILABLE)
    if text == "#" and top is not None:
        return StatisticValue(measure, kind, top, unit, Qualifier.OVER)
    value = decimal(text, f"{measure.label}, {kind.label.lower()}")
    if value < 0:
        raise RowError(f"{measure.label}, {kind.label.lower()} {text!r} is below 0.")
    return StatisticValue(measure, kind, value, unit)
