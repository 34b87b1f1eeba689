import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from advising.services import guards

DECIDED = ["granted", "refused", "hearing", "scheduled"]


def nothing(apps, schema_editor):
    pass


def install_guards(apps, schema_editor):
    guards.install(schema_editor.connection)


def someone(name):
    return (
        name,
        models.ForeignKey(
            blank=True,
            null=True,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="+",
            to=settings.AUTH_USER_MODEL,
        ),
    )


class Migration(migrations.Migration):
    """Hearings on refused corrections, and disclosures by consent that name it. SQLite rebuilds the disclosure log
    for its new constraint, either way, and forgets its triggers: they are put back last."""

    dependencies = [
        ("advising", "0005_saved_search_mail"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(nothing, install_guards),
        migrations.AlterField(
            model_name="accesslog",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("self", "It is their own record"),
                    ("author", "Wrote it"),
                    ("assigned", "Assigned to the student"),
                    ("unit", "Works in a unit that advises the student"),
                    ("open_alert", "Answers an open alert"),
                    ("appointment", "Meets the student"),
                    ("break_glass", "Emergency access, with a reason"),
                    ("hearing", "Presides over a hearing on it"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="consent",
            name="given_at",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AlterField(
            model_name="recordrequest",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Waiting for a decision"),
                    ("granted", "Granted"),
                    ("refused", "Refused"),
                    ("hearing", "Hearing asked for"),
                    ("scheduled", "Hearing arranged"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="open",
                max_length=10,
            ),
        ),
        migrations.RemoveConstraint(model_name="recordrequest", name="record_request_decided_by_someone"),
        migrations.AddConstraint(
            model_name="recordrequest",
            constraint=models.CheckConstraint(
                condition=~Q(state__in=DECIDED) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="record_request_decided_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="recordrequest",
            constraint=models.CheckConstraint(
                condition=~Q(state__in=["hearing", "scheduled"]) | Q(kind="amend"),
                name="record_hearing_on_an_amendment",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosurelog",
            constraint=models.CheckConstraint(
                condition=Q(was_granted=False) | ~Q(basis="consent") | Q(consent__isnull=False),
                name="disclosure_by_consent_names_it",
            ),
        ),
        migrations.CreateModel(
            name="Hearing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hearing",
                        to="advising.recordrequest",
                    ),
                ),
                (
                    "refused_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("takes_place_at", models.DateTimeField(blank=True, null=True, verbose_name="when")),
                ("place", models.CharField(blank=True, max_length=200)),
                someone("presider"),
                someone("arranged_by"),
                ("reasons", models.TextField(blank=True)),
                someone("closed_by"),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-asked_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(takes_place_at=None, presider=None, arranged_by=None, place="")
                        | Q(takes_place_at__isnull=False, presider__isnull=False, arranged_by__isnull=False)
                        & ~Q(place=""),
                        name="hearing_is_arranged_whole",
                    ),
                    models.CheckConstraint(
                        condition=Q(closed_at=None, closed_by=None, reasons="")
                        | Q(
                            takes_place_at__isnull=False,
                            closed_at__gte=F("takes_place_at"),
                            closed_by__isnull=False,
                        )
                        & ~Q(reasons=""),
                        name="hearing_is_closed_with_reasons",
                    ),
                    models.CheckConstraint(
                        condition=Q(presider=None) | ~Q(presider=F("refused_by")), name="hearing_not_by_who_refused"
                    ),
                ],
            },
        ),
        migrations.RunPython(install_guards, nothing),
    ]
