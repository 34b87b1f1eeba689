from django.db import migrations

from advising.services import guards


def install(apps, schema_editor):
    guards.install(schema_editor.connection)


def remove(apps, schema_editor):
    guards.remove(schema_editor.connection)


class Migration(migrations.Migration):
    """Append-only logs and no overlapping primary advisors, held by the database on either engine."""

    dependencies = [("advising", "0001_advising_record")]

    operations = [migrations.RunPython(install, remove, elidable=False)]
