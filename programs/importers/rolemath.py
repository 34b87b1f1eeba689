"""Reads RoleMath's certification file, JSON or CSV, as records of one shape."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple, TypedDict

from .files import DataFile
from .tables import FileError, Layout, Row, RowError, Table

CSV_COLUMNS = (
    *("certification_id", "vendor_id", "vendor_name", "name", "slug", "official_url", "current_exam_code"),
    *("current_source_url", "current_checked_date", "exam_fees_json", "renewal_json"),
)

Json = dict[str, Any]
"""An object of the file, which may hold anything."""


class Credential(NamedTuple):
    certification_id: str
    vendor_id: str
    vendor_name: str
    name: str
    slug: str
    official_url: str | None


class Fee(TypedDict):
    amount: float
    currency: str
    scope: str
    checked_date: str | None


class Renewal(TypedDict, total=False):
    validity_years: float | None
    lifecycle_state: str | None
    fee: float | None
    fee_unit: str | None
    model: str | None


class Place(TypedDict):
    """An occupation that the certification is for."""

    soc_code: str
    title: str


class Record(NamedTuple):
    credential: Credential
    exam_codes: list[str]
    exam_fees: list[Fee]
    renewal: Renewal | None
    checked_date: str | None
    source_url: str | None
    occupations: list[Place]


class JsonRow(Row):
    """One record of the JSON file; ``line`` is its number in the list, from 1. It has no cells."""

    __slots__ = ("data",)

    def __init__(self, line: int, data: Json):
        super().__init__(line, [], {})
        self.data = data


class JsonTable(Table):
    """The JSON file: an object whose ``records`` are the certifications. Raises FileError."""

    def _find_header(self) -> tuple[int, list[str]]:
        try:
            document = json.loads("".join(self.file.text_lines(self.notes.append)))
        except json.JSONDecodeError as error:
            problem = f"this is not valid JSON ({error.msg})."
            raise FileError(self.name, problem, line=error.lineno, column=str(error.colno)) from error
        if not isinstance(document, dict) or not isinstance(document.get("records"), list):
            raise FileError(self.name, "this is missing, so the file is not RoleMath's.", line=1, column="records")
        self._records: list[Json] = document["records"]
        self.version = (document.get("release") or {}).get("version", "")
        return 0, list(self.layout.columns)

    def __iter__(self) -> Iterator[Row]:
        return (JsonRow(number, data) for number, data in enumerate(self._records, start=1))


def open_table(file: DataFile, layout: Layout) -> Table:
    """The file as JSON when it begins like JSON, else as a table."""
    first = next((text.strip() for text in file.text_lines() if text.strip()), "")
    return JsonTable(file, layout) if first[:1] in {"{", "["} else Table(file, layout)


def record_of(row: Row) -> Record:
    """What a row says.

    Raises RowError where JSON inside a cell is broken, KeyError or TypeError where a part is absent.
    """
    return _of_json(row.data) if isinstance(row, JsonRow) else _of_csv(row)


def _of_json(data: Json) -> Record:
    about, now = data["credential"], data["currentness"]
    return Record(
        credential=Credential(*(about[name] for name in Credential._fields)),
        exam_codes=about["exam_codes"],
        exam_fees=[
            {
                "amount": fee["amount"],
                "currency": fee["currency"],
                "scope": fee["scope"],
                "checked_date": fee["checked_date"],
            }
            for fee in data["cost"]["exam_fees"]
        ],
        renewal=data["cost"]["renewal"],
        checked_date=now["checked_date"],
        source_url=now["source_url"],
        occupations=[{"soc_code": place["soc_code"], "title": place["title"]} for place in data["occupations"]],
    )


def _of_csv(row: Row) -> Record:
    try:
        fees, renewal = json.loads(row["exam_fees_json"] or "[]"), json.loads(row["renewal_json"] or "null")
    except json.JSONDecodeError as error:
        raise RowError(f"exam_fees_json or renewal_json is not valid JSON ({error.msg}).") from error
    return Record(
        credential=Credential(*(row[name] for name in Credential._fields)),
        exam_codes=row["current_exam_code"].split(" + "),
        exam_fees=fees,
        renewal=renewal,
        checked_date=row["current_checked_date"],
        source_url=row["current_source_url"],
        occupations=[],
    )
