"""Reads RoleMath's certification file, JSON or CSV, as records of one shape."""

import json
from collections.abc import Iterator
from typing import NamedTuple

from .tables import DataFile, FileError, Layout, Row, RowError, Table

CSV_COLUMNS = (
    *("certification_id", "vendor_id", "vendor_name", "name", "slug", "official_url", "current_exam_code"),
    *("current_source_url", "current_checked_date", "exam_fees_json", "renewal_json"),
)


class Record(NamedTuple):
    """One record of the JSON file; ``line`` is its number in the list, from 1."""

    line: int
    data: dict


class Records:
    """The JSON file: an object whose ``records`` are the certifications. Raises FileError."""

    def __init__(self, file: DataFile, layout: Layout):
        self.file, self.layout = file, layout
        self.notes: list[str] = []
        try:
            document = json.loads("".join(text for _, text in file.text_lines(self.notes.append)))
        except json.JSONDecodeError as error:
            problem = f"this is not valid JSON ({error.msg})."
            raise FileError(file.name, problem, line=error.lineno, column=str(error.colno)) from error
        if not isinstance(document, dict) or not isinstance(document.get("records"), list):
            raise FileError(file.name, "this is missing, so the file is not RoleMath's.", line=1, column="records")
        self._records = document["records"]
        self.version = (document.get("release") or {}).get("version", "")

    @property
    def name(self) -> str:
        return self.file.name

    def __iter__(self) -> Iterator[Record]:
        return (Record(number, data) for number, data in enumerate(self._records, start=1))


def open_records(file: DataFile, layout: Layout) -> Records | Table:
    """The file as JSON when it begins like JSON, else as a table."""
    first = next((text.strip() for _, text in file.text_lines() if text.strip()), "")
    return Records(file, layout) if first[:1] in {"{", "["} else Table(file, layout)


def record_of(row: Record | Row) -> dict:
    """``credential``, ``exam_fees``, ``renewal``, ``checked_date``, ``source_url`` and ``occupations`` of a row.

    Raises RowError where JSON inside a cell is broken, KeyError or TypeError where a part is absent.
    """
    return _of_json(row.data) if isinstance(row, Record) else _of_csv(row)


def _of_json(data: dict) -> dict:
    about, now = data["credential"], data["currentness"]
    return {
        "credential": {
            name: about[name]
            for name in (
                *("certification_id", "vendor_id", "vendor_name", "name", "slug", "official_url", "exam_codes"),
            )
        },
        "exam_fees": [
            {name: fee[name] for name in ("amount", "currency", "scope", "checked_date")}
            for fee in data["cost"]["exam_fees"]
        ],
        "renewal": data["cost"]["renewal"],
        "checked_date": now["checked_date"],
        "source_url": now["source_url"],
        "occupations": [{name: place[name] for name in ("soc_code", "title")} for place in data["occupations"]],
    }


def _of_csv(row: Row) -> dict:
    about = {
        name: row[name] for name in ("certification_id", "vendor_id", "vendor_name", "name", "slug", "official_url")
    }
    try:
        fees, renewal = json.loads(row["exam_fees_json"] or "[]"), json.loads(row["renewal_json"] or "null")
    except json.JSONDecodeError as error:
        raise RowError(f"exam_fees_json or renewal_json is not valid JSON ({error.msg}).") from error
    return {
        "credential": about | {"exam_codes": row["current_exam_code"].split(" + ")},
        "exam_fees": fees,
        "renewal": renewal,
        "checked_date": row["current_checked_date"],
        "source_url": row["current_source_url"],
        "occupations": [],
    }
