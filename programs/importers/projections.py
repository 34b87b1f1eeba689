"""Employment projections (Bureau of Labor Statistics, table 1.2): growth, openings, typical education at entry.

The years stand in the names of the columns. Employment and openings are in thousands; an em dash means none published.
What is published for several occupations together (``combined``) is given to each of them and says so.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from programs.choices import Measure, Qualifier, StatisticKind, SuppressedReason, Unit
from programs.models import Occupation

from . import citations
from .combined import COMBINED, members, names_of
from .report import Report
from .statistics import STATISTICS, StatisticValue, StatisticValues, load_figures
from .sync import Incoming, Target, sync
from .tables import Layout, Row, RowError, Table
from .values import decimal, soc_code

CODE = "* National Employment Matrix code"
KIND = "Occupation type"
GROWTH = citations.PROJECTED_GROWTH
OPENINGS = "Occupational openings*"
EDUCATION = "Typical education needed for entry"
NONE_PUBLISHED = {"—", "-", ""}

LAYOUTS = (
    Layout(
        "employment projections",
        "occupation*table_1_2.csv",
        (CODE, KIND, GROWTH, OPENINGS, EDUCATION),
        citations.PROJECTIONS,
    ),
)

TYPICAL_EDUCATION = Target(
    Occupation, ("typical_entry_education", "education_group_names"), key=("code",), creates=False
)


class Education(NamedTuple):
    line: int
    code: str
    text: str


def load(tables: dict[str, Table], report: Report) -> None:
    table = tables["employment projections"]
    first, last = citations.PROJECTIONS.numbers(table)
    titles = dict(Occupation.objects.values_list("code", "title"))
    education: list[Education] = []

    def parse(row: Row) -> StatisticValues | None:
        if row[KIND] != "Line item":
            return None  # summaries of occupations, footnotes
        code = soc_code(row[CODE])
        if code not in titles and code not in COMBINED:
            raise RowError(f"SOC code {code} is not in the directory; import soc first.")
        figures = [
            _figure(row[GROWTH], Measure.EMPLOYMENT_GROWTH, StatisticKind.PERCENT, Unit.PERCENT, 1),
            _figure(row[OPENINGS], Measure.ANNUAL_OPENINGS, StatisticKind.COUNT, Unit.OPENINGS, 1000),
        ]
        if row[EDUCATION] not in NONE_PUBLISHED:
            education.append(Education(row.line, code, row[EDUCATION]))
        return StatisticValues(row.line, code, figures)

    load_figures(
        report,
        report.read(table, parse, STATISTICS.label),
        source_id=citations.PROJECTIONS.source(table).pk,
        period=(date(first, 1, 1), date(2000 + last, 12, 31)),
    )
    own = {row.code for row in education}
    rows = (
        Incoming(line, (member,), (text, names_of(code, titles)))
        for line, code, text in education
        for member in members(code)
        if member == code or member not in own
    )
    sync(report, TYPICAL_EDUCATION, rows, existing=Occupation.objects.all())


def _figure(text: str, measure: Measure, kind: StatisticKind, unit: Unit, scale: int) -> StatisticValue:
    if text in NONE_PUBLISHED:
        return StatisticValue(measure, kind, None, unit, Qualifier.EXACTLY, SuppressedReason.NOT_AVAILABLE)
    qualifier = Qualifier.OVER if text.startswith((">", "≥")) else Qualifier.EXACTLY
    return StatisticValue(measure, kind, decimal(text.lstrip(">=≥"), measure.label) * Decimal(scale), unit, qualifier)
