"""Which lines and branches of the three apps the suite ran, on both engines together."""

import json
import sys
from pathlib import Path

from slipcover import merge_coverage

LEAST = 97.0
"""Percent of the lines that must have run."""

SHOWN_FILES = 5


def measured(report: Path) -> tuple[str, ...]:
    """The command before ``-m pytest`` that measures the run, the workers of xdist too, and writes ``report``.

    What is measured stands in ``pyproject.toml``. The lines that only a process started by a test runs are not seen.
    """
    return (sys.executable, "-m", "slipcover", "--json", "--out", str(report))


def told(reports: list[Path]) -> tuple[bool, str]:
    """Whether enough was run in any of ``reports``, and what a person should know of it."""
    merged, *others = (json.loads(report.read_text()) for report in reports)
    for other in others:
        merge_coverage(merged, other)
    summary = merged["summary"]
    lines = _percent(summary, "lines")
    files = sorted(merged["files"].items(), key=lambda file: -len(file[1]["missing_lines"]))[:SHOWN_FILES]
    missing = ", ".join(
        f"{name} {len(file['missing_lines'])} ({_ranges(file['missing_lines'])})"
        for name, file in files
        if file["missing_lines"]
    )
    said = f"{lines:.1f} % of lines, {_percent(summary, 'branches'):.1f} % of branches"
    if lines < LEAST:
        return False, f"{said}; at least {LEAST:.0f} % of lines must run. Most is missing in {missing}"
    return True, said


def _percent(summary: dict, what: str) -> float:
    covered, missing = summary[f"covered_{what}"], summary[f"missing_{what}"]
    return 100 * covered / (covered + missing or 1)


def _ranges(lines: list[int]) -> str:
    """``[1, 2, 3, 7]`` as "1-3 7"."""
    found: list[list[int]] = []
    for line in sorted(lines):
        if found and line == found[-1][-1] + 1:
            found[-1][1:] = [line]
        else:
            found.append([line])
    return " ".join("-".join(map(str, ends)) for ends in found)
