"""Whole or not at all, while others save: what an import leaves on either engine when it fails or is killed."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, connection
from django.utils import timezone

from advising.models import Note
from advising.services.notes import write_note
from programs import models
from programs.exceptions import DirectoryError
from programs.importers import ipeds
from programs.importers.run import import_sources
from programs.models import ImportRun, Offering, Organization, Program, Source, UndoStep
from tests.advising.factories import make_assignment
from tests.factories import make_career_link, make_organization

from .helpers import COMPLETIONS, HD, SAMPLES, copy_samples, rewrite, run

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def half_way(monkeypatch):
    """Runs what the test gives it when schools and programs are written and their offerings are not."""
    make_offerings = ipeds._make_offerings

    def use(act):
        def stop(programs, report):
            act()
            make_offerings(programs, report)

        monkeypatch.setattr(ipeds, "_make_offerings", stop)

    return use


def in_another_connection(act, *arguments):
    """Run ``act`` in a thread of its own; what it returned, or the error that it raised."""
    result = []

    def work():
        try:
            result.append(act(*arguments))
        except Exception as error:
            result.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return result[0]


def test_twenty_people_save_notes_while_an_import_writes(half_way):
    pairs = [(made.student, made.advisor.user) for made in (make_assignment() for _ in range(20))]

    def save(student, user):
        facts = {"topic": "Saved", "body": "While an import wrote.", "kind": "meeting", "contact_type": "in_person"}
        facts |= {"occurred_at": timezone.now(), "visibility": "team", "appointment": None, "alert": None}
        write_note(student, user=user, publish=True, facts=facts, links={})
        connection.close()

    def all_save():
        threads = [threading.Thread(target=save, args=pair) for pair in pairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    run("cip")
    half_way(all_save)
    run("ipeds")
    assert Note.objects.count() == 20
    assert Program.objects.published().count() == 8


def test_nobody_sees_half_a_source(half_way):
    def look():
        return Organization.objects.published().count() + Program.objects.published().count()

    seen = []
    run("cip")
    half_way(lambda: seen.append(in_another_connection(look)))
    run("ipeds")
    assert seen == [0]
    assert look() == 3 + 8
    assert set(Organization.objects.values_list("status", flat=True)) == {"published", "retired"}
    assert not UndoStep.objects.exists()


def test_new_programs_of_a_school_that_is_there_are_unseen_until_all_are(half_way, tmp_path):
    path = copy_samples(tmp_path)
    run("cip")
    list(import_sources(["ipeds"], path / HD))
    seen = []
    half_way(lambda: seen.append(in_another_connection(Program.objects.published().count)))
    run("ipeds")
    assert (seen, Program.objects.published().count()) == ([0], 8)


KILLED = """
import os, signal, django
django.setup()
from programs.importers import ipeds
from programs.importers.run import import_sources
ipeds._make_offerings = lambda *arguments: os.kill(os.getpid(), signal.SIGKILL)
from pathlib import Path
list(import_sources(["ipeds"], Path("{samples}")))
"""


def kill_an_import():
    name = settings.DATABASES["default"]["NAME"]
    server = "sqlite://" if connection.vendor == "sqlite" else os.environ["DATABASE_URL"].rpartition("/")[0]
    environment = {**os.environ, "DATABASE_URL": f"{server}/{name}", "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-c", KILLED.format(samples=SAMPLES)]
    assert subprocess.run(command, cwd=ROOT, env=environment).returncode == -signal.SIGKILL


def test_what_a_killed_import_left_goes_when_the_next_begins():
    run("cip")
    kill_an_import()
    assert ImportRun.objects.get(source="ipeds").outcome == "running"
    assert not Organization.objects.published().exists()

    run("ipeds")
    done, killed = ImportRun.objects.filter(source="ipeds")
    assert (done.outcome, killed.outcome) == ("done", "failed")
    assert killed.report[-1] == {"kind": "error", "text": "The run was killed; nothing of it was kept."}
    assert killed.finished
    assert (Organization.objects.count(), Program.objects.count(), Offering.objects.count()) == (4, 9, 9)
    assert not UndoStep.objects.exists()


def test_any_import_takes_a_killed_one_back():
    run("cip")
    before = {model: list(model.objects.values_list()) for model in (Source, models.FieldOfStudy)}
    kill_an_import()
    run("cip")
    assert not Organization.objects.exists()
    assert not Program.objects.exists()
    assert {model: list(model.objects.values_list()) for model in before} == before


@pytest.fixture
def revised(tmp_path):
    """The samples with another city for a school, and another level for a program."""
    path = copy_samples(tmp_path)
    rewrite(path / HD, ("Portland", "Lakeville"))
    rewrite(path / COMPLETIONS, ("51.0713,1,21", "51.0713,1,20"))
    return path


def test_a_failed_import_gives_changed_records_back(half_way, revised):
    run("cip", "ipeds")
    before = {model: list(model.objects.order_by("pk").values_list()) for model in (Organization, Program, Offering)}
    history = Organization.history.count()
    assert Organization.objects.filter(city="Portland").exists()

    def fail():
        assert Organization.objects.filter(city="Lakeville").exists()
        raise IntegrityError("no more")

    half_way(fail)
    with pytest.raises(IntegrityError):
        run("ipeds", path=revised)
    after = {model: list(model.objects.order_by("pk").values_list()) for model in before}
    assert after == before
    assert Organization.history.count() == history


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="on PostgreSQL nobody else sees what is not committed")
def test_what_others_did_meanwhile_outlives_a_failed_import(half_way, revised):
    run("cip", "ipeds")
    linked = []

    def meddle():
        Organization.objects.filter(city="Lakeville").update(city="Hilltown")
        linked.append(make_career_link(program=Program.objects.get(status="draft")).program_id)

    def fail():
        in_another_connection(meddle)
        raise KeyboardInterrupt

    half_way(fail)
    with pytest.raises(KeyboardInterrupt):
        run("ipeds", path=revised)
    assert Organization.objects.filter(city="Hilltown").count() == 1
    assert Program.objects.filter(status="draft").values_list("pk", flat=True).get() == linked[0]


def test_a_second_import_is_refused_in_words(half_way):
    said = []
    run("cip")
    half_way(lambda: said.append(in_another_connection(run, "cip")))
    run("ipeds")
    assert isinstance(said[0], DirectoryError)
    assert str(said[0]).startswith("Another import is under way (ipeds, ")
    assert ImportRun.objects.count() == 2
    run("cip")


def test_each_source_is_counted_anew_before_the_next():
    reports = import_sources(["cip", "soc"], SAMPLES)
    next(reports)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = 'programs_fieldofstudy' LIMIT 1")
            known = int(cursor.fetchone()[0].split()[0])
        else:
            cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'programs_fieldofstudy'")
            known = cursor.fetchone()[0]
    assert known == 12
    list(reports)


def test_a_record_by_hand_keeps_its_key_beside_an_import():
    """New keys are counted from the last row, whoever made it."""
    run("cip")
    make_organization(name="By hand")
    run("ipeds")
    made = ImportRun.objects.get(source="ipeds").made
    assert sum(last - first + 1 for first, last in made["organization"]) == 4
    by_hand = Organization.objects.get(name="By hand")
    assert not ImportRun.objects.get(source="ipeds").made_this(by_hand)
