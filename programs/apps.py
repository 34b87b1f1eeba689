from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "programs"
    verbose_name = "Directory"

    def ready(self):
        from programs import search

        search.connect()
