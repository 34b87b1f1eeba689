"""IPEDS: schools, programs, offerings, and what becomes of those that people edited."""

import zipfile

import pytest

from programs.importers.tables import FileError
from programs.models import FieldOfStudy, Offering, Organization, Program
from tests.factories import make_organization, make_program

from .helpers import COMPLETIONS, HD, SAMPLES, copy_samples, counts, lines, rewrite, run

pytestmark = pytest.mark.django_db


def load(**options):
    return run("cip", "ipeds", **options)


def test_counts():
    assert counts(load()) == {
        "organizations": {"new": 4},
        "programs": {"new": 9, "skipped": 2},
        "offerings": {"new": 9},
    }
    assert counts(run("ipeds")) == {"organizations": {"unchanged": 4}, "programs": {"unchanged": 9, "skipped": 2}}


def test_schools():
    load()

    schools = Organization.objects.order_by("unitid")
    assert list(
        schools.values_list("slug", "name", "acronym", "aliases", "website", "control", "opeid", "zip", "status")
    ) == [
        (
            *("lakeside-technical-college", "Lakeside Technical College", "LTC", ["LTC", "Lakeside Tech"]),
            *("https://www.lakeside.example.edu/", "public", "00100200", "44301-1234", "published"),
        ),
        (
            *("academy-of-beauty-portland-me", "Academy of Beauty", "", [], ""),
            *("for_profit", "", "04101", "published"),
        ),
        (
            *("academy-of-beauty-akron-oh", "Academy of beauty", "", [], "https://beauty.example.org"),
            *("nonprofit", "00100200", "44301", "published"),
        ),
        (
            *("closed-career-institute", "Closed Career Institute", "", [], ""),
            *("unknown", "00100200", "44301", "retired"),
        ),
    ]  # fmt: skip
    school = Organization.objects.get(unitid=900001)
    assert (school.city, school.state, school.latitude, school.longitude) == ("Akron", "OH", 41.0, -81.5)
    assert school.source.title == "IPEDS Institutional Characteristics 2024-25"


def test_programs():
    load()

    assert list(
        Program.objects.order_by("organization__unitid", "field__code", "award_level").values_list(
            "organization__unitid", "field__code", "award_level", "slug", "status"
        )
    ) == [
        (900001, "45.0199", 5, "social-sciences-other-45-0199-bachelor", "published"),
        (900001, "45.9999", 5, "social-sciences-other-45-9999-bachelor", "published"),
        (900001, "48.0508", 2, "welding-technology-welder-certificate-1-to-2-years", "published"),
        (900001, "48.0508", 21, "welding-technology-welder-certificate-12-weeks-to-1-year", "published"),
        (900001, "51.0713", 7, "medical-insurance-coding-specialist-coder-master", "published"),
        (
            *(900001, "51.0713", 21),
            *("medical-insurance-coding-specialist-coder-certificate-12-weeks-to-1-year", "published"),
        ),
        (
            *(900001, "51.0714", 20),
            *("medical-insurance-specialist-medical-biller-certificate-under-12-weeks", "published"),
        ),
        (900002, "51.0713", 3, "medical-insurance-coding-specialist-coder-associate", "published"),
        (
            *(900004, "51.0714", 21),
            *("medical-insurance-specialist-medical-biller-certificate-12-weeks-to-1-year", "retired"),
        ),
    ]
    program = Program.objects.get(import_key="ipeds:900001:48.0508:21")
    assert (program.name, program.description) == ("Welding Technology/Welder", "")
    assert str(program.source) == "National Center for Education Statistics, IPEDS Completions 2023-24"


def test_offerings_say_what_is_known_and_on_what_basis():
    load()

    offerings = Offering.objects.filter(program__organization__unitid=900001).order_by("program__award_level")
    assert list(
        offerings.values_list("program__award_level", "duration_min_weeks", "duration_max_weeks", "duration_basis")
    ) == [
        (2, 52, 103, "award_level"),
        (5, 208, 260, "award_level"),
        (5, 208, 260, "award_level"),
        (7, 52, 104, "award_level"),
        (20, 1, 11, "award_level"),
        (21, 12, 51, "award_level"),
        (21, 12, 51, "award_level"),
    ]
    assert set(Offering.objects.values_list("modality", "pacing", "interaction", "modality_basis")) == {
        ("unknown", "unknown", "unknown", "unknown")
    }


