"""The logs only grow: refused in the model, in SQL on both engines, and every tampering is named."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from advising import policy
from advising.exceptions import AdvisingError
from advising.models import AccessLog, Consent, DisclosureLog, LogHead
from advising.services import guards
from advising.services.logs import Origin, check_all, log_access, log_export, record_disclosure
from tests.advising.factories import make_advisor, make_assignment, make_note, make_student
from tests.factories import make_user

pytestmark = pytest.mark.django_db

LOGS = [AccessLog, DisclosureLog]
ALLOWED = policy.Decision(True, "assigned")


@pytest.fixture
def written(student):
    """Three rows in each log."""
    record, reader, keeper = make_student(student), make_user("Advisor"), make_user("Administrator")
    for _ in range(3):
        log_access(record, user=reader, decision=ALLOWED, origin=Origin("192.0.2.7", "abc"), detail={"n": [1, "é"]})
        record_disclosure(
            record,
            user=keeper,
            requester="A college",
            recipient="A college",
            records="Plan",
            purpose="Transfer",
            basis="transfer",
            was_granted=True,
            disclosed_on=timezone.localdate(),
        )
    return record, reader


def verify() -> str:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    return out.getvalue()


def test_whole_logs_pass(written):
    assert verify() == "access log: 3 rows, whole.\ndisclosure log: 3 rows, whole.\n"


def test_a_row_holds_who_what_why_and_whence(written):
    record, reader = written
    row = AccessLog.objects.get(sequence=2)
    assert (row.actor, row.actor_role, row.action, row.reason) == (reader, "Advisor", "read", "assigned")
    assert (row.student, row.object_type, row.object_id) == (record, "studentprofile", record.pk)
    assert (row.address, row.request_id, row.detail) == ("192.0.2.7", "abc", {"n": [1, "é"]})
    assert row.previous_hash == AccessLog.objects.get(sequence=1).hash


@pytest.mark.parametrize("model", LOGS)
def test_the_model_refuses(written, model):
    row = model.objects.first()
    with pytest.raises(AdvisingError, match="cannot be changed"):
        row.save()
    with pytest.raises(AdvisingError, match="cannot be deleted"):
        row.delete()


@pytest.mark.parametrize("model", LOGS)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET hash = 'x'",
        "UPDATE {table} SET student_id = NULL WHERE sequence = 2",
        "DELETE FROM {table}",
        "DELETE FROM {table} WHERE sequence = 3",
    ],
)
def test_sql_is_refused(written, model, statement):
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table=model._meta.db_table))
    assert model.objects.count() == 3


@pytest.mark.parametrize("model", LOGS)
def test_querysets_are_refused(written, model):
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(hash="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.all()._raw_delete(using="default")
    assert check_all() == []


@pytest.mark.parametrize("model", LOGS)
def test_a_row_cannot_be_put_in_anothers_place(written, model):
    columns = ", ".join(field.column for field in model._meta.concrete_fields)
    table = model._meta.db_table
    verb = "INSERT OR REPLACE" if connection.vendor == "sqlite" else "INSERT"
    statement = f"{verb} INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE sequence = 2"  # noqa: S608 - our names
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.postgres
@pytest.mark.parametrize("model", LOGS)
def test_truncate_is_refused(written, model):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE")


@pytest.fixture
def intruder(written):
    """Raw SQL by someone who took the guards away first and put them back."""

    def run(statement, *values):
        # PostgreSQL alters no table with a deferred check pending.
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            guards.remove()
            cursor.execute(statement, values)
            guards.install()

    return run


TAMPERINGS = {
    "UPDATE {table} SET {column} = 'forged' WHERE sequence = 2": ["was changed after it was written."],
    "UPDATE {table} SET hash = 'forged' WHERE sequence = 2": [
        "was changed after it was written.",
        "does not continue the row before it.",
    ],
    "DELETE FROM {table} WHERE sequence = 2": [
        "follows number 1; rows are missing or out of order.",
        "does not continue the row before it.",
    ],
    "DELETE FROM {table} WHERE sequence = 3": ["ends at number 2, but 3 rows were written."],
    "DELETE FROM {table}": ["ends at number 0, but 3 rows were written."],
}


@pytest.mark.parametrize("model", LOGS)
@pytest.mark.parametrize("statement", TAMPERINGS)
def test_tampering_is_named(written, intruder, model, statement):
    rows = {row.sequence: f"row {row.pk} (number {row.sequence})" for row in model.objects.all()}
    column = "actor_role" if model is AccessLog else "recipient"
    intruder(statement.format(table=model._meta.db_table, column=column))
    with pytest.raises(CommandError) as refusal:
        verify()
    faults = str(refusal.value).splitlines()
    assert [fault.split(": ", 1)[1].split(" follows ")[-1] for fault in faults] == TAMPERINGS[statement]
    log = "access" if model is AccessLog else "disclosure"
    assert all(fault.startswith(f"{log} log") for fault in faults)
    if "SET" in statement:
        assert faults[0].startswith(f"{log} log, {rows[2]}: ")


def test_the_command_ends_with_1(written, intruder):
    intruder("UPDATE advising_accesslog SET reason = '' WHERE sequence = 1")
    with pytest.raises(CommandError) as refusal:
        verify()
    assert refusal.value.returncode == 1


def test_a_lost_guard_is_named(written):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        guards.remove()
    with pytest.raises(CommandError, match="The database lost its guard advising_accesslog_"):
        verify()
    guards.install()
    assert guards.missing() == []


def test_authors_and_subjects_leave_no_trace_but_refusals_do():
    author, student = make_advisor(), make_student()
    make_assignment(student, author)
    note = make_note(student, author, visibility="student")
    for person in (author.user, student.user):
        log_access(note, user=person, decision=policy.can(person, "view", note))
    assert AccessLog.objects.count() == 0
    stranger = make_advisor().user
    log_access(note, user=stranger, decision=policy.can(stranger, "view", note))
    row = AccessLog.objects.get()
    assert (row.action, row.reason, row.student) == ("refused", "", student)


def test_an_export_writes_one_row_with_its_filter_and_count():
    reader = make_advisor().user
    log_export(user=reader, noun="caseload", filters="goal=biller", count=12)
    row = AccessLog.objects.get()
    assert (row.action, row.object_type, row.detail) == (
        "exported",
        "caseload",
        {"filters": "goal=biller", "count": 12},
    )


@pytest.mark.parametrize(
    ("address", "kept"), [("::ffff:192.0.2.1", "192.0.2.1"), ("2001:DB8::1", "2001:db8::1"), ("no", None)]
)
def test_addresses_are_kept_in_one_form(address, kept, student):
    log_access(make_student(student), user=make_user("Advisor"), decision=ALLOWED, origin=Origin(address))
    assert AccessLog.objects.get().address == kept
    assert check_all() == []


def test_a_disclosure_by_consent_needs_one_in_force(student):
    record, other, keeper = make_student(student), make_student(), make_user("Administrator")
    today = timezone.localdate()
    words = {"recipient": "A college", "purpose": "Transfer", "records": "Plan"}
    facts = {**words, "requester": "A college", "basis": "consent", "was_granted": True, "disclosed_on": today}
    over = Consent.objects.create(student=record, starts_on=today, revoked_at=timezone.now(), **words)
    others = Consent.objects.create(student=other, starts_on=today, **words)
    for consent, why in ((None, "Name the consent"), (over, "withdrew"), (others, "Name the consent")):
        with pytest.raises(AdvisingError, match=why):
            record_disclosure(record, user=keeper, consent=consent, **facts)
    valid = Consent.objects.create(student=record, starts_on=today, **words)
    assert record_disclosure(record, user=keeper, consent=valid, **facts).sequence == 1
    assert LogHead.objects.get(log="disclosure").sequence == 1
