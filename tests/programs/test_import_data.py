"""``manage.py import_data``."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from programs.importers import cip
from programs.models import FieldOfStudy, ImportRun, Program

from .importers.helpers import SAMPLES, copy_samples, rewrite

pytestmark = pytest.mark.django_db


def import_data(*arguments, **options):
    out = StringIO()
    call_command("import_data", *map(str, arguments), stdout=out, **options)
    return out.getvalue().splitlines()


def test_it_says_what_it_reads_and_what_it_did():
    assert import_data("cip", SAMPLES) == [
        "cip: reading CIPCode2020.csv",
        "cip: fields of study: 12 new, 0 changed, 0 unchanged, 3 skipped",
        "12 rows written.",
    ]
    assert import_data("cip", SAMPLES / "cip/CIPCode2020.csv")[-2:] == [
        "cip: fields of study: 0 new, 0 changed, 12 unchanged, 3 skipped",
        "0 rows written.",
    ]


def test_it_lists_refused_rows_with_line_and_reason():
    assert import_data("zip", SAMPLES)[1:3] == [
        "zip: ZIP centroids: 3 new, 0 changed, 0 unchanged, 1 invalid",
        "  invalid, line 4: repeats 96860 of line 3.",
    ]


def test_a_dry_run_says_so():
    assert import_data("cip", SAMPLES, "--dry-run")[-1] == "Dry run: nothing was written; 12 rows would be."
    assert not FieldOfStudy.objects.exists()
    assert not ImportRun.objects.exists()


def test_all_sources_of_a_folder():
    assert import_data("all", SAMPLES)[-1] == "175 rows written."
    assert Program.objects.count() == 9
    assert import_data("all", SAMPLES)[-1] == "0 rows written."


def test_edited_records_are_overwritten_only_when_asked():
    import_data("cip", SAMPLES)
    FieldOfStudy.objects.filter(code="48.0508").update(title="Welding")

    kept = import_data("cip", SAMPLES)
    assert kept[1:3] == [
        "cip: fields of study: 0 new, 0 changed, 11 unchanged, 1 kept, 3 skipped",
        "  kept, line 9: 48.0508 Welding (cip:48.0508) was edited by hand; the file has another title.",
    ]
    assert import_data("cip", SAMPLES, "--overwrite-edited")[-1] == "1 rows written."


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("CIPTitle", "Title"), "CIPCode2020.csv, line 1, column CIPTitle: this column is missing"),
        (("Welding", "W\x81lding"), "CIPCode2020.csv, line 9, column CIPTitle: byte 0x81 is not UTF-8"),
    ],
)
def test_a_wrong_file_is_one_line_and_writes_nothing(tmp_path, change, message):
    path = copy_samples(tmp_path)
    file = rewrite(path / "cip/CIPCode2020.csv", change)
    file.write_bytes(file.read_text(encoding="utf-8").encode("latin-1"))

    with pytest.raises(CommandError) as caught:
        import_data("cip", path)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
    assert caught.value.returncode == 1
    assert not FieldOfStudy.objects.exists()


def test_an_older_release_needs_its_option(tmp_path):
    import_data("ipeds", SAMPLES)
    path = copy_samples(tmp_path)
    older = (path / "ipeds/hd2024.csv").rename(path / "ipeds/hd2023.csv")

    with pytest.raises(CommandError, match=r"^hd2023\.csv: this is IPEDS .* 2023-24, and the directory has 2024-25;"):
        import_data("ipeds", older)
    assert import_data("ipeds", older, "--older")[-1] == "4 rows written."


def test_zeros_given_back_are_counted_and_not_listed(tmp_path):
    path = rewrite(copy_samples(tmp_path) / "zip/US.txt", ("04101", "4101"))

    assert import_data("zip", path)[1:] == [
        "zip: ZIP centroids: 3 new, 0 changed, 0 unchanged, 1 invalid, 1 padded",
        "  invalid, line 4: repeats 96860 of line 3.",
        "3 rows written.",
    ]


def test_stopping_it_says_what_to_do(monkeypatch):
    def stop(tables, report):
        raise KeyboardInterrupt

    monkeypatch.setattr(cip, "load", stop)
    with pytest.raises(CommandError, match="run the same command to finish") as caught:
        import_data("cip", SAMPLES)
    assert caught.value.returncode == 130
    assert ImportRun.objects.get().outcome == "failed"


def test_a_database_that_refuses_is_one_line(monkeypatch):
    def refuse(tables, report):
        raise OperationalError("database is locked")

    monkeypatch.setattr(cip, "load", refuse)
    with pytest.raises(CommandError, match=r"The database refused, .* was not written: database is locked"):
        import_data("cip", SAMPLES)


def test_an_unknown_source_is_refused():
    with pytest.raises(CommandError, match="invalid choice: 'census'"):
        import_data("census", SAMPLES)