def test_completions_give_back_zeros_only_where_that_makes_a_known_program(tmp_path):
    for code in ("01", "01.0301", "11.0701", "24.0102", "51", "51.0000", "51.08", "52.08"):
        FieldOfStudy.objects.create(code=code, title=f"Field {code}")
    run("ipeds", path=SAMPLES / HD)
    codes = ["1.0301", "1.03", "11.0701", "24.0102", "51", "51.0000", "51.08", "52.08", "1", "110701", "99", "99.0"]
    completions = tmp_path / "c2024_a.csv"
    completions.write_text(
        "UNITID,CIPCODE,MAJORNUM,AWLEVEL,CTOTALT\n"
        + "".join(f"900001,{code},1,5,3\n" for code in codes)
        + "900001,24.0102,2,5,3\n900001,24.0102,,5,3\n"
    )

    report = run("ipeds", path=completions)

    assert list(Program.objects.order_by("field").values_list("field__code", flat=True)) == [
        *("01.0301", "11.0701", "24.0102", "51.0000"),
    ]
    assert lines(report, "padded") == [(2, "CIPCODE '1.0301' is 01.0301."), (6, "CIPCODE '51' is 51.0000.")]
    assert lines(report, "invalid") == [
        (3, "'1.03' is not a six-digit CIP code, and 01.0300 is none that is known."),
        (7, "repeats ipeds:900001:51.0000:5 of line 6."),
        (8, "'51.08' is not a six-digit CIP code, and 51.0800 is none that is known."),
        (9, "'52.08' is not a six-digit CIP code, and 52.0800 is none that is known."),
        (10, "'1' is not a six-digit CIP code, and 01.0000 is none that is known."),
        (11, "'110701' is not a CIP code."),
        (15, "MAJORNUM '' is neither 1 nor 2."),
    ]
    assert report.summary()[-2:] == [
        "c2024_a.csv: skipped as totals of a school: 2.",
        "c2024_a.csv: skipped as second majors, which repeat programs: 1.",
    ]


def test_archives_as_published_alone_and_in_a_folder(tmp_path):
    run("cip")
    for name, source, member in [("HD2024", HD, "hd2024.csv"), ("C2024_A", COMPLETIONS, "c2024_a.csv")]:
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            archive.write(SAMPLES / source, member)

    alone = run("ipeds", path=tmp_path / "HD2024.zip")
    both = run("ipeds", path=tmp_path)

    assert counts(alone) == {"organizations": {"new": 4}}
    assert counts(both) == {
        "organizations": {"unchanged": 4},
        "programs": {"new": 9, "skipped": 2},
        "offerings": {"new": 9},
    }


def test_bad_completions_rows(tmp_path):
    path = copy_samples(tmp_path)
    rewrite(
        path / COMPLETIONS,
        ("900001,45.0199,1,5", "900001,45.0199,1,9"),
        ("900001,45.9999", "900001,45.9998"),
        ("900001,48.0508,1,21", "900001,48-0508,1,21"),
        ("900001,48.0508,1,2,", "900001,48.0508,1,x,"),
        ("900001,51.0713,1,7", "900001,51.0713,1,21"),
        ("900002,", "9000020,"),
    )

    report = load(path=path)

    assert lines(report, "invalid") == [
        (2, "AWLEVEL 9 is not an award level."),
        (3, "CIP code 45.9998 is not in the directory; import cip first."),
        (4, "'48-0508' is not a CIP code."),
        (5, "AWLEVEL 'x' is not a whole number."),
        (7, "repeats ipeds:900001:51.0713:21 of line 6."),
        (11, "UNITID 9000020 is not in the directory; import its HD file first."),
    ]
    assert counts(report)["programs"] == {"new": 3, "invalid": 6, "skipped": 2}


def test_either_file_alone_is_recognised_by_its_columns():
    assert counts(run("cip", "ipeds", path=SAMPLES)).keys() == {"organizations", "programs", "offerings"}
    assert counts(run("ipeds", path=SAMPLES / HD)) == {"organizations": {"unchanged": 4}}
    assert counts(run("ipeds", path=SAMPLES / COMPLETIONS)) == {"programs": {"unchanged": 9, "skipped": 2}}


def test_a_wrong_file_names_the_column_it_lacks():
    with pytest.raises(FileError) as caught:
        run("ipeds", path=SAMPLES / "cip/CIPCode2020.csv")
    assert str(caught.value) == (
        "CIPCode2020.csv, line 1, column UNITID: this column is missing, so the file is not the directory table."
    )


