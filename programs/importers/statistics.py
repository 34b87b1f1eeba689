"""Figures of occupations into Statistic rows; what the wage survey and the projections share."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils import timezone

from programs.choices import Measure, Qualifier, StatisticKind, SuppressedReason, Unit
from programs.exceptions import DirectoryError
from programs.models import Occupation, Statistic
from programs.models.evidence import figure_problems, period_problems

from .combined import members, names_of
from .report import Report
from .sync import Incoming, sync

AREA = "US"


class Figure(NamedTuple):
    """One number of an occupation; ``value`` None where ``suppressed`` says why."""

    measure: Measure
    statistic: StatisticKind
    value: Decimal | None
    unit: Unit
    qualifier: Qualifier = Qualifier.EXACTLY
    suppressed: SuppressedReason | str = ""


def load_figures(
    report: Report,
    rows: Iterable[tuple[int, str, list[Figure]]],
    *,
    source_id: int,
    period: tuple[date, date],
) -> None:
    """Store the figures of (line, code, figures) for the whole country; of ``source_id`` and ``period``.

    A combined code gives its figures to its members, never to one that has its own; they say for whom they are. A
    figure that cannot be is refused. Raises DirectoryError for a period that is still to come.
    """
    occupations = dict(Occupation.objects.values_list("code", "pk"))
    titles = dict(Occupation.objects.values_list("code", "title"))
    found = [(line, code, _possible(report, line, code, figures)) for line, code, figures in rows]
    own = {code for _, code, _ in found}
    for measure in {figure.measure for _, _, figures in found for figure in figures}:
        for problem in period_problems(measure, *period, today=timezone.localdate()).values():
            raise DirectoryError(f"{measure.label}, {period[0]} to {period[1]}: {problem}")

    def incoming():
        for line, code, figures in found:
            names = names_of(code, titles)
            group = (code, names) if names else ("", "")
            for member in members(code):
                if member not in occupations or (member != code and member in own):
                    continue
                for figure in figures:
                    key = (occupations[member], figure.measure, figure.statistic, AREA, *period, source_id)
                    yield Incoming(line, key, (figure.value, figure.unit, figure.qualifier, figure.suppressed, *group))

    sync(
        report,
        Statistic,
        incoming(),
        existing=Statistic.objects.filter(source_id=source_id, occupation__isnull=False),
        key=("occupation_id", "measure", "statistic", "area", "period_start", "period_end", "source_id"),
        columns=("value", "unit", "qualifier", "suppressed_reason", "group_code", "group_names"),
    )


def _possible(report: Report, line: int, code: str, figures: list[Figure]) -> list[Figure]:
    possible = []
    for figure in figures:
        problems = figure_problems(figure.measure, figure.statistic, figure.unit, figure.value)
        for problem in problems.values():
            report.tell(Statistic._meta.verbose_name_plural, "invalid", f"{code}, {figure.value}: {problem}", line)
        if not problems:
            possible.append(figure)
    return possible
