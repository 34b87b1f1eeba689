from django.core.management.base import BaseCommand, CommandError

from advising.services.logs import LOGS, check_all


class Command(BaseCommand):
    help = "Recompute both logs; name every row that was changed, removed or put in. Exit code 1 if there is one."

    def handle(self, **options):
        if faults := check_all():
            raise CommandError("\n".join(faults))
        for log, model in LOGS.items():
            self.stdout.write(f"{log} log: {model.objects.count()} rows, whole.")
