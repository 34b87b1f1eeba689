from django.db import migrations, models


class Migration(migrations.Migration):
    """The table of the shared cache, as Django's ``createcachetable`` makes it. No model is behind it."""

    dependencies = [("portal", "0001_users")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.CreateModel(
                    name="SharedCacheEntry",
                    fields=[
                        ("cache_key", models.CharField(max_length=255, primary_key=True, serialize=False)),
                        ("value", models.TextField()),
                        ("expires", models.DateTimeField(db_index=True)),
                    ],
                    options={"db_table": "portal_shared_cache"},
                ),
            ],
        ),
    ]
