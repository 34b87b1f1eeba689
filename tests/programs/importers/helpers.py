"""Runs importers over the small samples, as published or changed by a test."""

import shutil
from pathlib import Path

from programs.importers.report import Report
from programs.importers.run import import_sources

SAMPLES = Path(__file__).parent / "samples"

HD = "ipeds/hd2024.csv"
COMPLETIONS = "ipeds/c2024_a_firstmajor.csv"


def run(*names: str, path: Path = SAMPLES, **options) -> Report:
    """Import the sources in turn; the report of the last."""
    return list(import_sources(list(names), path, **options))[-1]


def counts(report: Report) -> dict[str, dict[str, int]]:
    return {table: dict(counter) for table, counter in report.counts.items()}


def lines(report: Report, kind: str) -> list[tuple[int | None, str]]:
    return [(line["line"], line["text"]) for line in report.lines if line["kind"] == kind]


def copy_samples(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLES, tmp_path / "data"))


def rewrite(path: Path, *pairs: tuple[str, str]) -> Path:
    """Replace text in a file, keeping its line ends; each text must be there."""
    content = path.read_bytes()
    for old, new in pairs:
        assert old.encode() in content
        content = content.replace(old.encode(), new.encode())
    path.write_bytes(content)
    return path
