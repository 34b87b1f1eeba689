"""Runs everything that ``make test`` promises, leg by leg, and says plainly what ran and what was left out.

Legs: lint; the suite on SQLite; what reaches a database again on PostgreSQL where ``initdb`` is found; the browser
tests where Chromium is found; the coverage of the two engines together. Tests that walk over every page run on one
engine, SQLite, where asking is cheapest. With ``--require-all`` a leg that was left out is a failure; ``--quick`` is
lint and, on SQLite, the tests of what changed since the last commit. What follows ``--`` goes to pytest.
"""

import argparse
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

from tests import covered
from tests.changed import named_after_changes
from tests.postgres import find_programs, throwaway_server

ROOT = Path(__file__).resolve().parent.parent

NO_TESTS = 5
"""pytest's exit code when it ran no test; right for a leg whose tests were all filtered away by an argument."""


@dataclass
class Result:
    """What became of a leg: ``ok`` is None when it was left out, and ``said`` then says why."""

    leg: str
    ok: bool | None
    said: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0


def find_chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


def announce(leg: str) -> None:
    print(f"\n=== {leg} ===", flush=True)


def run(*command: str | Path, **variables: str) -> int:
    return subprocess.run([str(word) for word in command], cwd=ROOT, env={**os.environ, **variables}).returncode


def lint() -> Result:
    """Ruff, djangofmt, types, pending migrations, and Django's own checks with settings as in production."""
    announce("Lint")
    with tempfile.TemporaryDirectory() as folder:
        production = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ALLOWED_HOSTS": "waypoint.example.edu",
            "DATABASE_URL": f"sqlite:///{folder}/lint.sqlite3",
            "DEBUG": "0",
            "DEMO": "0",
        }
        djangofmt = Path(sys.executable).with_name("djangofmt")
        manage = (sys.executable, "-W", "error", ROOT / "manage.py")
        codes = {
            "ruff check": run(sys.executable, "-m", "ruff", "check", "."),
            "ruff format": run(sys.executable, "-m", "ruff", "format", "--check", "."),
            "djangofmt": run(djangofmt, "--check", "--quiet", "templates"),
            "djangofmt check": run(djangofmt, "check", "templates"),
            "mypy": run(sys.executable, "-m", "mypy"),
            "pending migrations": run(*manage, "makemigrations", "--check", "--dry-run", **production),
            "check --deploy": run(*manage, "check", "--deploy", "--fail-level", "WARNING", **production),
        }
    refused = [name for name, code in codes.items() if code]
    return Result("Lint", not refused, f"failed: {', '.join(refused)}" if refused else "passed")


def suite(leg: str, marks: str, database_url: str, arguments: list[str], coverage: Path | None = None) -> Result:
    """One run of pytest on every core; its counts come from the report that it writes.

    ``coverage`` is the file that tells which lines it ran.
    """
    announce(leg)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        database_url = database_url or f"sqlite:///{folder}/unused.sqlite3"
        python = covered.measured(coverage) if coverage else (sys.executable,)
        pytest = (*python, "-m", "pytest", "-q", "-n", "auto", "-m", marks, f"--junitxml={report}")
        code = run(*pytest, *arguments, DATABASE_URL=database_url)
        cases = ElementTree.parse(report).findall(".//testcase") if report.exists() else []
    # A test may both fail and break its teardown: it counts once.
    failed = len({(case.get("classname"), case.get("name")) for case in cases if _has(case, "failure", "error")})
    skipped = sum(_has(case, "skipped") for case in cases)
    passed = sum(not _has(case, "failure", "error", "skipped") for case in cases)
    said = f"{passed} passed, {failed} failed, {skipped} skipped in {time.monotonic() - started:.0f} s"
    ok = code == 0 or (code == NO_TESTS and bool(arguments))
    if not ok and not failed:
        said += f" (pytest stopped with exit code {code})"
    return Result(leg, ok, said, passed, failed, skipped)


def _has(case: ElementTree.Element, *outcomes: str) -> bool:
    return any(case.find(outcome) is not None for outcome in outcomes)


def on_postgres(arguments: list[str], coverage: Path | None) -> Result:
    programs = find_programs()
    if not programs:
        return Result("PostgreSQL", None, "left out, initdb not found")
    try:
        with throwaway_server(programs) as database_url:
            return suite("PostgreSQL", "database and not browser and not walk", database_url, arguments, coverage)
    except RuntimeError as error:
        return Result("PostgreSQL", False, str(error))


def in_browser(arguments: list[str]) -> Result:
    if not find_chromium():
        return Result("Browser", None, "left out, Chromium not found")
    return suite("Browser", "browser", "", arguments)


def whole(arguments: list[str]) -> list[Result]:
    """Every leg. Coverage is that of the whole suite: with arguments for pytest it is not asked for."""
    with tempfile.TemporaryDirectory() as folder:
        first, second = (None if arguments else Path(folder, f"{engine}.json") for engine in ("sqlite", "postgresql"))
        results = [
            lint(),
            suite("SQLite", "not browser and not postgres", "", arguments, first),
            on_postgres(arguments, second),
            in_browser(arguments),
        ]
        if first and second:
            results.append(coverage_of([first, second]))
    return results


def coverage_of(reports: list[Path]) -> Result:
    if not all(report.exists() for report in reports):
        return Result("Coverage", None, "left out, it is that of the suite on both engines")
    return Result("Coverage", *covered.told(reports))


def quick(arguments: list[str]) -> list[Result]:
    if tests := named_after_changes(ROOT):
        return [lint(), suite("SQLite", "not browser and not postgres and not walk", "", [*tests, *arguments])]
    return [lint(), Result("SQLite", None, "left out, nothing has changed that a test is named after")]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--require-all", action="store_true", help="fail when a leg is left out")
    parser.add_argument("--quick", action="store_true", help="lint and the tests of what changed, on SQLite")
    parser.add_argument("pytest", nargs="*", help="arguments for pytest, after --")
    options = parser.parse_args()
    # A plain kill ends the run as Ctrl-C does: servers stopped, folders removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    started = time.monotonic()
    results = quick(options.pytest) if options.quick else whole(options.pytest)
    print("\n=== Summary ===")
    for result in results:
        print(f"{result.leg}: {result.said}")
    print(f"All of it took {time.monotonic() - started:.0f} s")
    print(f"{sum(r.passed for r in results)} passed, {sum(r.failed for r in results)} failed")
    refused = any(result.ok is False or (options.require_all and result.ok is None) for result in results)
    return int(refused)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Stopped; what was started has been removed.")
