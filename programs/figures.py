"""Numbers for people: a ``Statistic`` is never shown without what it is, its period, its area and its source."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from programs import wording
from programs.choices import COUNTRY, Measure, Qualifier, StatisticKind, Unit
from programs.models import Source, Statistic

TOP_CODES: dict[str, Decimal] = {Unit.USD_PER_YEAR: Decimal(239_200), Unit.USD_PER_HOUR: Decimal(115)}
"""The highest wages that OEWS publishes (BLS, May 2025, field descriptions): above them it says only "or more"."""

FORMATS: dict[str, str] = {
    Unit.USD_PER_YEAR: "${:,.0f} a year",
    Unit.USD_PER_HOUR: "${:,.2f} an hour",
    Unit.PEOPLE: "{:,.0f} people",
    Unit.OPENINGS: "{:,.0f} openings a year",
}
QUALIFIERS: dict[str, str] = {Qualifier.EXACTLY: "{}", Qualifier.OVER: "more than {}", Qualifier.ABOUT: "about {}"}
PERCENTILES = (StatisticKind.P10, StatisticKind.P25, StatisticKind.MEDIAN, StatisticKind.P75, StatisticKind.P90)


@dataclass(frozen=True)
class Figure:
    """One statistic as it is said on a page. ``is_old`` compares its period with ``today``."""

    statistic: Statistic
    today: date
    newer: Statistic | None = None
    """The one of the same kind and area that is for a later period, if there is one."""

    @property
    def source(self) -> Source:
        return self.statistic.source

    @property
    def what(self) -> str:
        """ "Annual wage, median"; a count or a share is named by its measure alone."""
        measure = self.statistic.get_measure_display()
        if self.statistic.statistic in (StatisticKind.COUNT, StatisticKind.PERCENT):
            return measure
        return f"{measure}, {self.statistic.get_statistic_display().lower()}"

    @property
    def text(self) -> str:
        """The value in words, with its unit; a value that was not published says why."""
        row = self.statistic
        if row.value is None:
            return f"Not available: {_lower_first(row.get_suppressed_reason_display())}"
        if row.qualifier == Qualifier.OVER and row.value == TOP_CODES.get(row.unit):
            return f"{FORMATS[row.unit].format(row.value)} or more"
        return QUALIFIERS[row.qualifier].format(self._with_unit(row.value))

    @property
    def amount(self) -> str:
        """The bare amount of a wage, for a place beside a mark: "$51,140", "$24.59"."""
        return FORMATS[self.statistic.unit].format(self.statistic.value).partition(" ")[0]

    def _with_unit(self, value: Decimal) -> str:
        row = self.statistic
        if row.unit != Unit.PERCENT:
            return FORMATS[row.unit].format(value)
        share = f"{abs(value):f}".rstrip("0").rstrip(".") if value % 1 else f"{abs(value):.0f}"
        if row.measure != Measure.EMPLOYMENT_GROWTH:
            return f"{share}%"
        if not value:
            return "no change"
        return f"{share}% {'growth' if value > 0 else 'decline'}"

    @property
    def period(self) -> str:
        return wording.period(self.statistic.period_start, self.statistic.period_end)

    @property
    def area(self) -> str:
        return wording.area(self.statistic.area)

    @property
    def is_old(self) -> bool:
        """Whether the period ended more than 24 months ago; of a projection, the year it starts from."""
        row = self.statistic
        ended = row.period_end if row.period_end <= self.today else date(row.period_start.year, 12, 31)
        return wording.is_old(ended, self.today)

    @property
    def together(self) -> str:
        """ "for 2 occupations together: Cooks; Bakers" where the figure is one for several; else empty."""
        return wording.together(self.statistic.group_names)

    @property
    def superseded(self) -> str:
        """ "replaced by the figure for 2024 to 2034" where the publisher has a later one, else empty."""
        newer = self.newer
        return f"replaced by the figure for {wording.period(newer.period_start, newer.period_end)}" if newer else ""


@dataclass(frozen=True)
class WagePicture:
    """Where the marks of a wage range lie, in units of a drawing ``WIDTH`` wide (10th to 90th percentile)."""

    WIDTH = 320
    MARGIN = 14

    median: float
    box: tuple[float, float] | None
    is_open: bool

    @property
    def median_anchor(self) -> str:
        """Which end of the median's label sits at its mark, so that the label stays inside the drawing."""
        if self.median < self.WIDTH * 0.25:
            return "start"
        return "end" if self.median > self.WIDTH * 0.75 else "middle"

    @property
    def box_width(self) -> float:
        return round(self.box[1] - self.box[0], 1) if self.box else 0


