"""``make bench DATA=folder``: the national catalog on each engine, and every benchmark over it.

Each benchmark is a module ``bench_*`` here, run in a process of its own with DATABASE_URL set: ``main(data)`` prints
its figures beside the bars of the design and returns whether each was met. ``bench_import`` comes
first: it fills the database.
"""

import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.postgres import find_programs, throwaway_server

HERE = Path(__file__).parent


def engines() -> Iterator[tuple[str, str]]:
    """(name, DATABASE_URL) of an empty database on each engine that this machine has."""
    with tempfile.TemporaryDirectory() as folder:
        yield "SQLite", f"sqlite:///{Path(folder) / 'national.sqlite3'}"
    if programs := find_programs():
        with throwaway_server(programs) as url:
            yield "PostgreSQL", url
    else:
        print("PostgreSQL: left out, initdb not found")


def machine() -> str:
    """What the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}, Python {platform.python_version()}"


def main(data: str) -> int:
    print(machine(), flush=True)
    others = sorted(path.stem for path in HERE.glob("bench_*.py") if path.stem != "bench_import")
    missed = []
    for engine, url in engines():
        print(f"\n{engine}", flush=True)
        environment = {
            "SECRET_KEY": "only-for-benchmarks-" * 3,
            "ALLOWED_HOSTS": "localhost,testserver",
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        }
        for name in ["bench_import", *others]:
            command = [sys.executable, "-m", "tests.bench.run", name, data]
            if subprocess.run(command, env=environment).returncode:
                missed.append(f"{name} on {engine}")
    print(f"\nMissed: {', '.join(missed)}" if missed else "\nEvery bar is met.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
