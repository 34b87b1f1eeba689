"""Files that leave the portal: spreadsheets whose cells are text and nothing else."""

import csv
from collections.abc import Iterable
from typing import TextIO

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a text begins that a spreadsheet would run (OWASP, CSV injection)."""


def plain_cell(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def write_csv(file: TextIO, headings: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """UTF-8 with the mark by which spreadsheets know it."""
    file.write("\ufeff")
    writer = csv.writer(file)
    writer.writerow(headings)
    writer.writerows([plain_cell(cell) for cell in row] for row in rows)
