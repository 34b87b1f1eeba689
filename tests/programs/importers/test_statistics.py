"""Wages and outlook of occupations."""

from datetime import date
from decimal import Decimal

import pytest

from programs.exceptions import DirectoryError
from programs.importers.tables import FileError
from programs.models import Occupation, Statistic

from .helpers import SAMPLES, copy_samples, counts, lines, rewrite, run

pytestmark = pytest.mark.django_db


def figures(code, **filters):
    found = Statistic.objects.filter(occupation__code=code, **filters).order_by("measure", "statistic")
    return [(f"{s.measure} {s.statistic}", s.value, s.qualifier, s.suppressed_reason) for s in found]


def test_wages_and_employment_of_an_occupation():
    report = run("soc", "oews")

    assert counts(report) == {"statistics": {"new": 59, "skipped": 2}}
    assert figures("29-2072") == [
        ("annual_wage mean", Decimal(56790), "exactly", ""),
        ("annual_wage median", Decimal(51140), "exactly", ""),
        ("annual_wage p10", Decimal(37000), "exactly", ""),
        ("annual_wage p25", Decimal(43490), "exactly", ""),
        ("annual_wage p75", Decimal(64820), "exactly", ""),
        ("annual_wage p90", Decimal(81150), "exactly", ""),
        ("employment count", Decimal(194720), "exactly", ""),
        ("hourly_wage mean", Decimal("27.3"), "exactly", ""),
        ("hourly_wage median", Decimal("24.59"), "exactly", ""),
        ("hourly_wage p10", Decimal("17.79"), "exactly", ""),
        ("hourly_wage p25", Decimal("20.91"), "exactly", ""),
        ("hourly_wage p75", Decimal("31.17"), "exactly", ""),
        ("hourly_wage p90", Decimal("39.01"), "exactly", ""),
    ]
    wage = Statistic.objects.get(occupation__code="29-2072", measure="annual_wage", statistic="median")
    assert (wage.unit, wage.area, wage.period_start, wage.period_end) == (
        *("usd_per_year", "US"),
        *(date(2025, 5, 1), date(2025, 5, 31)),
    )
    assert wage.source.title == "Occupational Employment and Wage Statistics, May 2025"
    assert run("oews").changes == 0


def test_top_coded_wages_and_occupations_paid_by_the_year():
    run("soc", "oews")

    assert figures("11-1011") == [
        ("annual_wage mean", Decimal(269630), "exactly", ""),
        ("annual_wage median", Decimal(239200), "over", ""),
        ("annual_wage p10", Decimal(75700), "exactly", ""),
        ("annual_wage p25", Decimal(139540), "exactly", ""),
        ("annual_wage p75", Decimal(239200), "over", ""),
        ("annual_wage p90", Decimal(239200), "over", ""),
        ("employment count", Decimal(204350), "exactly", ""),
    ]


def test_a_combined_code_speaks_for_members_without_figures_of_their_own():
    run("soc", "oews")

    assert [value for _, value, _, _ in figures("13-1021", measure="employment")] == [Decimal(500000)]
    assert [value for _, value, _, _ in figures("13-1023", measure="employment")] == [Decimal(500000)]
    assert figures("13-1022", measure="employment") == [("employment count", None, "exactly", "not_available")]
    assert {(value, reason) for _, value, _, reason in figures("13-1022")} == {(None, "not_available")}
    assert len(figures("13-1022")) == 13


def test_a_top_code_by_the_hour(tmp_path):
    path = copy_samples(tmp_path)
    rewrite(path / "bls/national_M2025_dl.csv", ("39.01", "#"))
    run("soc", "oews", path=path)

    assert ("hourly_wage p90", Decimal(115), "over", "") in figures("29-2072")


def test_bad_wage_rows(tmp_path):
    path = copy_samples(tmp_path)
    rewrite(path / "bls/national_M2025_dl.csv", ("51140", "about 51140"), ("11-1011", "11-101"))

    assert lines(run("soc", "oews", path=path), "invalid") == [
        (3, "Annual wage, median 'about 51140' is not a number."),
        (7, "'11-101' is not a SOC code."),
    ]


def test_the_year_must_be_in_the_name(tmp_path):
    path = copy_samples(tmp_path) / "bls/national_M2025_dl.csv"
    path = path.rename(path.with_name("wages.csv"))

    with pytest.raises(FileError) as caught:
        run("oews", path=path)
    assert str(caught.value) == (
        "wages.csv: the name must hold the year as the publisher's does (national_M2025_dl.csv)."
    )