def test_the_year_must_be_in_the_name(tmp_path):
    path = copy_samples(tmp_path)
    upload = (path / HD).rename(path / "upload.csv")

    with pytest.raises(FileError, match=r"^upload\.csv: the name must hold the year"):
        run("ipeds", path=upload)


def test_a_renamed_school_keeps_its_address(tmp_path):
    load()
    path = copy_samples(tmp_path)
    rewrite(path / HD, ("Lakeside Technical College", "Lakeside State College"))

    report = run("ipeds", path=path)

    assert counts(report)["organizations"] == {"changed": 1, "unchanged": 3}
    assert lines(report, "changed") == [
        (2, "ipeds:900001: name Lakeside Technical College is now Lakeside State College.")
    ]
    school = Organization.objects.get(unitid=900001)
    assert (school.name, school.slug) == ("Lakeside State College", "lakeside-technical-college")


def test_a_program_edited_by_hand_is_kept_and_named(tmp_path):
    load()
    Program.objects.filter(import_key="ipeds:900001:48.0508:21").update(name="Welding for Beginners")

    report = run("ipeds")

    edited = Program.objects.get(import_key="ipeds:900001:48.0508:21")
    text = f"{edited} (ipeds:900001:48.0508:21) was edited by hand; the file has another name."
    assert report.changes == 0
    assert lines(report, "kept") == [(4, text)]
    assert counts(report)["programs"] == {"unchanged": 8, "kept": 1, "skipped": 2}
    assert Program.objects.get(import_key="ipeds:900001:48.0508:21").name == "Welding for Beginners"

    report = run("ipeds", overwrite_edited=True)
    assert counts(report)["programs"] == {"unchanged": 8, "changed": 1, "skipped": 2}
    assert Program.objects.get(import_key="ipeds:900001:48.0508:21").name == "Welding Technology/Welder"


def test_what_no_importer_writes_may_be_edited_freely(tmp_path):
    load()
    Program.objects.filter(import_key="ipeds:900001:48.0508:21").update(description="Ours.")
    path = copy_samples(tmp_path)
    rewrite(path / "cip/CIPCode2020.csv", ("Welding Technology/Welder.", "Welding."))

    report = run("cip", "ipeds", path=path)

    assert counts(report)["programs"] == {"unchanged": 7, "changed": 2, "skipped": 2}
    program = Program.objects.get(import_key="ipeds:900001:48.0508:21")
    assert (program.name, program.description) == ("Welding", "Ours.")


def test_a_program_that_the_newer_file_lacks_stays_and_is_reported(tmp_path):
    load()
    path = copy_samples(tmp_path)
    rewrite(path / COMPLETIONS, ("900002,51.0713,1,3,7,0,7\n", ""))

    report = run("ipeds", path=path)

    assert counts(report)["programs"] == {"unchanged": 8, "skipped": 2, "missing": 1}
    assert lines(report, "missing") == [(None, "ipeds:900002:51.0713:3 was imported before; the file lacks it.")]
    assert Program.objects.filter(import_key="ipeds:900002:51.0713:3").exists()


def test_a_school_made_by_hand_is_kept_and_gets_its_programs():
    school = make_organization(name="Lakeside", slug="lakeside", unitid=900001)

    report = load()

    assert counts(report)["organizations"] == {"new": 3, "kept": 1}
    school.refresh_from_db()
    assert (school.name, school.programs.count()) == ("Lakeside", 7)
    assert run("ipeds").changes == 0


def test_addresses_in_use_are_stepped_around():
    make_organization(name="Lakeside Technical College", slug="lakeside-technical-college")
    school = make_organization(name="Closed", unitid=900004)
    make_program(
        organization=school, slug="medical-insurance-specialist-medical-biller-certificate-12-weeks-to-1-year"
    )

    load()

    assert Organization.objects.get(unitid=900001).slug == "lakeside-technical-college-akron-oh"
    assert Program.objects.get(import_key="ipeds:900004:51.0714:21").slug == (
        "medical-insurance-specialist-medical-biller-51-0714-certificate-12-weeks-to-1-year"
    )


def test_an_offering_deleted_by_hand_does_not_come_back():
    load()
    Offering.objects.filter(import_key="ipeds:900001:48.0508:21:o").delete()

    assert run("ipeds").changes == 0
    assert not Offering.objects.filter(import_key="ipeds:900001:48.0508:21:o").exists()
