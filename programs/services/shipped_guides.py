"""Loads the career guides that ship with Waypoint: ``programs/data/guides``, one file a guide.

A guide refers to job titles, occupations and certifications by slug or code; they are in the shipped catalog, which is
loaded first. A guide that is there already belongs to its editors and is left as it is. Each state of the files is
loaded once, so a guide that a person deletes stays deleted until a later release changes the files.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from programs.choices import ImportOutcome, Status
from programs.models import (
    Certification,
    Guide,
    GuideItem,
    ImportRun,
    JobTitle,
    Occupation,
    PathwayStep,
    Source,
)

from . import shipped_rows
from .shipped_rows import Entry, Named, Rows

RUN_NAME = "guides"


def guide_files() -> list[Path]:
    return sorted(shipped_rows.DATA.glob("guides/*.json"))


def load_shipped_guides() -> dict[str, int]:
    """Load the guides that are not there yet; returns {table: rows written}, empty when all were loaded before.

    One transaction. Raises DirectoryError for a value or a name in the files that does not hold.
    """
    files = guide_files()
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    if ImportRun.objects.filter(source=RUN_NAME, file_hash=digest, outcome=ImportOutcome.DONE).exists():
        return {}
    rows = Rows()
    with transaction.atomic():
        for path in files:
            _load_guide(json.loads(path.read_text(encoding="utf-8")), rows)
        ImportRun.objects.create(
            source=RUN_NAME,
            file_name="programs/data/guides",
            file_hash=digest,
            outcome=ImportOutcome.DONE,
            counts=dict(rows.counts),
            finished=timezone.now(),
        )
    return dict(rows.counts)


def _load_guide(entry: Entry, rows: Rows) -> None:
    if Guide.objects.filter(slug=entry["slug"]).exists():
        return
    columns = ("slug", "title", "summary", "last_verified_on", "review_due")
    guide = Guide(status=Status.PUBLISHED, **{name: entry[name] for name in columns if name in entry})
    rows.add([guide], "slug")

    sources = _add_sources(entry["sources"], rows)
    occupations = Named("occupation", Occupation.objects.in_bulk(entry["occupations"], field_name="code"))
    titles = {item["job_title"] for item in entry["items"] if "job_title" in item}
    job_titles = Named("job title", JobTitle.objects.in_bulk({*entry["job_titles"], *titles}, field_name="slug"))
    wanted = {step["certification"] for step in entry["steps"] if "certification" in step}
    certifications = Named("certification", Certification.objects.in_bulk(wanted, field_name="slug"))

    guide.occupations.set([occupations[code] for code in entry["occupations"]])
    guide.job_titles.set([job_titles[slug] for slug in entry["job_titles"]])
    records: dict[str, Named[Any]] = {"job_title": job_titles, "certification": certifications, "source": sources}

    def columns_of(part: Entry) -> Entry:
        return {name: records[name][value] if name in records else value for name, value in part.items()}

    rows.add_owned(
        GuideItem(guide=guide, order=order, **columns_of(item)) for order, item in enumerate(entry["items"], start=1)
    )
    rows.add_owned(
        PathwayStep(guide=guide, order=order, **columns_of(step)) for order, step in enumerate(entry["steps"], start=1)
    )


def _add_sources(entries: dict[str, Entry], rows: Rows) -> Named[Source]:
    made, _ = rows.add([Source(**entry) for entry in entries.values()], "publisher", "title")
    return Named("source", {name: made[entry["publisher"], entry["title"]] for name, entry in entries.items()})
