"""The pages of job titles, certifications, occupations and guides on the national catalog, against their bars.

Times are of the whole answer in one process, as a visitor gets it; the share of the processor is printed beside them,
because a machine that is busy with something else makes the wall clock slower and the work no more.
"""

import random
import statistics
import time
from io import StringIO

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from programs.models import Certification, Guide, JobTitle, Occupation
from programs.search.index import snapshot

PAGES = 200
BAR = 60.0
"""Milliseconds at the 95th percentile."""

GUIDE_BAR = 200.0
"""A guide is one long page of everything above."""

STATEMENTS = 25
"""No page may take more, whatever it lists."""


def measure(client: Client, address: str) -> tuple[float, float, int]:
    """(milliseconds, milliseconds of processor, statements) of one page. Raises SystemExit if it does not answer."""
    with CaptureQueriesContext(connection) as queries:
        began, worked = time.perf_counter(), time.process_time()
        status = client.get(address).status_code
        took, busy = time.perf_counter() - began, time.process_time() - worked
    if status != 200:
        raise SystemExit(f"{address} answers {status}")
    return took * 1000, busy * 1000, len(queries)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def main(data: str) -> bool:
    """Print the figures; whether every page keeps the bars. The database stays as it was."""
    with transaction.atomic():
        call_command("load_demo", stdout=StringIO())  # the certifications and guides that no imported file holds
        snapshot.current()
        kept = [bench_kind(*kind) for kind in kinds()]
        transaction.set_rollback(True)
    return all(kept)


def kinds() -> tuple:
    """(what, its records, milliseconds at most) of each kind of page."""
    return (
        ("job title", JobTitle.objects.published(), BAR),
        ("occupation", Occupation.objects.all(), BAR),
        ("certification", Certification.objects.published(), BAR),
        ("guide", Guide.objects.published(), GUIDE_BAR),
    )


def bench_kind(name: str, records, bar: float) -> bool:
    client = Client()
    addresses = [record.get_absolute_url() for record in records.order_by("pk")]
    chosen = random.Random(11).sample(addresses, min(PAGES, len(addresses)))
    client.get(chosen[0])
    times, busy, statements = zip(*(measure(client, address) for address in chosen), strict=True)
    high = percentile(times, 0.95)
    kept = high <= bar and max(statements) <= STATEMENTS
    print(
        f"{name} page, {len(chosen)}: median {statistics.median(times):.0f} ms, p95 {high:.0f} ms "
        f"(processor {percentile(busy, 0.95):.0f} ms; at most {bar:g}), "
        f"{min(statements)} to {max(statements)} statements (at most {STATEMENTS}){'' if kept else '  MISSED'}",
        flush=True,
    )
    return kept
