import logging

from django.core.management.base import BaseCommand, CommandError

from advising.services import alerts, items, outbox, reminders, saved, searches
from portal.services import account_mail

logger = logging.getLogger(__name__)

STEPS = (
    alerts.escalate_overdue,
    reminders.withdraw_reminders,
    reminders.remind_upcoming,
    items.remind_of_due,
    searches.tell_of_matches,
    saved.tell_of_retired,
)
"""What is to be told before the mail goes out. Each step takes nothing, is safe to repeat and to run twice at once,
and says how many it told or took back; a step that fails does not keep the others from running."""


class Command(BaseCommand):
    help = "Tell what has come due, then mail the notifications that wait. Run it every few minutes; runs may overlap."

    def add_arguments(self, parser):
        parser.add_argument("--limit", type=int, default=1000, help="mails in this run, at most (1000)")
        parser.add_argument("--retry-failed", action="store_true", help="first take up again what was given up")

    def handle(self, *, limit, retry_failed, **options):
        faults = []
        for step in STEPS:
            name = f"{step.__module__.rpartition('.')[2]}.{step.__name__}"
            try:
                self.stdout.write(f"{name}: {step()}")
            except Exception as error:
                # The type alone: what a database says of a refused row holds the row.
                logger.error("The step %s failed: %s", name, type(error).__name__)
                faults.append(f"The step {name} failed ({type(error).__name__}).")
        if retry_failed:
            self.stdout.write(f"taken up again: {outbox.retry_given_up()}")
        for name, send in (("accounts", account_mail.send_waiting), ("notifications", outbox.send_waiting)):
            tally = send(limit=limit)
            counts = f"mailed: {tally.sent}, put off: {tally.put_off}, given up: {tally.given_up}"
            self.stdout.write(f"{name}: {counts}")
            if tally.unreachable:
                faults.append(
                    f"The mail server cannot be reached ({tally.unreachable}). Nothing is lost; run this again."
                )
        if faults:
            raise CommandError("\n".join(dict.fromkeys(faults)))
