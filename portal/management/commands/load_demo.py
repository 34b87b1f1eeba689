from django.core.management.base import BaseCommand, CommandError

from portal.services.demo_accounts import make_demo_accounts
from portal.services.demo_records import make_records_of_accounts
from programs.exceptions import DirectoryError
from programs.services.shipped_catalog import load_shipped_catalog
from programs.services.shipped_guides import load_shipped_guides


class Command(BaseCommand):
    help = "Load the shipped catalog, its guides and, in demo mode, accounts and records. Safe to repeat."

    def handle(self, **options):
        try:
            counts = load_shipped_catalog()
            guides = load_shipped_guides()
        except DirectoryError as error:
            raise CommandError(str(error)) from error
        accounts = make_demo_accounts()
        students = make_records_of_accounts()
        if counts:
            self.stdout.write(f"Loaded the shipped catalog: {sum(counts.values()):,} rows.")
        if guides:
            self.stdout.write(f"Loaded {guides['programs_guide']} career guides.")
        if accounts:
            self.stdout.write(f"Made {accounts} accounts for the demonstration.")
        if students:
            self.stdout.write(f"Made the advising records of {students} students.")
        if not any((counts, guides, accounts, students)):
            self.stdout.write("The shipped catalog is loaded already; nothing to do.")