WAGES = "bls/national_M2025_dl.csv"
NATIONAL = "99,U.S.,1,US,000000,Cross-industry,cross-industry,1235,29-2072"


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("1,Alabama,2,AL,000000,Cross-industry,cross-industry,1235,29-2072", "not of the whole country"),
        ("72,Puerto Rico,3,PR,000000,Cross-industry,cross-industry,1235,29-2072", "not of the whole country"),
        ("10420,Akron OH,4,OH,000000,Cross-industry,cross-industry,1235,29-2072", "not of the whole country"),
        ("99,U.S.,1,US,62,Health Care,sector,5,29-2072", "of one industry"),
        ("99,U.S.,1,US,622000,Hospitals,3-digit,5,29-2072", "of one industry"),
        ("99,U.S.,1,US,622000,Hospitals,cross-industry,1235,29-2072", "of one industry"),
        ("99,U.S.,1,US,000000,Cross-industry,cross-industry,5,29-2072", "of one kind of ownership"),
        ("99,U.S.,,US,000000,Cross-industry,cross-industry,1235,29-2072", "not of the whole country"),
    ],
)
def test_rows_of_less_than_the_country_are_no_national_figures(tmp_path, row, kind):
    """As in the file of all data, where they stand beside the national ones."""
    path = copy_samples(tmp_path)
    file = path / WAGES
    header, *national = file.read_text().splitlines(keepends=True)
    (record,) = [line for line in national if line.startswith(NATIONAL)]
    local = record.replace(NATIONAL, row).replace("51140", "11111").replace("194720", "22222")
    file.write_text("".join([header, local, *national, local]))

    run("soc")
    report = run("oews", path=file.rename(file.with_name("all_data_M_2025.csv")))

    assert counts(report) == {"statistics": {"new": 59, "skipped": 4}}
    assert report.summary()[-1] == f"all_data_M_2025.csv: skipped as {kind}: 2."
    assert not Statistic.objects.filter(value__in=[11111, 22222]).exists()


def test_a_file_of_states_is_refused_and_leaves_the_national_figures(tmp_path):
    run("soc", "oews")
    file = copy_samples(tmp_path) / WAGES
    rewrite(file, ("99,U.S.,1,US", "39,Ohio,2,OH"), ("51140", "11111"))
    state = file.rename(file.with_name("state_M2025_dl.csv"))

    for name in ("state_M2025_dl.csv", "national_M2025_dl.csv"):
        state = state.rename(state.with_name(name))
        with pytest.raises(FileError) as caught:
            run("oews", path=state)
        assert str(caught.value) == (
            f"{name}: holds no row of the whole country, all industries and owners; "
            "import the national file (national_M2025_dl)."
        )
    assert not Statistic.objects.filter(value=11111).exists()
    assert Statistic.objects.get(occupation__code="29-2072", measure="annual_wage", statistic="median").value == 51140


def test_a_file_without_areas_must_be_called_national(tmp_path):
    """Columns as a person may cut them; those of May 2019 had small letters."""
    run("soc")
    file = copy_samples(tmp_path) / WAGES
    header, *rows = [line.split(",", 8)[8] for line in file.read_text().splitlines(keepends=True)]
    file.write_text("".join([header.lower(), *rows]))
    assert counts(run("oews", path=file)) == {"statistics": {"new": 59, "skipped": 2}}

    with pytest.raises(FileError, match=r"^ohio_M2025\.csv: holds no row of the whole country"):
        run("oews", path=file.rename(file.with_name("ohio_M2025.csv")))


def test_outlook_in_people_not_thousands():
    report = run("soc", "projections")

    assert counts(report) == {"statistics": {"new": 12, "skipped": 5}, "occupations": {"changed": 5}}
    assert figures("29-2072") == [
        ("annual_openings count", Decimal(14200), "exactly", ""),
        ("employment_growth percent", Decimal("7.1"), "exactly", ""),
    ]
    growth = Statistic.objects.get(occupation__code="29-2072", measure="employment_growth")
    assert (growth.period_start, growth.period_end, growth.unit) == (
        *(date(2024, 1, 1), date(2034, 12, 31)),
        "percent",
    )
    assert str(growth.source) == "U.S. Bureau of Labor Statistics, Employment Projections 2024-34"
    assert run("projections").changes == 0


