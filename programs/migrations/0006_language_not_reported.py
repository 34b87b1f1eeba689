from django.db import migrations, models


def forget_what_nobody_reported(apps, schema_editor):
    """No file that was imported tells the language of teaching; English was only the column's default."""
    Program = apps.get_model('programs', 'Program')
    imported = Program.objects.using(schema_editor.connection.alias).filter(import_key__isnull=False, language='en')
    imported.update(language='')


def assume_english(apps, schema_editor):
    Program = apps.get_model('programs', 'Program')
    Program.objects.using(schema_editor.connection.alias).filter(language='').update(language='en')


FIELD = models.CharField(
    blank=True, help_text='BCP 47 tag of the language of teaching. Empty: not reported.', max_length=10
)


class Migration(migrations.Migration):
    dependencies = [
        ('programs', '0005_figures_that_can_be'),
    ]

    operations = [
        migrations.AlterField('historicalprogram', 'language', FIELD),
        migrations.AlterField('program', 'language', FIELD),
        migrations.RunPython(forget_what_nobody_reported, assume_english),
    ]