@dataclass(frozen=True)
class WageRange:
    """The percentiles of one wage in one area and period, lowest first, from one source."""

    figures: dict[StatisticKind, Figure]

    @property
    def any(self) -> Figure:
        return next(iter(self.figures.values()))

    @property
    def rows(self) -> list[Figure]:
        order = [*PERCENTILES, StatisticKind.MEAN]
        return [self.figures[kind] for kind in order if kind in self.figures]

    @property
    def median(self) -> Figure | None:
        return self.figures.get(StatisticKind.MEDIAN)

    @property
    def low(self) -> Figure | None:
        return self.figures.get(StatisticKind.P10)

    @property
    def high(self) -> Figure | None:
        return self.figures.get(StatisticKind.P90)

    @cached_property
    def picture(self) -> WagePicture | None:
        """None where an end or the median is not published, or the range has no width."""
        values = {kind: figure.statistic.value for kind, figure in self.figures.items()}
        low, median, high = (values.get(k) for k in (StatisticKind.P10, StatisticKind.MEDIAN, StatisticKind.P90))
        if low is None or median is None or high is None or not low <= median <= high or low == high:
            return None

        def at(value: Decimal) -> float:
            room = WagePicture.WIDTH - 2 * WagePicture.MARGIN
            return round(WagePicture.MARGIN + room * float((value - low) / (high - low)), 1)

        lower, upper = values.get(StatisticKind.P25), values.get(StatisticKind.P75)
        return WagePicture(
            median=at(median),
            box=None if lower is None or upper is None else (at(lower), at(upper)),
            is_open=self.figures[StatisticKind.P90].statistic.qualifier == Qualifier.OVER,
        )


class Figures:
    """The statistics of one subject: those of ``area`` first, then the country's; the newest first in each.

    ``statistics`` are rows with their source; ``area`` is a state code or "US".
    """

    def __init__(self, statistics: Iterable[Statistic], *, today: date, area: str = COUNTRY):
        def rank(row: Statistic) -> tuple[bool, bool, date, date, int]:
            return (row.area == area, row.area == COUNTRY, row.period_end, row.period_start, -row.source_id)

        newest: dict[tuple, Statistic] = {}
        self.ranked = []
        for row in sorted(statistics, key=rank, reverse=True):
            first = newest.setdefault((row.measure, row.statistic, row.area), row)
            self.ranked.append(Figure(row, today, newer=first if first.period_end > row.period_end else None))

    def __bool__(self):
        return bool(self.ranked)

    def series(self, measure: str, kind: str) -> list[Figure]:
        """Every figure of one kind, the one to show first."""
        return [f for f in self.ranked if f.statistic.measure == measure and f.statistic.statistic == kind]

    def first(self, measure: str, kind: str) -> Figure | None:
        return next(iter(self.series(measure, kind)), None)

    @property
    def median_wage(self) -> Figure | None:
        """By the year where that is known, else by the hour."""
        year = self.first(Measure.ANNUAL_WAGE, StatisticKind.MEDIAN)
        hour = self.first(Measure.HOURLY_WAGE, StatisticKind.MEDIAN)
        return next((figure for figure in (year, hour) if figure and figure.statistic.value is not None), year or hour)

    def wage_range(self, measure: str) -> WageRange | None:
        """The figures that share area, period and source with the first one of ``measure``."""
        wages = [figure for figure in self.ranked if figure.statistic.measure == measure]
        if not wages:
            return None

        def table(figure: Figure) -> tuple[str, date, date, int]:
            row = figure.statistic
            return row.area, row.period_start, row.period_end, row.source_id

        same = [figure for figure in wages if table(figure) == table(wages[0])]
        return WageRange({StatisticKind(figure.statistic.statistic): figure for figure in same})

    @property
    def annual_wage(self) -> WageRange | None:
        return self.wage_range(Measure.ANNUAL_WAGE)

    @property
    def hourly_wage(self) -> WageRange | None:
        return self.wage_range(Measure.HOURLY_WAGE)

    @property
    def wages(self) -> list[WageRange]:
        """The wage by the year and by the hour, whichever is known."""
        return [wage for wage in (self.annual_wage, self.hourly_wage) if wage]

    @property
    def older_medians(self) -> list[Figure]:
        """Median wages of earlier periods than the one that is shown."""
        kinds = (Measure.ANNUAL_WAGE, Measure.HOURLY_WAGE)
        return [figure for measure in kinds for figure in self.series(measure, StatisticKind.MEDIAN)[1:]]

    @property
    def growth(self) -> list[Figure]:
        return self.series(Measure.EMPLOYMENT_GROWTH, StatisticKind.PERCENT)

    @property
    def outlook(self) -> list[Figure]:
        """The newest projection of growth and openings, and how many people work in the occupation."""
        wanted = (
            (Measure.EMPLOYMENT_GROWTH, StatisticKind.PERCENT),
            (Measure.ANNUAL_OPENINGS, StatisticKind.COUNT),
            (Measure.EMPLOYMENT, StatisticKind.COUNT),
        )
        return [figure for figure in (self.first(*pair) for pair in wanted) if figure]


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
