"""The caseload of one advisor with 5,000 students and 100,000 notes, against the bar of 100 ms at the 95th percentile.

``python -m tests.bench.run bench_caseload ../shared/data`` works on any migrated database that DATABASE_URL names.
"""

from io import StringIO

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advising.models import AdvisorProfile, Note, StudentProfile
from tests.bench.bench_search import Bars, milliseconds, p95

STUDENTS, ROUNDS, BAR = 5000, 8, 100

PAGES = (
    "",
    "page=60",
    "sort=contact",
    "sort=next",
    "sort=alerts",
    "sort=overdue&page=9",
    "no_contact=30",
    "no_contact=90&sort=contact",
    "no_contact=never",
    "next=no&alerts=on",
    "overdue=on",
    "whose=unit",
    "q=student12",
)
"""One query of every filter and order."""


def main(data: str) -> bool:
    """Print the figures; whether every bar is met."""
    if StudentProfile.objects.count() < STUDENTS:
        call_command("load_demo", stdout=StringIO())  # the chains that the students' plans follow
        call_command("seed_load", students=STUDENTS, yes=True)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    print(f"{StudentProfile.objects.count():,} students, {Note.objects.count():,} notes")
    bars = Bars()
    client = Client()
    client.force_login(AdvisorProfile.objects.order_by("pk").last().user)
    statements, times = set(), []
    for query in PAGES:
        address = f"/advising/caseload/?{query}"
        client.get(address)
        with CaptureQueriesContext(connection) as taken:
            assert client.get(address).status_code == 200
            number = len(taken)
        statements.add(number)
        own = [milliseconds(lambda address=address: client.get(address)) for _ in range(ROUNDS)]
        print(f"  {query or 'as it opens'}: {min(own):.0f} to {max(own):.0f} ms, {number} statements")
        times += own
    bars.check("caseload page, 95th percentile", p95(times), "ms", BAR)
    print(f"the whole list as CSV: {milliseconds(lambda: client.get('/advising/caseload.csv')):,.0f} ms")
    bars.check("statements apart between the pages", max(statements) - min(statements), "", 3)
    return not bars.missed
