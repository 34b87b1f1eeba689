"""What imports write into records that people edit too, and how an edit is noticed.

The names in each ``...Values`` are the columns of its model, so that a row of a file says which column gets what.
"""

import json
from datetime import date
from decimal import Decimal
from hashlib import blake2b
from typing import NamedTuple

from programs.choices import Control, DurationBasis, Modality, ModalityBasis, Status
from programs.models import Certification, FieldOfStudy, JobTitle, Occupation, Offering, Organization, Program
from programs.models.base import Imported


class FieldValues(NamedTuple):
    code: str
    title: str
    definition: str
    parent_id: int | None
    source_id: int


class SchoolValues(NamedTuple):
    name: str
    acronym: str
    aliases: list[str]
    website: str
    control: Control
    unitid: int
    opeid: str
    city: str
    state: str
    zip: str
    latitude: float | None
    longitude: float | None
    status: Status
    source_id: int


class ProgramValues(NamedTuple):
    organization_id: int
    name: str
    award_level: int
    field_id: int
    status: Status
    source_id: int


class OfferingValues(NamedTuple):
    modality: Modality
    modality_basis: ModalityBasis
    duration_min_weeks: int | None
    duration_max_weeks: int | None
    duration_basis: DurationBasis
    source_id: int


class JobTitleValues(NamedTuple):
    name: str
    aliases: list[str]
    source_id: int


class CertificationValues(NamedTuple):
    """Of a certification, but its issuer and its source."""

    name: str
    acronym: str
    aliases: list[str]
    summary: str
    website: str
    exam_fee_min: Decimal | None
    exam_fee_max: Decimal | None
    fee_as_of: date | None
    valid_for_months: int | None
    renewal: str
    renewal_fee: Decimal | None
    last_verified_on: date | None
    source_url: str


IMPORTED_COLUMNS: dict[type[Imported], tuple[str, ...]] = {
    FieldOfStudy: FieldValues._fields,
    Occupation: ("code", "title", "description", "job_zone", "typical_entry_education", "source_id"),
    Organization: SchoolValues._fields,
    Program: ProgramValues._fields,
    Offering: OfferingValues._fields,
    JobTitle: JobTitleValues._fields,
    Certification: ("issuer_id", *CertificationValues._fields, "source_id"),
}
"""What the digest covers: every column that any importer writes and a person may edit, however many importers share
a model."""


def digest_of(record: Imported) -> str:
    """The fingerprint of a record's imported columns: 32 hexadecimal digits."""
    values = [getattr(record, column) for column in IMPORTED_COLUMNS[type(record)]]
    return blake2b(json.dumps(values, default=str).encode(), digest_size=16).hexdigest()
