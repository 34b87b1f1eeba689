import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Imports that SQLite takes in steps, and the addresses that records have left."""

    dependencies = [
        ('programs', '0003_true_statements'),
    ]

    operations = [
        migrations.AddField(
            model_name='importrun',
            name='made',
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name='UndoStep',
            fields=[
                ('id', models.IntegerField(primary_key=True, serialize=False)),
                ('statement', models.TextField()),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='FormerAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=160)),
                ('left_at', models.DateTimeField(auto_now=True)),
                ('school', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='programs.organization')),
                ('organization', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='former_addresses', to='programs.organization')),
                ('program', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='former_addresses', to='programs.program')),
                ('certification', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='former_addresses', to='programs.certification')),
                ('job_title', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='former_addresses', to='programs.jobtitle')),
                ('guide', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='former_addresses', to='programs.guide')),
            ],
            options={
                'verbose_name_plural': 'former addresses',
                'ordering': ['slug'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('certification__isnull', True), ('guide__isnull', True), ('job_title__isnull', True), ('organization__isnull', False), ('program__isnull', True)), models.Q(('certification__isnull', True), ('guide__isnull', True), ('job_title__isnull', True), ('organization__isnull', True), ('program__isnull', False)), models.Q(('certification__isnull', False), ('guide__isnull', True), ('job_title__isnull', True), ('organization__isnull', True), ('program__isnull', True)), models.Q(('certification__isnull', True), ('guide__isnull', True), ('job_title__isnull', False), ('organization__isnull', True), ('program__isnull', True)), models.Q(('certification__isnull', True), ('guide__isnull', False), ('job_title__isnull', True), ('organization__isnull', True), ('program__isnull', True)), _connector='OR'), name='former_address_of_one_record'),
                    models.CheckConstraint(condition=models.Q(models.Q(('program__isnull', True), ('school__isnull', True)), models.Q(('program__isnull', False), ('school__isnull', False)), _connector='OR'), name='former_address_of_a_program_has_its_school'),
                    models.UniqueConstraint(condition=models.Q(('organization__isnull', False)), fields=('slug',), name='former_address_once_per_organization'),
                    models.UniqueConstraint(condition=models.Q(('program__isnull', False)), fields=('school', 'slug'), name='former_address_once_per_program'),
                    models.UniqueConstraint(condition=models.Q(('certification__isnull', False)), fields=('slug',), name='former_address_once_per_certification'),
                    models.UniqueConstraint(condition=models.Q(('job_title__isnull', False)), fields=('slug',), name='former_address_once_per_job_title'),
                    models.UniqueConstraint(condition=models.Q(('guide__isnull', False)), fields=('slug',), name='former_address_once_per_guide'),
                ],
            },
        ),
    ]