def test_an_em_dash_is_no_figure_and_a_combined_code_reaches_all():
    run("soc", "projections")

    assert figures("51-4121")[1] == ("employment_growth percent", None, "exactly", "not_available")
    assert [figures(code)[1][1] for code in ("13-1021", "13-1022", "13-1023")] == [Decimal("-5.8")] * 3
    assert dict(Occupation.objects.values_list("code", "typical_entry_education")) == {
        "11-1011": "Bachelor's degree",
        "13-1021": "Bachelor's degree",
        "13-1022": "Bachelor's degree",
        "13-1023": "Bachelor's degree",
        "29-2072": "Postsecondary nondegree award",
        "51-4121": "",
    }


def test_the_years_stand_in_the_headers(tmp_path):
    path = copy_samples(tmp_path)
    file = path / "bls/occupation_2024-2034_table_1_2.csv"
    rewrite(file, ("2024–34", "2026–36"))
    run("soc", "projections", path=path)
    assert set(Statistic.objects.values_list("period_start", "period_end")) == {(date(2026, 1, 1), date(2036, 12, 31))}

    rewrite(file, ("percent, 2026–36", "percent, lately"))
    with pytest.raises(FileError, match="line 2, column Employment change, percent, lately: the name must hold"):
        run("projections", path=path)


def test_a_revised_figure_is_told_with_both_values(tmp_path):
    run("soc", "oews", path=SAMPLES)
    path = copy_samples(tmp_path)
    rewrite(path / "bls/national_M2025_dl.csv", ("51140", "51150"))

    report = run("oews", path=path)

    assert counts(report)["statistics"] == {"changed": 1, "unchanged": 58, "skipped": 2}
    assert lines(report, "changed")[0][1].endswith("value 51140.00 is now 51150.00.")


MEMBERS = (
    "Buyers and Purchasing Agents, Farm Products; Wholesale and Retail Buyers, Except Farm Products; "
    "Purchasing Agents, Except Wholesale, Retail, and Farm Products"
)


@pytest.mark.parametrize(("source", "alone"), [("oews", {"11-1011", "29-2072", "13-1022"}), ("projections", None)])
def test_what_is_published_for_several_occupations_together_says_so_on_each_row(source, alone):
    run("soc", source)

    shared = Statistic.objects.filter(group_code="13-1020", group_names=MEMBERS)
    own = Statistic.objects.filter(group_code="", group_names="")
    assert shared.count() + own.count() == Statistic.objects.count()
    assert set(own.values_list("occupation__code", flat=True)) == (alone or {"11-1011", "29-2072", "51-4121"})
    assert set(shared.values_list("occupation__code", flat=True)) == {"13-1021", "13-1022", "13-1023"} - (
        alone or set()
    )


def test_education_published_for_several_occupations_together_says_so():
    run("soc", "projections")

    names = dict(Occupation.objects.values_list("code", "education_group_names"))
    assert names == {
        **dict.fromkeys(("13-1021", "13-1022", "13-1023"), MEMBERS),
        **dict.fromkeys(("11-1011", "29-2072", "51-4121"), ""),
    }


@pytest.mark.parametrize("source", ["oews", "projections"])
def test_the_next_import_says_it_of_what_an_older_one_wrote(source):
    run("soc", source)
    Statistic.objects.update(group_code="", group_names="")
    Occupation.objects.update(education_group_names="")

    assert run(source).changes > 0
    assert Statistic.objects.filter(occupation__code="13-1021", group_names="").count() == 0
    assert run(source).changes == 0


def test_a_figure_that_cannot_be_is_refused_and_the_rest_is_not(tmp_path):
    path = copy_samples(tmp_path)
    rewrite(path / "bls/national_M2025_dl.csv", ("51140", "51140000"))

    report = run("soc", "oews", path=path)

    assert counts(report)["statistics"] == {"new": 58, "invalid": 1, "skipped": 2}
    assert [text for _, text in lines(report, "invalid")] == [
        "29-2072, 51140000.00: Annual wage lies between 0.01 and 10,000,000."
    ]


def test_wages_of_a_year_to_come_are_refused(tmp_path):
    path = copy_samples(tmp_path)
    (path / "bls/national_M2025_dl.csv").rename(path / "bls/national_M2099_dl.csv")
    run("soc")
    with pytest.raises(DirectoryError, match=r"2099-05-01 to 2099-05-31: The period is not over yet"):
        run("oews", path=path)
    assert not Statistic.objects.exists()
