from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from advising.services.seed import NOTES_EACH, seed_load


class Command(BaseCommand):
    help = "Add invented students with records, in bulk, to measure with. Never on a site that people use."

    def add_arguments(self, parser):
        parser.add_argument("--students", type=int, required=True, help="How many to add.")
        parser.add_argument("--advisors", type=int, default=1, help="Among how many advisors to deal them out.")
        parser.add_argument("--yes", action="store_true", help="Add them although this is neither DEBUG nor DEMO.")

    def handle(self, *, students: int, advisors: int, yes: bool, **options):
        if not (settings.DEBUG or settings.DEMO or yes):
            raise CommandError("This adds invented students. Say --yes if this site is only for measuring.")
        if students < 1 or advisors < 1:
            raise CommandError("Name at least one student and one advisor.")
        seed_load(students, advisors=advisors)
        self.stdout.write(f"Added {students:,} students and {students * NOTES_EACH:,} notes.")
