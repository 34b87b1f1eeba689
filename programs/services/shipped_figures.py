"""The numbers of the shipped catalog, as ``import_data oews`` and ``import_data projections`` would record them.

The wages are BLS's national OEWS of May 2025, the outlook its projections for 2024-34, both with the publisher's
columns and marks; an occupation that BLS publishes together with others has the figure of the group, named in the
last two columns.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from programs.choices import COUNTRY, Measure, Qualifier, StatisticKind, SuppressedReason, Unit
from programs.models import JobTitle, Occupation, Source, Statistic

from .shipped_rows import Entry, read_csv, read_json

WAGES = {
    "a": (Measure.ANNUAL_WAGE, Unit.USD_PER_YEAR, "239200"),
    "h": (Measure.HOURLY_WAGE, Unit.USD_PER_HOUR, "115"),
}
"""Column prefix -> what it measures, and the amount that ``#`` says the wage is at or above (BLS, May 2025)."""
COLUMNS = {
    "mean": StatisticKind.MEAN,
    "pct10": StatisticKind.P10,
    "pct25": StatisticKind.P25,
    "median": StatisticKind.MEDIAN,
    "pct75": StatisticKind.P75,
    "pct90": StatisticKind.P90,
}


def occupation_figures(occupations: Mapping[str, Occupation], sources: Mapping[str, Source]) -> list[Statistic]:
    """Employment, wages, growth and openings of every occupation in ``wages.csv`` and ``outlook.csv``, unsaved."""
    may = {
        "source": sources["oews"],
        "area": COUNTRY,
        "period_start": date(2025, 5, 1),
        "period_end": date(2025, 5, 31),
    }
    decade = {
        "source": sources["projections"],
        "area": COUNTRY,
        "period_start": date(2024, 1, 1),
        "period_end": date(2034, 12, 31),
    }
    return [
        Statistic(occupation=occupations[line["occupation"]], **figure, **when, **_group(line))
        for name, figures, when in (("wages.csv", _wages, may), ("outlook.csv", _outlook, decade))
        for line in read_csv(name)
        for figure in figures(line)
    ]


def quoted_figures(
    occupations: Mapping[str, Occupation], job_titles: Mapping[str, JobTitle], sources: Mapping[str, Source]
) -> list[Statistic]:
    """Older and quoted numbers that no imported file holds (``statistics.json``), unsaved."""
    figures = []
    for entry in read_json("statistics.json"):
        columns = {**entry, "source": sources[entry["source"]]}
        if "occupation" in entry:
            columns["occupation"] = occupations[entry["occupation"]]
        else:
            columns["job_title"] = job_titles[entry["job_title"]]
        figures.append(Statistic(**columns))
    return figures


def _group(line: dict[str, str]) -> dict[str, str]:
    return {column: line[column] for column in ("group_code", "group_names") if column in line}


def _wages(line: dict[str, str]) -> Iterator[Entry]:
    yield {
        "measure": Measure.EMPLOYMENT,
        "statistic": StatisticKind.COUNT,
        "unit": Unit.PEOPLE,
        **_published(line["tot_emp"]),
    }
    for prefix, (measure, unit, top) in WAGES.items():
        if prefix == "h" and "annual" in line:
            continue  # paid by the year: BLS publishes no hourly wage
        for column, statistic in COLUMNS.items():
            amount = _published(line[f"{prefix}_{column}"], top)
            yield {"measure": measure, "statistic": statistic, "unit": unit, **amount}


def _outlook(line: dict[str, str]) -> Iterator[Entry]:
    yield {
        "measure": Measure.EMPLOYMENT_GROWTH,
        "statistic": StatisticKind.PERCENT,
        "unit": Unit.PERCENT,
        "value": line["growth_percent"],
    }
    yield {
        "measure": Measure.ANNUAL_OPENINGS,
        "statistic": StatisticKind.COUNT,
        "unit": Unit.OPENINGS,
        "value": Decimal(line["openings_thousands"]) * 1000,
    }


def _published(cell: str, top: str = "") -> Entry:
    """A cell of the file as columns of Statistic: ``*`` is no estimate, ``#`` is at or above ``top``."""
    if cell.startswith("*"):
        return {"value": None, "suppressed_reason": SuppressedReason.NOT_AVAILABLE}
    if cell == "#":
        return {"value": top, "qualifier": Qualifier.OVER}
    return {"value": cell}
