"""Figures of occupations into Statistic rows; what the wage survey and the projections share."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils import timezone

from programs.choices import COUNTRY, Measure, Qualifier, StatisticKind, SuppressedReason, Unit
from programs.exceptions import DirectoryError
from programs.models import Occupation, Statistic
from programs.models.evidence import figure_problems, period_problems

from .combined import members, names_of
from .report import Report
from .sync import Incoming, Target, sync


class StatisticValue(NamedTuple):
    """One number of an occupation; ``value`` None where ``suppressed`` says why."""

    measure: Measure
    statistic: StatisticKind
    value: Decimal | None
    unit: Unit
    qualifier: Qualifier = Qualifier.EXACTLY
    suppressed: SuppressedReason | str = ""


class StatisticValues(NamedTuple):
    """What one line of a file says of an occupation, or of those that a code combines."""

    line: int
    code: str
    figures: list[StatisticValue]


class _Key(NamedTuple):
    occupation_id: int
    measure: Measure
    statistic: StatisticKind
    area: str
    period_start: date
    period_end: date
    source_id: int


class _Values(NamedTuple):
    value: Decimal | None
    unit: Unit
    qualifier: Qualifier
    suppressed_reason: SuppressedReason | str
    group_code: str
    group_names: str


STATISTICS = Target(Statistic, _Values._fields, key=_Key._fields)


def load_figures(
    report: Report,
    rows: Iterable[StatisticValues],
    *,
    source_id: int,
    period: tuple[date, date],
) -> None:
    """Store the figures for the whole country; of ``source_id`` and ``period``.

    A combined code gives its figures to its members, never to one that has its own; they say for whom they are. A
    figure that cannot be is refused. Raises DirectoryError for a period that is still to come.
    """
    occupations = dict(Occupation.objects.values_list("code", "pk"))
    titles = dict(Occupation.objects.values_list("code", "title"))
    found = [row._replace(figures=_possible(row, report)) for row in rows]
    own = {row.code for row in found}
    for measure in {figure.measure for row in found for figure in row.figures}:
        for problem in period_problems(measure, *period, today=timezone.localdate()).values():
            raise DirectoryError(f"{measure.label}, {period[0]} to {period[1]}: {problem}")

    def incoming() -> Iterator[Incoming[_Key]]:
        for line, code, figures in found:
            names = names_of(code, titles)
            group = (code, names) if names else ("", "")
            for member in members(code):
                if member not in occupations or (member != code and member in own):
                    continue
                for measure, statistic, value, unit, qualifier, suppressed in figures:
                    key = _Key(occupations[member], measure, statistic, COUNTRY, *period, source_id)
                    yield Incoming(line, key, _Values(value, unit, qualifier, suppressed, *group))

    existing = Statistic.objects.filter(source_id=source_id, occupation__isnull=False)
    sync(report, STATISTICS, incoming(), existing=existing)


def _possible(row: StatisticValues, report: Report) -> list[StatisticValue]:
    possible = []
    for figure in row.figures:
        problems = figure_problems(figure.measure, figure.statistic, figure.unit, figure.value)
        for problem in problems.values():
            report.tell(STATISTICS.label, "invalid", f"{row.code}, {figure.value}: {problem}", row.line)
        if not problems:
            possible.append(figure)
    return possible
