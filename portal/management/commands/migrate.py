"""``manage.py migrate``, which drops no table that holds records unless it is told to."""

from collections.abc import Iterator

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations import CreateModel
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import AmbiguityError

SHOWN_TABLES = 20


class Command(migrate.Command):
    """Going back before ``programs 0002``, say, takes the advising records along: they rest on it."""

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--drop-records", action="store_true", help="go back even where that deletes tables with records in them"
        )

    def handle(self, *args, **options):
        if options["migration_name"] and not options["drop_records"]:
            _refuse_to_drop_records(options["database"], options["app_label"], options["migration_name"])
        super().handle(*args, **options)


def _refuse_to_drop_records(database: str, app_label: str, migration_name: str) -> None:
    """Raises CommandError that names the tables and their rows; nothing is changed yet."""
    connection = connections[database]
    executor = MigrationExecutor(connection)
    try:
        target = executor.loader.get_migration_by_prefix(app_label, migration_name).name
    except (AmbiguityError, KeyError):  # zero; or no migration, which Django says itself
        target = None
    if target is None and migration_name != "zero":
        return
    held = {}
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        for table in _tables_dropped(executor.migration_plan([(app_label, target)])):
            if table in existing:
                cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our own name
                held[table] = cursor.fetchone()[0]
    lost = sorted(((rows, table) for table, rows in held.items() if rows), reverse=True)
    if lost:
        lines = [f"  {table}: {rows:,}" for rows, table in lost[:SHOWN_TABLES]]
        if len(lost) > SHOWN_TABLES:
            lines.append(f"  and {len(lost) - SHOWN_TABLES} more tables")
        raise CommandError(
            f"Going back to {app_label} {migration_name} would delete {sum(rows for rows, _ in lost):,} records for "
            "good, so nothing was changed. Make a backup first, and repeat the command with --drop-records if that is "
            "what you want:\n" + "\n".join(lines)
        )


def _tables_dropped(plan) -> Iterator[str]:
    for migration, is_backward in plan:
        for operation in migration.operations if is_backward else ():
            if isinstance(operation, CreateModel):
                yield operation.options.get("db_table") or f"{migration.app_label}_{operation.name_lower}"
