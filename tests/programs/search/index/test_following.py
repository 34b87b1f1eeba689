"""The snapshot follows the database: other transactions, other processes, rollbacks, restored copies, failures."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import override_settings

from programs.choices import US_STATES, ChangeScope
from programs.models import CatalogChange, CatalogRevision, Organization, Program
from programs.search.index import snapshot as snapshots
from programs.search.index import tracking
from tests import factories as make

ROOT = Path(__file__).parents[4]


def searchable():
    return set(snapshots.current().columns.id.tolist())


def in_thread(work):
    """Run ``work`` on a connection of its own and hand on what it raised."""
    failed = []

    def run():
        try:
            work()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.failed = failed
    return thread


def finish(*threads):
    for thread in threads:
        thread.join(timeout=30)
        assert not thread.is_alive()
        assert thread.failed == []


def in_second_process():
    """The ids that a process of its own, on the same database, can search."""
    code = (
        "import os, sys, django; django.setup();"
        "from django.db import connections;"
        "connections['default'].settings_dict['NAME'] = sys.argv[1];"
        "from programs.search.index import snapshot;"
        "print(*sorted(snapshot.current().columns.id.tolist()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(connection.settings_dict["NAME"])],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )
    return {int(pk) for pk in done.stdout.split()}


@pytest.mark.django_db
def test_a_changed_program_is_patched_in_without_reading_the_rest(monkeypatch):
    programs = [make.make_program() for _ in range(3)]
    assert searchable() == {program.pk for program in programs}
    monkeypatch.setattr(snapshots.Snapshot, "build", None)
    added = make.make_program(name="Added", organization=programs[0].organization, field=programs[0].field)
    programs[0].status = "retired"
    programs[0].save()
    programs[1].name = "Renamed"
    programs[1].save()
    gone = programs[2].pk
    programs[2].delete()
    snapshot = snapshots.current()
    assert searchable() == {programs[1].pk, added.pk}
    assert {snapshot.vocabulary.names[at] for at in snapshot.columns.name.tolist()} == {"Added", "Renamed"}
    assert gone not in searchable()


@pytest.mark.django_db
def test_a_changed_school_or_certification_takes_its_programs_along(monkeypatch):
    school = make.make_organization(state="OH")
    program = make.make_program(organization=school)
    certification = make.make_certification(acronym="OLD")
    make.make_program_certification(program, certification)
    snapshots.current()
    monkeypatch.setattr(snapshots.Snapshot, "build", None)
    school.state = "TX"
    school.save()
    certification.acronym = "NEW"
    certification.save()
    snapshot = snapshots.current()
    states = snapshot.school_codes["state"][snapshot.columns.school]
    assert [list(US_STATES)[at] for at in states.tolist()] == ["TX"]
    assert [snapshot.vocabulary.certifications[at][3] for at in snapshot.columns.certification.tolist()] == ["NEW"]
    school.status = "draft"
    school.save()
    assert searchable() == set()


@pytest.mark.django_db
def test_a_rolled_back_program_is_not_searchable():
    kept = make.make_program()
    assert searchable() == {kept.pk}
    with transaction.atomic():
        undone = make.make_program()
        assert undone.pk in searchable()
        transaction.set_rollback(True)
    assert searchable() == {kept.pk}


@pytest.mark.django_db
def test_a_database_restored_from_an_earlier_copy_is_noticed():
    """The copy then takes changes of its own, up to the very number that the snapshot knows."""
    with transaction.atomic():
        for _ in range(3):
            make.make_program()
        lost = searchable()
        number = CatalogRevision.objects.get().number
        transaction.set_rollback(True)
    while (CatalogRevision.objects.first() or CatalogRevision(number=0)).number < number:
        kept = make.make_organization()
    assert CatalogRevision.objects.get().number == number
    assert kept.pk
    assert lost
    assert searchable() == set()


@pytest.mark.django_db
def test_bulk_writes_advance_the_revision_once():
    school = make.make_organization()
    field = make.make_field()
    before = CatalogRevision.objects.get().number
    with tracking.bulk_change():
        Program.objects.bulk_create(
            Program(organization=school, field=field, name=f"P{n}", slug=f"p{n}", status="published") for n in range(5)
        )
        school.name = "Renamed"
        school.save()
    assert CatalogRevision.objects.get().number == before + 1
    assert CatalogChange.objects.get(number=before + 1).scope == ChangeScope.CATALOG
    assert len(searchable()) == 5


@pytest.mark.django_db
def test_a_process_too_far_behind_reads_everything(monkeypatch):
    make.make_program()
    snapshots.current()
    monkeypatch.setattr(tracking, "KEPT_CHANGES", 10)
    revision = CatalogRevision.objects.get()
    revision.number = 1995
    revision.save()
    for _ in range(6):
        make.make_organization()
    assert CatalogChange.objects.filter(number__lte=1990).count() == 0
    assert len(searchable()) == 1


@pytest.mark.django_db
def test_a_failing_snapshot_is_not_zero_results(monkeypatch, visitor, caplog):
    program = make.make_program(name="Welding")
    snapshots.forget()

    def fail(**kwargs):
        raise MemoryError("no room")

    monkeypatch.setattr(snapshots, "load_reference", fail)
    response = visitor.get("/programs/?q=welding")
    assert response.status_code == 200
    assert f'data-program="{program.pk}"' in response.text
    assert 'data-total=""' in response.text
    assert "counts" in response.text
    assert "no room" in caplog.text
    assert visitor.get("/readyz").status_code == 503


@pytest.mark.django_db(transaction=True)
def test_a_large_catalog_is_read_in_the_background_while_the_older_snapshot_answers():
    first = make.make_program()
    snapshots.forget()
    with override_settings(SEARCH_BUILD_INLINE=0):
        assert snapshots.current() is None
        snapshots._builder.join(timeout=30)
        assert searchable() == {first.pk}
        make.make_field()
        second = make.make_program()
        assert snapshots.current().columns.id.tolist() == [first.pk]
        snapshots._builder.join(timeout=30)
        assert searchable() == {first.pk, second.pk}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first_to_commit", ["first_to_begin", "last_to_begin"])
def test_overlapping_transactions_are_both_searchable_in_whichever_order_they_commit(first_to_commit):
    school, field = make.make_organization(), make.make_field()
    make.make_program(organization=school, field=field)
    assert len(searchable()) == 1
    began, go_on = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            if first_to_commit == "first_to_begin" or connection.vendor == "sqlite":
                make.make_program(name="Slow", organization=school, field=field)
                began.set()
                go_on.wait(10)
            else:
                Organization.objects.count()
                began.set()
                go_on.wait(10)
                make.make_program(name="Slow", organization=school, field=field)

    def quick():
        began.wait(10)
        if first_to_commit == "first_to_begin":
            threading.Timer(0.3, go_on.set).start()
        with transaction.atomic():
            make.make_program(name="Quick", organization=school, field=field)

    threads = in_thread(slow), in_thread(quick)
    began.wait(10)
    searchable()  # somebody searches while both are open
    if connection.vendor == "sqlite":
        go_on.set()
    elif first_to_commit == "last_to_begin":
        finish(threads[1])
        searchable()
        go_on.set()
    finish(*threads)
    expected = set(Program.objects.values_list("pk", flat=True))
    assert len(expected) == 3
    assert searchable() == expected
    assert in_second_process() == expected


@pytest.mark.django_db(transaction=True)
def test_readers_always_see_a_whole_snapshot_while_writers_write():
    """Every search meanwhile gives a catalog that was true at some moment: a prefix of what one writer writes."""
    school, field = make.make_organization(), make.make_field()
    snapshots.current()
    seen, done = [], threading.Event()

    def write():
        for number in range(15):
            make.make_program(name=f"P{number}", organization=school, field=field)
        done.set()

    def read():
        while not done.is_set():
            snapshot = snapshots.current()
            seen.append({snapshot.vocabulary.names[at] for at in snapshot.columns.name.tolist()})

    finish(in_thread(write), in_thread(read), in_thread(read))
    whole = [{f"P{number}" for number in range(size)} for size in range(16)]
    assert all(names in whole for names in seen)
    assert len(searchable()) == 15
