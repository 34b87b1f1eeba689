from decimal import Decimal

from django.core.management import CommandError
from django.db import migrations, models

SHOWN = 20

FITS = (
    models.Q(models.Q(models.Q(('measure', 'annual_wage'), ('statistic__in', ['mean', 'median', 'p10', 'p25', 'p75', 'p90']), ('unit', 'usd_per_year'), models.Q(('value__isnull', True), models.Q(('value__gte', Decimal('0.01')), ('value__lte', Decimal('10000000'))), _connector='OR')),
        models.Q(('measure', 'hourly_wage'), ('statistic__in', ['mean', 'median', 'p10', 'p25', 'p75', 'p90']), ('unit', 'usd_per_hour'), models.Q(('value__isnull', True), models.Q(('value__gte', Decimal('0.01')), ('value__lte', Decimal('5000'))), _connector='OR')),
        models.Q(('measure', 'employment'), ('statistic__in', ['count']), ('unit', 'people'), models.Q(('value__isnull', True), models.Q(('value__gte', Decimal('0')), ('value__lte', Decimal('500000000'))), _connector='OR')),
        models.Q(('measure', 'employment_growth'), ('statistic__in', ['percent']), ('unit', 'percent'), models.Q(('value__isnull', True), models.Q(('value__gte', Decimal('-100')), ('value__lte', Decimal('1000'))), _connector='OR')),
        models.Q(('measure', 'annual_openings'), ('statistic__in', ['count']), ('unit', 'openings'), models.Q(('value__isnull', True), models.Q(('value__gte', Decimal('0')), ('value__lte', Decimal('500000000'))), _connector='OR')),
        models.Q(('measure', 'completion_rate'), ('statistic__in', ['percent']), ('unit', 'percent'), models.Q(('value__isnull', True), models.Q(('value__gte', Decimal('0')), ('value__lte', Decimal('100'))), _connector='OR')),
        models.Q(('measure', 'placement_rate'), ('statistic__in', ['percent']), ('unit', 'percent'), models.Q(('value__isnull', True), models.Q(('value__gte', Decimal('0')), ('value__lte', Decimal('100'))), _connector='OR')),
        models.Q(('measure', 'exam_pass_rate'), ('statistic__in', ['percent']), ('unit', 'percent'), models.Q(('value__isnull', True), models.Q(('value__gte', Decimal('0')), ('value__lte', Decimal('100'))), _connector='OR')),
        models.Q(('measure', 'earnings'), ('statistic__in', ['mean', 'median', 'p10', 'p25', 'p75', 'p90']), ('unit', 'usd_per_year'), models.Q(('value__isnull', True), models.Q(('value__gte', Decimal('0.01')), ('value__lte', Decimal('10000000'))), _connector='OR')), _connector='OR'),
    ('area__in', ['US', 'AL', 'AK', 'AZ', 'AR', 'CA', 'CO', 'CT', 'DE', 'DC', 'FL', 'GA', 'HI', 'ID', 'IL', 'IN', 'IA', 'KS', 'KY', 'LA', 'ME', 'MD', 'MA', 'MI', 'MN', 'MS', 'MO', 'MT', 'NE', 'NV', 'NH', 'NJ', 'NM', 'NY', 'NC', 'ND', 'OH', 'OK', 'OR', 'PA', 'RI', 'SC', 'SD', 'TN', 'TX', 'UT', 'VT', 'VA', 'WA', 'WV', 'WI', 'WY', 'AS', 'FM', 'GU', 'MH', 'MP', 'PR', 'PW', 'VI']))
)
"""Measure, unit, kind, value and area go together."""


def refuse_figures_that_cannot_be(apps, schema_editor):
    """A figure that breaks the rule is somebody's to correct: nothing here could know the right one."""
    Statistic = apps.get_model('programs', 'Statistic')
    wrong = Statistic.objects.using(schema_editor.connection.alias).exclude(FITS).order_by('pk')
    total = wrong.count()
    if not total:
        return
    lines = [
        f'statistic {row.pk}: {row.measure}, {row.statistic}, {row.value} {row.unit}, area "{row.area}"'
        for row in wrong[:SHOWN]
    ]
    if total > SHOWN:
        lines.append(f'and {total - SHOWN} more')
    raise CommandError(
        f'{total} figure{"" if total == 1 else "s"} cannot be what they say. Correct or delete them under '
        'Statistics in the admin, then migrate again; nothing was changed.\n' + '\n'.join(lines)
    )


class Migration(migrations.Migration):
    """A statistic says what can be: unit and kind of its measure, a value in range, an area of the list."""

    dependencies = [
        ('programs', '0004_former_addresses_and_import_steps'),
    ]

    operations = [
        migrations.RunPython(refuse_figures_that_cannot_be, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name='statistic',
            name='statistic_says_what_it_is',
        ),
        migrations.AlterField(
            model_name='statistic',
            name='area',
            field=models.CharField(choices=[('US', 'United States'), ('AL', 'Alabama'), ('AK', 'Alaska'), ('AZ', 'Arizona'), ('AR', 'Arkansas'), ('CA', 'California'), ('CO', 'Colorado'), ('CT', 'Connecticut'), ('DE', 'Delaware'), ('DC', 'District of Columbia'), ('FL', 'Florida'), ('GA', 'Georgia'), ('HI', 'Hawaii'), ('ID', 'Idaho'), ('IL', 'Illinois'), ('IN', 'Indiana'), ('IA', 'Iowa'), ('KS', 'Kansas'), ('KY', 'Kentucky'), ('LA', 'Louisiana'), ('ME', 'Maine'), ('MD', 'Maryland'), ('MA', 'Massachusetts'), ('MI', 'Michigan'), ('MN', 'Minnesota'), ('MS', 'Mississippi'), ('MO', 'Missouri'), ('MT', 'Montana'), ('NE', 'Nebraska'), ('NV', 'Nevada'), ('NH', 'New Hampshire'), ('NJ', 'New Jersey'), ('NM', 'New Mexico'), ('NY', 'New York'), ('NC', 'North Carolina'), ('ND', 'North Dakota'), ('OH', 'Ohio'), ('OK', 'Oklahoma'), ('OR', 'Oregon'), ('PA', 'Pennsylvania'), ('RI', 'Rhode Island'), ('SC', 'South Carolina'), ('SD', 'South Dakota'), ('TN', 'Tennessee'), ('TX', 'Texas'), ('UT', 'Utah'), ('VT', 'Vermont'), ('VA', 'Virginia'), ('WA', 'Washington'), ('WV', 'West Virginia'), ('WI', 'Wisconsin'), ('WY', 'Wyoming'), ('AS', 'American Samoa'), ('FM', 'Micronesia'), ('GU', 'Guam'), ('MH', 'Marshall Islands'), ('MP', 'Northern Mariana Islands'), ('PR', 'Puerto Rico'), ('PW', 'Palau'), ('VI', 'U.S. Virgin Islands')], help_text='Where it holds.', max_length=60),
        ),
        migrations.AddConstraint(
            model_name='statistic',
            constraint=models.CheckConstraint(condition=FITS, name='statistic_says_what_it_is', violation_error_message='Measure, unit, kind, value and area do not fit together.'),
        ),
    ]
