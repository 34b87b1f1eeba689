"""A run as a whole: its record, what it leaves when it is stopped, and what a dry run leaves: nothing."""

import gzip
import hashlib
import zipfile

import pytest
from django.db import connection

from programs.importers import ipeds
from programs.importers.run import SOURCES, import_sources
from programs.importers.tables import FileError
from programs.models import CatalogRevision, ImportRun, Offering, Organization, Program, Source

from .helpers import COMPLETIONS, HD, SAMPLES, copy_samples, counts, run

pytestmark = pytest.mark.django_db


def revision():
    return CatalogRevision.objects.values_list("number", flat=True).first() or 0


def test_everything_then_nothing():
    first = list(import_sources(list(SOURCES), SAMPLES))
    assert sum(report.changes for report in first) == 175
    before = revision()

    second = list(import_sources(list(SOURCES), SAMPLES))

    assert sum(report.changes for report in second) == 0
    assert revision() == before


def test_a_run_advances_the_catalog_once():
    run("cip")
    before = revision()

    run("ipeds")

    assert revision() == before + 1


def test_a_run_is_recorded():
    run("cip", "ipeds")

    made = ImportRun.objects.get(source="ipeds")
    assert (made.outcome, made.file_name) == ("done", "hd2024.csv, c2024_a_firstmajor.csv")
    assert made.counts == {"organizations": {"new": 4}, "programs": {"new": 9, "skipped": 2}, "offerings": {"new": 9}}
    hashes = [hashlib.sha256((SAMPLES / name).read_bytes()).hexdigest() for name in (HD, COMPLETIONS)]
    assert made.file_hash == hashlib.sha256("".join(hashes).encode()).hexdigest()
    assert made.report[0] == {"kind": "file", "text": f"hd2024.csv {hashes[0]}"}
    assert made.finished >= made.started
    cip = ImportRun.objects.get(source="cip")
    assert cip.file_hash == hashlib.sha256((SAMPLES / "cip/CIPCode2020.csv").read_bytes()).hexdigest()


def test_stopping_half_way_writes_nothing_and_repeating_finishes(monkeypatch):
    run("cip")
    make_offerings = ipeds._make_offerings

    def stop(programs, report):
        make_offerings(programs, report)
        assert ImportRun.objects.get(source="ipeds").outcome == "running"
        raise KeyboardInterrupt

    monkeypatch.setattr(ipeds, "_make_offerings", stop)
    before = revision()
    with pytest.raises(KeyboardInterrupt):
        run("ipeds")

    assert not Organization.objects.exists()
    assert not Program.objects.exists()
    assert not Offering.objects.exists()
    # Where it was written in steps, somebody may have read some of them.
    assert revision() == before + (connection.vendor == "sqlite")
    stopped = ImportRun.objects.get(source="ipeds")
    assert stopped.outcome == "failed"
    assert {"kind": "error", "text": "The run was stopped."} in stopped.report

    monkeypatch.setattr(ipeds, "_make_offerings", make_offerings)
    assert counts(run("ipeds"))["programs"] == {"new": 9, "skipped": 2}


def test_a_file_that_breaks_off_writes_nothing(tmp_path):
    run("cip")
    path = copy_samples(tmp_path)
    content = (path / COMPLETIONS).read_bytes() + b"".join(
        f"900001,51.0713,1,{level},{level * 7919},0,0\n".encode() for level in range(100, 3000)
    )
    (path / COMPLETIONS).unlink()
    (path / f"{COMPLETIONS}.gz").write_bytes(gzip.compress(content)[:-2000])

    with pytest.raises(FileError, match=r"c2024_a_firstmajor\.csv\.gz, line \d+: the compressed file ends too early"):
        run("ipeds", path=path)

    assert not Organization.objects.exists()
    assert ImportRun.objects.get(source="ipeds").outcome == "failed"


def test_every_file_is_checked_before_the_first_is_read(tmp_path):
    path = copy_samples(tmp_path)
    (path / "zip/US.txt").unlink()

    with pytest.raises(FileError, match=r"holds no ZIP table \(a file named like us\.txt\)\.$"):
        list(import_sources(list(SOURCES), path))
    assert not ImportRun.objects.exists()
    assert not Source.objects.exists()


def test_a_dry_run_tells_all_and_writes_nothing():
    reports = list(import_sources(list(SOURCES), SAMPLES, dry_run=True))

    assert sum(report.changes for report in reports) == 175
    assert not ImportRun.objects.exists()
    assert not Source.objects.exists()
    assert not Organization.objects.exists()
    assert revision() == 0


def test_zipped_as_a_publisher_does(tmp_path):
    archive = tmp_path / "db_29_0_text.zip"
    with zipfile.ZipFile(archive, "w") as stream:
        for file in (SAMPLES / "onet_29_0").iterdir():
            stream.write(file, f"db_29_0_text/{file.name}")

    assert counts(run("soc", "onet")) != {}
    assert run("onet", path=archive).changes == 0


def test_a_long_list_of_files_fits_the_record(tmp_path):
    path = copy_samples(tmp_path)
    long = "hd2024" + "x" * 190 + ".csv"
    (path / HD).rename(path / "ipeds" / long)

    run("cip", "ipeds", path=path)

    assert len(ImportRun.objects.get(source="ipeds").file_name) == 200
