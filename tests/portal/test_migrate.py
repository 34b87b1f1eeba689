"""Going back in the migrations: never over records without being told to."""

import pytest
from django.core.management import CommandError, call_command
from django.core.management.commands import migrate as django_migrate
from django.db.migrations.recorder import MigrationRecorder

from advising.models import StudentProfile
from tests.advising.factories import make_note

pytestmark = pytest.mark.django_db


def applied(app: str) -> int:
    return MigrationRecorder.Migration.objects.filter(app=app).count()


@pytest.mark.parametrize(
    "target",
    [
        ("programs", "0001"),
        ("programs", "0001_directory"),
        ("programs", "zero"),
        ("advising", "zero"),
        ("portal", "zero"),
    ],
)
def test_a_step_back_over_records_is_refused_with_what_would_go(target):
    make_note()
    before = applied("advising"), applied("programs"), applied("portal")
    with pytest.raises(CommandError) as refused:
        call_command("migrate", *target, verbosity=0)
    text = str(refused.value)
    assert text.startswith(f"Going back to {' '.join(target)} would delete ")
    assert "advising_note: 1" in text
    assert "--drop-records" in text
    assert (applied("advising"), applied("programs"), applied("portal")) == before
    assert StudentProfile.objects.count() == 1


@pytest.fixture
def passed_on(monkeypatch):
    """Calls that reach Django's own command, which does not run."""
    calls = []
    monkeypatch.setattr(django_migrate.Command, "handle", lambda self, **options: calls.append(options["app_label"]))
    return calls


def test_forced_it_goes_back_over_records(passed_on):
    make_note()
    call_command("migrate", "programs", "zero", drop_records=True, verbosity=0)
    assert passed_on == ["programs"]


def test_what_drops_no_records_goes_through(passed_on):
    call_command("migrate", "advising", "0001", verbosity=0)
    make_note()
    call_command("migrate", "advising", "0006", verbosity=0)
    call_command("migrate", verbosity=0)
    assert passed_on == ["advising", "advising", None]


def test_an_unknown_migration_is_refused_as_django_does():
    with pytest.raises(CommandError, match="Cannot find a migration matching '0999'"):
        call_command("migrate", "programs", "0999", verbosity=0)
