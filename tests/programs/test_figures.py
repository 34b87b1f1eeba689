from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from programs import wording
from programs.choices import Measure, Qualifier, StatisticKind, SuppressedReason, Unit
from programs.figures import Figure, Figures
from programs.models import Source, Statistic
from tests.factories import make_statistic

TODAY = date(2026, 11, 22)
OEWS = Source(id=1, publisher="Bureau of Labor Statistics", title="OEWS, May 2025")
OLDER = Source(id=2, publisher="Bureau of Labor Statistics", title="OEWS, May 2022")


def row(value, statistic=StatisticKind.MEDIAN, *, year=2025, **over):
    """An unsaved statistic: a national annual wage of May ``year`` unless told otherwise."""
    values = {
        "measure": Measure.ANNUAL_WAGE,
        "statistic": statistic,
        "value": None if value is None else Decimal(value),
        "unit": Unit.USD_PER_YEAR,
        "area": "US",
        "period_start": date(year, 5, 1),
        "period_end": date(year, 5, 31),
        "source": OEWS if year == 2025 else OLDER,
        "suppressed_reason": "" if value is not None else SuppressedReason.NOT_AVAILABLE,
    }
    return Statistic(**{**values, **over})


def growth(value, start, end):
    return row(
        value,
        StatisticKind.PERCENT,
        measure=Measure.EMPLOYMENT_GROWTH,
        unit=Unit.PERCENT,
        period_start=date(start, 1, 1),
        period_end=date(end, 12, 31),
    )


@pytest.mark.parametrize(
    ("statistic", "text"),
    [
        (row("51140"), "$51,140 a year"),
        (row("24.59", unit=Unit.USD_PER_HOUR, measure=Measure.HOURLY_WAGE), "$24.59 an hour"),
        (row("66000", qualifier=Qualifier.OVER), "more than $66,000 a year"),
        (row("66000", qualifier=Qualifier.ABOUT), "about $66,000 a year"),
        (row("239200", qualifier=Qualifier.OVER), "$239,200 a year or more"),
        (row("115", qualifier=Qualifier.OVER, unit=Unit.USD_PER_HOUR), "$115.00 an hour or more"),
        (row(None), "Not available: the publisher has no estimate"),
        (
            row(None, suppressed_reason=SuppressedReason.PRIVACY),
            "Not available: withheld by the publisher to protect privacy",
        ),
        (row("194720", unit=Unit.PEOPLE), "194,720 people"),
        (row("14200", unit=Unit.OPENINGS), "14,200 openings a year"),
        (growth("7.10", 2024, 2034), "7.1% growth"),
        (growth("8.00", 2022, 2032), "8% growth"),
        (growth("-2.35", 2024, 2034), "2.35% decline"),
        (growth("0", 2024, 2034), "no change"),
        (row("87", unit=Unit.PERCENT, measure=Measure.PLACEMENT_RATE), "87%"),
        (row("90.50", unit=Unit.PERCENT, measure=Measure.EXAM_PASS_RATE), "90.5%"),
    ],
)
def test_a_value_is_said_in_words_with_its_unit(statistic, text):
    assert Figure(statistic, TODAY).text == text


def test_a_figure_names_what_it_is_its_period_area_and_source():
    figure = Figure(row("51140"), TODAY)
    assert (figure.what, figure.period, figure.area) == ("Annual wage, median", "May 2025", "United States")
    assert figure.source is OEWS
    assert Figure(growth("7.1", 2024, 2034), TODAY).what == "Employment growth"


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2025, 5, 1), date(2025, 5, 31), "May 2025"),
        (date(2024, 1, 1), date(2034, 12, 31), "2024 to 2034"),
        (date(2024, 1, 1), date(2024, 12, 31), "2024"),
        (date(2023, 7, 1), date(2024, 6, 30), "July 2023 to June 2024"),
    ],
)
def test_periods_are_written_as_people_say_them(start, end, words):
    assert wording.period(start, end) == words


def test_areas_are_written_in_full_and_unlisted_ones_as_they_are():
    assert [wording.area(area) for area in ("US", "OH", "Akron, OH")] == ["United States", "Ohio", "Akron, OH"]


@pytest.mark.parametrize(
    ("statistic", "old"),
    [
        (row("1", period_start=date(2024, 11, 1), period_end=date(2024, 11, 22)), False),  # exactly 24 months
        (row("1", period_start=date(2024, 11, 1), period_end=date(2024, 11, 21)), True),
        (row("1", year=2022), True),
        (growth("7.1", 2024, 2034), False),  # projected from the end of 2024
        (growth("8", 2022, 2032), True),
    ],
)
def test_a_figure_older_than_24_months_is_marked(statistic, old):
    assert Figure(statistic, TODAY).is_old is old


def test_the_newest_figure_comes_first_and_older_ones_stay():
    figures = Figures([row("47180", year=2022), row("51140")], today=TODAY)
    assert [f.text for f in figures.series(Measure.ANNUAL_WAGE, StatisticKind.MEDIAN)] == [
        "$51,140 a year",
        "$47,180 a year",
    ]
    assert figures.median_wage.text == "$51,140 a year"


