from django.apps import AppConfig
from django.db.backends.signals import connection_created


class AdvisingConfig(AppConfig):
    name = "advising"
    verbose_name = "Advising"

    def ready(self):
        from advising.querysets import folding  # what it builds on needs every app named first

        connection_created.connect(folding.teach)
