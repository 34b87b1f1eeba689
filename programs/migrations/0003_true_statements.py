import json
from hashlib import blake2b

from django.db import migrations, models
from django.db.models import Exists, OuterRef

DIGESTED = ("modality", "modality_basis", "duration_min_weeks", "duration_max_weeks", "duration_basis", "source_id")
BATCH = 2000
USUAL_STEPS = {
    "cybersecurity": ["Study computing, networks or security", "Work with systems and users"],
    "medical-assisting": ["Complete a medical assisting program", "Pass a certification exam"],
    "medical-billing-and-coding": ["Complete a billing and coding program", "Pass a certification exam"],
}


def _digest(offering):
    """What an import of that release calls the fingerprint of an offering that it wrote."""
    values = [getattr(offering, column) for column in DIGESTED]
    return blake2b(json.dumps(values, default=str).encode(), digest_size=16).hexdigest()


def _set_delivery(offerings, modality, basis):
    """Give the offerings this delivery; one that nobody edited since its import stays one that nobody edited."""
    batch = []
    for offering in offerings.only("pk", "import_digest", *DIGESTED).iterator(chunk_size=BATCH):
        is_untouched = offering.import_digest and offering.import_digest == _digest(offering)
        offering.modality, offering.modality_basis = modality, basis
        if is_untouched:
            offering.import_digest = _digest(offering)
        batch.append(offering)
    offerings.model.objects.bulk_update(batch, ["modality", "modality_basis", "import_digest"], batch_size=500)


def say_less_of_families(apps, schema_editor):
    """A flag of a whole family makes no program online; the next import finds those of which it is the only one."""
    offerings = apps.get_model("programs", "Offering").objects.filter(modality_basis="family_flag")
    _set_delivery(offerings.exclude(modality="unknown"), "unknown", "family_flag")


def say_online_of_families(apps, schema_editor):
    offerings = apps.get_model("programs", "Offering").objects
    _set_delivery(offerings.filter(modality_basis__in=["family_flag", "only_program"]), "online", "family_flag")


def tell_who_chose(apps, schema_editor):
    """What a person saved in admin is that person's choice; all else came from an import or the shipped catalog."""
    links = apps.get_model("programs", "JobTitleOccupation").objects
    edits = apps.get_model("programs", "HistoricalJobTitle").objects.filter(
        id=OuterRef("job_title_id"), history_user__isnull=False
    )
    untouched = links.filter(~Exists(edits))
    untouched.filter(job_title__import_key__isnull=True).update(chosen_by="catalog")
    untouched.filter(job_title__import_key__isnull=False).update(chosen_by="import")


def required_to_need(apps, schema_editor):
    """Also of the shipped guides, whose text says of these steps that they are usual and not required."""
    steps = apps.get_model("programs", "PathwayStep").objects
    steps.filter(required=False).update(need="optional")
    for slug, titles in USUAL_STEPS.items():
        steps.filter(guide__slug=slug, title__in=titles).update(need="usual")


def need_to_required(apps, schema_editor):
    apps.get_model("programs", "PathwayStep").objects.filter(need="optional").update(required=False)


class Migration(migrations.Migration):

    dependencies = [
        ('programs', '0002_constraint_messages'),
    ]

    operations = [
        migrations.AddField(
            model_name='jobtitleoccupation',
            name='chosen_by',
            field=models.CharField(choices=[('import', 'Imported'), ('catalog', 'Shipped catalog'), ('editor', 'Editor')], default='editor', editable=False, max_length=8),
        ),
        migrations.RunPython(tell_who_chose, migrations.RunPython.noop),
        migrations.AddField(
            model_name='occupation',
            name='education_group_names',
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.AddField(
            model_name='pathwaystep',
            name='need',
            field=models.CharField(choices=[('required', 'Required'), ('usual', 'Usual'), ('optional', 'Optional')], default='required', max_length=8),
        ),
        migrations.RunPython(required_to_need, need_to_required),
        migrations.RemoveField(
            model_name='pathwaystep',
            name='required',
        ),
        migrations.AddField(
            model_name='statistic',
            name='group_code',
            field=models.CharField(blank=True, help_text='The code under which the publisher gives several occupations together.', max_length=7),
        ),
        migrations.AddField(
            model_name='statistic',
            name='group_names',
            field=models.TextField(blank=True, help_text='The occupations of that group, separated by semicolons.'),
        ),
        migrations.AlterField(
            model_name='historicaloffering',
            name='modality_basis',
            field=models.CharField(choices=[('reported', 'Reported by the school'), ('family_flag', 'College Scorecard flag for the field family and level'), ('only_program', 'College Scorecard flag for the field family and level, which has only this program'), ('all_distance', 'College Scorecard: the school teaches only at a distance'), ('unknown', 'Not reported')], default='unknown', max_length=12),
        ),
        migrations.AlterField(
            model_name='offering',
            name='modality_basis',
            field=models.CharField(choices=[('reported', 'Reported by the school'), ('family_flag', 'College Scorecard flag for the field family and level'), ('only_program', 'College Scorecard flag for the field family and level, which has only this program'), ('all_distance', 'College Scorecard: the school teaches only at a distance'), ('unknown', 'Not reported')], default='unknown', max_length=12),
        ),
        migrations.RunPython(say_less_of_families, say_online_of_families),
        migrations.AddConstraint(
            model_name='offering',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('modality_basis', 'family_flag'), _negated=True), ('modality', 'unknown'), _connector='OR'), name='offering_family_flag_is_no_modality', violation_error_message='The flag of a whole family says of no one program how it is taught. Choose how you know the modality, or leave it as not reported.'),
        ),
        migrations.AddConstraint(
            model_name='statistic',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('group_code', ''), ('group_names', '')), models.Q(('occupation__isnull', False), models.Q(('group_code', ''), _negated=True), models.Q(('group_names', ''), _negated=True)), _connector='OR'), name='statistic_group_is_named', violation_error_message='Give the code of the group and the names of its occupations, or neither.'),
        ),
    ]
