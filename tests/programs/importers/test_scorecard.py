"""College Scorecard: how programs are delivered, their price and their months."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError

from programs.choices import AwardLevel
from programs.models import Cost, FieldOfStudy, Offering, Organization, Program
from tests.factories import make_offering, make_program

from .helpers import SAMPLES, copy_samples, counts, lines, rewrite, run

pytestmark = pytest.mark.django_db
FILE = "scorecard/MERGED2023_24_PP.csv"


def load(**options):
    return run("cip", "ipeds", "scorecard", **options)


def offering(key):
    found = Offering.objects.get(import_key=f"ipeds:{key}:o")
    return (
        found.modality,
        found.modality_basis,
        found.duration_min_weeks,
        found.duration_max_weeks,
        found.duration_basis,
    )


def test_counts_and_repeat():
    assert counts(load()) == {
        "listed programs": {"matched": 4, "unmatched": 1},
        "offerings": {"changed": 4, "unchanged": 4},
        "costs": {"new": 3},
    }
    again = counts(run("scorecard"))
    assert (again["offerings"], again["costs"]) == ({"unchanged": 8}, {"unchanged": 3})
    assert run("ipeds").changes == 0


def test_a_family_flag_over_several_programs_says_of_none_that_it_is_online():
    """CERT1 stands for certificates under 12 weeks and up to a year together."""
    load()

    assert offering("900001:51.0713:21") == ("unknown", "family_flag", 39, 39, "reported")
    assert offering("900001:51.0714:20") == ("unknown", "family_flag", 9, 9, "reported")
    assert offering("900001:48.0508:21") == ("unknown", "unknown", 12, 51, "award_level")
    assert offering("900001:51.0713:7") == ("unknown", "unknown", 52, 104, "award_level")


def test_a_family_flag_over_one_program_makes_it_online():
    run("cip", "ipeds")
    Program.objects.get(import_key="ipeds:900001:51.0714:20").delete()
    report = run("scorecard")

    assert offering("900001:51.0713:21") == ("online", "only_program", 39, 39, "reported")
    assert not lines(report, "kept")

    make_program(
        organization=Organization.objects.get(unitid=900001),
        field=FieldOfStudy.objects.get(code="51.0714"),
        award_level=AwardLevel.CERTIFICATE_UNDER_12_WEEKS,
    )
    run("scorecard")
    assert offering("900001:51.0713:21") == ("unknown", "family_flag", 39, 39, "reported")


def test_no_record_can_call_a_program_online_by_a_family_flag():
    with pytest.raises(IntegrityError, match="offering_family_flag_is_no_modality"):
        make_offering(modality="online", modality_basis="family_flag")


def test_a_school_that_teaches_only_at_a_distance():
    load()

    assert offering("900002:51.0713:3") == ("online", "all_distance", 78, 78, "reported")
    assert Offering.objects.get(import_key="ipeds:900002:51.0713:3:o").source.title == "College Scorecard 2023-24"
    assert Offering.objects.get(import_key="ipeds:900001:48.0508:21:o").source.title == "IPEDS Completions 2023-24"


def test_of_two_certificates_the_one_whose_range_holds_the_months():
    load()

    assert offering("900001:48.0508:2") == ("unknown", "unknown", 65, 65, "reported")


def test_what_fits_no_program_is_reported():
    assert lines(load(), "unmatched") == [(2, "school 900001: 12.0401 of 43 weeks fits no program, or several.")]


def test_prices_are_whole_and_dated():
    load()

    assert list(
        Cost.objects.order_by("amount").values_list(
            "offering__import_key", "amount", "kind", "basis", "residency", "currency", "as_of"
        )
    ) == [
        (f"ipeds:{key}:o", Decimal(amount), "total", "total", "any", "USD", date(2024, 6, 30))
        for key, amount in [
            ("900001:51.0713:21", "12729"),
            ("900001:48.0508:2", "15000"),
            ("900002:51.0713:3", "20000.5"),
        ]
    ]
    priced = Offering.objects.with_price().get(import_key="ipeds:900001:51.0713:21:o")
    assert priced.price == Decimal(12729)


def test_a_program_listed_twice_goes_by_its_months(tmp_path):
    path = copy_samples(tmp_path)
    rewrite(path / FILE, ("12.0401", "51.0713"))  # 9 and 10 months of the same field, one certificate

    report = load(path=path)

    assert counts(report)["listed programs"] == {"matched": 4, "unmatched": 1}
    assert offering("900001:51.0713:21") == ("unknown", "family_flag", 39, 39, "reported")


def test_bad_cells_refuse_their_program_and_a_bad_key_its_school(tmp_path):
    path = copy_samples(tmp_path)
    rewrite(path / FILE, ("12729", "a lot"), ("900099,", "x,"))

    report = load(path=path)

    assert lines(report, "invalid") == [
        (2, "school 900001: CIPTFBS1 'a lot' is not a number."),
        (4, "UNITID 'x' is not a whole number."),
    ]
    assert counts(report)["costs"] == {"new": 2}


def test_codes_that_lost_zeros_and_a_school_that_stands_twice(tmp_path):
    path = copy_samples(tmp_path)
    file = rewrite(path / FILE, ("51.0713,48.0508", "51.07,48.0508"), ("12.0401", "12.04"))
    again = next(line for line in file.read_text().splitlines(keepends=True) if line.startswith("900002,"))
    file.write_text(file.read_text() + again.replace("900002,NA,Academy of Beauty,1", "900002,NA,Academy of Beauty,0"))

    report = load(path=path)

    assert lines(report, "invalid") == [
        (2, "school 900001: '51.07' is not a six-digit CIP code, and 51.0700 is none that is known."),
        (2, "school 900001: '12.04' is not a six-digit CIP code, and 12.0400 is none that is known."),
        (5, "repeats school 900002 of line 3."),
    ]
    assert offering("900002:51.0713:3") == ("online", "all_distance", 78, 78, "reported")
    assert offering("900001:51.0713:21") == ("unknown", "family_flag", 12, 51, "award_level")


def test_an_offering_edited_by_hand_is_kept():
    load()
    Offering.objects.filter(import_key="ipeds:900001:51.0713:21:o").update(
        modality="hybrid", modality_basis="reported"
    )

    report = run("scorecard")

    assert report.changes == 0
    assert [text for _, text in lines(report, "kept")] == [
        (
            "Hybrid, not reported (ipeds:900001:51.0713:21:o) was edited by hand; "
            "the file has another modality, modality basis."
        )
    ]


def test_a_price_edited_by_hand_is_kept_until_the_file_is_newer(tmp_path):
    load()
    Cost.objects.filter(offering__import_key="ipeds:900001:51.0713:21:o").update(amount=12000)

    report = run("scorecard")
    assert (report.changes, len(lines(report, "kept"))) == (0, 1)
    assert Cost.objects.get(offering__import_key="ipeds:900001:51.0713:21:o").amount == 12000

    path = copy_samples(tmp_path)
    (path / FILE).rename(path / "scorecard/MERGED2024_25_PP.csv")
    report = run("scorecard", path=path)
    assert counts(report)["costs"] == {"changed": 3}
    assert set(Cost.objects.values_list("as_of", flat=True)) == {date(2025, 6, 30)}


def test_a_fact_that_a_newer_file_drops_goes_back_to_the_award_level(tmp_path):
    load(path=SAMPLES)
    path = copy_samples(tmp_path)
    rewrite(path / FILE, ("51.0713,48.0508", "NA,48.0508"))

    report = run("scorecard", path=path)

    assert counts(report)["costs"] == {"unchanged": 2, "missing": 1}
    assert offering("900001:51.0713:21") == ("unknown", "family_flag", 12, 51, "award_level")
