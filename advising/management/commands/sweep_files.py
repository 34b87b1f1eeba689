from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError

from advising.services.attachments import delete_unlisted, unlisted_files


class Command(BaseCommand):
    help = """List stored files that no note lists, and with --delete delete them. A process that was killed while it
    saved a note leaves such files. After an older copy of the database was restored, files of later notes are among
    them: look at the list first."""

    def add_arguments(self, parser):
        parser.add_argument("--delete", action="store_true", help="delete them; without it they are only listed")
        parser.add_argument(
            "--hours", type=int, default=24, help="leave alone what is younger than this many hours (default: 24)"
        )

    def handle(self, **options):
        if options["hours"] < 1:
            raise CommandError("Leave alone at least what is younger than one hour: its note may just be saved.")
        names = unlisted_files(older_than=timedelta(hours=options["hours"]))
        for name in names:
            if options["delete"]:
                delete_unlisted(name)
            self.stdout.write(name)
        done = "deleted" if options["delete"] else "found; --delete deletes them"
        self.stdout.write(f"{len(names)} file{'' if len(names) == 1 else 's'} without a note {done}.")
