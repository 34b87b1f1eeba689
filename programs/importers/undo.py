"""How an import that SQLite took in short steps is taken back: the recipe of sqlite.org/undoredo.html.

While it writes, triggers of its own connection note with each row of the directory the statement that undoes it, in
the same transaction; so what is noted is what was written, wherever the process ends.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.apps import apps
from django.db import IntegrityError, connection, transaction

from programs.choices import ChangeScope
from programs.models import CatalogChange, CatalogRevision, ImportRun, UndoStep
from programs.search import record_change

AT_ONCE = 500
"""Rows that one transaction takes back: a few hundredths of a second."""

NOT_NOTED = (ImportRun, UndoStep, CatalogRevision, CatalogChange)
"""What says how an import went is not part of it."""


@contextmanager
def noted_for_undo() -> Iterator[None]:
    """Every row that this connection writes to the directory inside the block leaves an UndoStep."""
    triggers = _triggers()
    with connection.cursor() as cursor:
        for name, body in triggers.items():
            cursor.execute(f"CREATE TEMP TRIGGER {name} {body}")
        try:
            yield
        finally:
            for name in triggers:
                cursor.execute(f"DROP TRIGGER temp.{name}")


def forget() -> None:
    """Let what was written stand."""
    UndoStep.objects.all()._raw_delete(UndoStep.objects.db)  # all rows in one go, however many


def take_back() -> None:
    """Undo, newest first, what was noted and not forgotten. New rows that others refer to by now stay."""
    if not UndoStep.objects.exists():
        return
    while steps := list(UndoStep.objects.order_by("-id")[:AT_ONCE]):
        try:
            _undo(steps)
        except IntegrityError:
            for step in steps:
                with suppress(IntegrityError):
                    _undo([step])
            UndoStep.objects.filter(id__gte=steps[-1].pk).delete()
    record_change(ChangeScope.CATALOG)


def _undo(steps: list[UndoStep]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for step in steps:
            cursor.execute(step.statement)
        UndoStep.objects.filter(pk__in=[step.pk for step in steps]).delete()


def _triggers() -> dict[str, str]:
    """Name and body of each trigger: a new row is deleted, a changed column gets its value back unless somebody
    changed it since, a deleted row returns."""
    triggers, note = {}, f"INSERT INTO {UndoStep._meta.db_table} (statement) VALUES"
    for model in apps.get_app_config("programs").get_models(include_auto_created=True):
        if model in NOT_NOTED:
            continue
        table, key = model._meta.db_table, model._meta.pk.column
        columns = [field.column for field in model._meta.local_concrete_fields]
        names, former = ",".join(f'"{name}"' for name in columns), "||','||".join(f'quote(OLD."{c}")' for c in columns)
        changed = "||".join(
            f"""CASE WHEN OLD."{name}" IS NEW."{name}" THEN '' ELSE '"{name}"=CASE WHEN "{name}" IS '"""
            f"""||quote(NEW."{name}")||' THEN '||quote(OLD."{name}")||' ELSE "{name}" END,' END"""
            for name in columns
        )
        old, new = (f"""'"{key}"='||quote({row}."{key}")""" for row in ("OLD", "NEW"))
        statements = {
            "INSERT": f"'DELETE FROM {table} WHERE '||{new}",  # noqa: S608 - our own names, here and below
            "UPDATE": f"""'UPDATE {table} SET '||{changed}||'"{key}"="{key}" WHERE '||{old}""",  # noqa: S608 - as above
            "DELETE": f"'INSERT INTO {table} ({names}) VALUES ('||{former}||')'",  # noqa: S608 - as above
        }
        for event, undo in statements.items():
            triggers[f"undo_{table}_{event.lower()}"] = f"AFTER {event} ON main.{table} BEGIN {note} ({undo}); END"
    return triggers
