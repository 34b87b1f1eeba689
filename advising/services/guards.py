"""What the database itself refuses: changing a log, and two primary advisors of one student at one time.

The one place with SQL of both engines. Migrations install these; SQLite forgets the triggers of a table that a
migration rebuilds, so a migration that alters a guarded table ends with ``install`` (a test and ``verify_audit`` look
for missing ones).
"""

from django.db import connection as default_connection
from django.db.backends.base.base import BaseDatabaseWrapper

LOGS = ("advising_accesslog", "advising_disclosurelog")
ASSIGNMENTS = "advising_assignment"

_OVERLAP = """
    SELECT RAISE(ABORT, 'assignment_primaries_do_not_overlap')
    WHERE NEW.kind = 'primary' AND NEW.starts_on < COALESCE(NEW.ends_on, '9999-12-31') AND EXISTS (
        SELECT 1 FROM advising_assignment AS other
        WHERE other.student_id = NEW.student_id AND other.kind = 'primary' AND other.id IS NOT NEW.id
        AND other.starts_on < COALESCE(other.ends_on, '9999-12-31')
        AND other.starts_on < COALESCE(NEW.ends_on, '9999-12-31')
        AND NEW.starts_on < COALESCE(other.ends_on, '9999-12-31'))
"""


def _sqlite() -> dict[str, str]:
    """Name and statement of each trigger. REPLACE deletes without a word, hence the guard on inserts."""
    triggers: dict[str, str] = {}
    for table in LOGS:
        refuse = f"SELECT RAISE(ABORT, '{table} only grows')"
        taken = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id OR sequence = NEW.sequence)"  # noqa: S608 - our own names
        triggers |= {
            f"{table}_no_update": f"BEFORE UPDATE ON {table} BEGIN {refuse}; END",
            f"{table}_no_delete": f"BEFORE DELETE ON {table} BEGIN {refuse}; END",
            f"{table}_no_replace": f"BEFORE INSERT ON {table} WHEN {taken} BEGIN {refuse}; END",
        }
    for event in ("insert", "update"):
        triggers[f"assignment_no_overlap_{event}"] = f"BEFORE {event.upper()} ON {ASSIGNMENTS} BEGIN {_OVERLAP}; END"
    return {name: f"CREATE TRIGGER {name} {body}" for name, body in triggers.items()}


def _postgresql() -> dict[str, str]:
    triggers = {
        f"{table}_append_only": (
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION advising_refuse_change()"
        )
        for table in LOGS
    }
    # A one-number range stands for the student, so that no extension is needed for the equality.
    overlap = (
        f"ALTER TABLE {ASSIGNMENTS} ADD CONSTRAINT assignment_primaries_do_not_overlap EXCLUDE USING gist"
        " (int8range(student_id, student_id, '[]') WITH &&, daterange(starts_on, ends_on, '[)') WITH &&)"
        " WHERE (kind = 'primary')"
    )
    return {**triggers, "assignment_primaries_do_not_overlap": overlap}


_FUNCTION = """
CREATE OR REPLACE FUNCTION advising_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def present(connection: BaseDatabaseWrapper = default_connection) -> set[str]:
    """Names of the guards that the database holds."""
    if connection.vendor == "postgresql":
        query = (
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
            " UNION SELECT conname FROM pg_constraint WHERE contype = 'x'"
        )
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall()} & wanted(connection).keys()


def wanted(connection: BaseDatabaseWrapper = default_connection) -> dict[str, str]:
    return _postgresql() if connection.vendor == "postgresql" else _sqlite()


def missing(connection: BaseDatabaseWrapper = default_connection) -> list[str]:
    return sorted(wanted(connection).keys() - present(connection))


def install(connection: BaseDatabaseWrapper = default_connection) -> None:
    """Add the guards that are missing."""
    names = missing(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for name in names:
            cursor.execute(wanted(connection)[name])


def remove(connection: BaseDatabaseWrapper = default_connection) -> None:
    """Take every guard away: to undo the migration, and for a test that plays the intruder."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in LOGS:
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
            cursor.execute(f"ALTER TABLE {ASSIGNMENTS} DROP CONSTRAINT IF EXISTS assignment_primaries_do_not_overlap")
            cursor.execute("DROP FUNCTION IF EXISTS advising_refuse_change()")
        else:
            for name in _sqlite():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
