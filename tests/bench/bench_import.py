"""The national import: how long, how much memory, and that a second run writes nothing.

``python -m tests.bench.bench_import ../shared/data`` loads a database of its own in SQLite, or the empty one that
DATABASE_URL names. The bars are those of the design: 5 minutes, 2 GB.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SECONDS, MEGABYTES = 300, 2048
EXPECTED = {"programs": 267_595, "schools with programs": 5_869, "offerings": 267_595}
COUNT = """
from programs.models import Offering, Program
print(Program.objects.count(), Program.objects.values("organization").distinct().count(), Offering.objects.count())
"""


def manage(*arguments: str, environment: dict) -> tuple[str, float, float]:
    """What ``manage.py`` prints, the seconds it takes and its peak memory in megabytes. Raises SystemExit."""
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen([sys.executable, "manage.py", *arguments], stdout=output, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        output.seek(0)
        text = output.read()
    if status:
        raise SystemExit(f"manage.py {' '.join(arguments)} failed")
    return text.strip(), time.monotonic() - began, usage.ru_maxrss / 1024


def main(data: str) -> bool:
    """Print the figures; whether every bar is met."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "SECRET_KEY": "only-for-benchmarks-" * 3,
            "ALLOWED_HOSTS": "localhost",
            "DATABASE_URL": f"sqlite:///{Path(folder) / 'national.sqlite3'}",
            **os.environ,
        }
        manage("migrate", "--verbosity=0", environment=environment)
        first, *cost = manage("import_data", "all", data, environment=environment)
        second, *again = manage("import_data", "all", data, environment=environment)
        found, *_ = manage("shell", "--verbosity=0", "--command", COUNT, environment=environment)
    counts = dict(zip(EXPECTED, map(int, found.split()), strict=True))
    written = second.splitlines()[-1]
    print(f"national import: {first.splitlines()[-1]} {cost[0]:.0f} s, {cost[1]:.0f} MB (bars {SECONDS}, {MEGABYTES})")
    print(f"again: {written} {again[0]:.0f} s, {again[1]:.0f} MB")
    print(", ".join(f"{number:,} {name}" for name, number in counts.items()))
    return counts == EXPECTED and written == "0 rows written." and cost[0] <= SECONDS and cost[1] <= MEGABYTES


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1]) else 1)