def test_the_figures_of_the_chosen_state_come_before_the_countrys():
    rows = [row("51140"), row("49000", area="OH", year=2022)]
    assert Figures(rows, today=TODAY, area="OH").median_wage.text == "$49,000 a year"
    assert Figures(rows, today=TODAY, area="TX").median_wage.text == "$51,140 a year"


def test_the_hourly_median_stands_in_where_no_annual_one_is_published():
    hourly = row("30.5", unit=Unit.USD_PER_HOUR, measure=Measure.HOURLY_WAGE)
    assert Figures([row(None), hourly], today=TODAY).median_wage.text == "$30.50 an hour"
    assert Figures([row(None)], today=TODAY).median_wage.text == "Not available: the publisher has no estimate"
    assert Figures([], today=TODAY).median_wage is None


def test_a_wage_range_holds_one_period_only():
    rows = [
        row("35000", StatisticKind.P10),
        row("51140"),
        row("80000", StatisticKind.P90),
        row("47180", year=2022),
        row("41000", StatisticKind.P25, year=2022),
    ]
    wage = Figures(rows, today=TODAY).annual_wage
    assert [(figure.what, figure.text) for figure in wage.rows] == [
        ("Annual wage, 10th percentile", "$35,000 a year"),
        ("Annual wage, median", "$51,140 a year"),
        ("Annual wage, 90th percentile", "$80,000 a year"),
    ]


def test_the_picture_places_the_median_and_the_quartiles_to_scale():
    rows = [
        row("40000", StatisticKind.P10),
        row("50000", StatisticKind.P25),
        row("60000"),
        row("70000", StatisticKind.P75),
        row("80000", StatisticKind.P90),
    ]
    picture = Figures(rows, today=TODAY).annual_wage.picture
    assert (picture.median, picture.box, picture.box_width) == (160.0, (87.0, 233.0), 146.0)
    assert (picture.median_anchor, picture.is_open) == ("middle", False)


def test_the_picture_shows_a_top_coded_end_as_open():
    rows = [
        row("200000", StatisticKind.P10),
        row("235000"),
        row("239200", StatisticKind.P90, qualifier=Qualifier.OVER),
    ]
    picture = Figures(rows, today=TODAY).annual_wage.picture
    assert (picture.is_open, picture.box, picture.median_anchor) == (True, None, "end")


@pytest.mark.parametrize(
    "rows",
    [
        [row("51140")],
        [row("40000", StatisticKind.P10), row(None), row("80000", StatisticKind.P90)],
        [row("40000", StatisticKind.P10), row("40000"), row("40000", StatisticKind.P90)],
        [row("40000", StatisticKind.P10), row("51140"), row(None, StatisticKind.P90)],
    ],
)
def test_no_picture_is_drawn_without_both_ends_and_a_median(rows):
    assert Figures(rows, today=TODAY).annual_wage.picture is None


def test_outlook_is_the_newest_projection_with_openings_and_employment():
    rows = [
        growth("8", 2022, 2032),
        growth("7.1", 2024, 2034),
        row("194720", StatisticKind.COUNT, measure=Measure.EMPLOYMENT, unit=Unit.PEOPLE),
    ]
    figures = Figures(rows, today=TODAY)
    assert [figure.text for figure in figures.outlook] == ["7.1% growth", "194,720 people"]
    assert [figure.text for figure in figures.growth] == ["7.1% growth", "8% growth"]


@pytest.mark.django_db
@pytest.mark.parametrize("missing", ["measure", "statistic", "unit", "area", "period_start", "period_end", "source"])
def test_no_statistic_is_saved_without_what_it_is_its_period_area_and_source(missing):
    saved = make_statistic()
    blank = "" if missing in {"measure", "statistic", "unit", "area"} else None
    with pytest.raises(IntegrityError), transaction.atomic():
        Statistic.objects.filter(pk=saved.pk).update(**{missing: blank})


def test_a_figure_of_several_occupations_names_them():
    assert Figure(row("1"), TODAY).together == ""
    shared = Figure(row("1", group_code="13-1020", group_names="Buyers; Agents"), TODAY)
    assert shared.together == "for 2 occupations together: Buyers; Agents"
    assert wording.wage_line(shared).endswith("United States, May 2025, for 2 occupations together: Buyers; Agents")


def test_an_older_figure_says_which_replaced_it():
    older, newer = growth("8", 2022, 2032), growth("7.1", 2024, 2034)
    here = growth("5", 2020, 2030)
    here.area = "OH"
    figures = Figures([older, here, newer], today=TODAY)
    assert {figure.statistic.value: figure.superseded for figure in figures.ranked} == {
        newer.value: "",
        older.value: "replaced by the figure for 2024 to 2034",
        here.value: "",
    }
    assert [figure.statistic for figure in figures.growth] == [newer, older, here]
