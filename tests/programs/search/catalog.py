"""A small catalog with every kind of choice in it, for tests that compare the search with the database."""

import random
from datetime import date, timedelta
from decimal import Decimal

from programs import choices
from programs.models import JobTitleOccupation
from tests import factories as make

TODAY = date(2026, 11, 22)
ZIPS = {"44308": (41.08, -81.52), "43215": (39.97, -83.0), "60601": (41.89, -87.62)}


def make_catalog(seed: int = 7) -> dict:
    """Schools in three states, 60 programs with none to three offerings, all edges; some of it not public.

    Returns the values that a filter may take, by its parameter.
    """
    pick = random.Random(seed)
    for code, (latitude, longitude) in ZIPS.items():
        make.make_zip(code, latitude=latitude, longitude=longitude)
    schools = _schools(pick)
    fields = [
        make.make_field(code=code)
        for code in ("11", "48", "48.05", "51", "51.07", "51.0713", "51.0714", "51.1009", "48.0508", "11.1003")
    ]
    occupations = [make.make_occupation() for _ in range(6)]
    for field in fields[5:]:
        for occupation in pick.sample(occupations, pick.randint(0, 3)):
            make.make_crosswalk(field, occupation)
    jobs = [make.make_job_title(status=pick.choice(["published", "published", "draft"])) for _ in range(8)]
    for job in jobs:
        for at, occupation in enumerate(pick.sample(occupations, pick.randint(0, 3))):
            JobTitleOccupation.objects.create(job_title=job, occupation=occupation, is_primary=at == 0)
    certifications = [make.make_certification(status=pick.choice(["published", "retired"])) for _ in range(6)]
    for certification in certifications:
        for job in pick.sample(jobs, pick.randint(0, 2)):
            make.make_career_link(job_title=job, certification=certification)
    for _ in range(60):
        _program(pick, schools, fields, certifications, jobs)
    return {
        "field": [field.code for field in fields],
        "certification": [row.slug for row in certifications if row.status == "published"],
        "job": [row.slug for row in jobs if row.status == "published"],
        "occupation": [row.code for row in occupations],
        "school": [row.slug for row in schools if row.status == "published"],
        "state": ["OH", "IL", "CA", "TX"],
        "zip": list(ZIPS),
    }


def _schools(pick):
    places = [("OH", 41.0, -81.5), ("OH", 39.9, -83.1), ("IL", 41.8, -87.7), ("CA", 34.0, -118.2), ("IL", None, None)]
    return [
        make.make_organization(
            state=state,
            latitude=latitude,
            longitude=longitude,
            control=pick.choice(choices.Control.values),
            status="draft" if at == 7 else "published",
        )
        for at, (state, latitude, longitude) in enumerate(places * 2)
    ]


def _program(pick, schools, fields, certifications, jobs):
    program = make.make_program(
        organization=pick.choice(schools),
        field=pick.choice(fields[5:]),
        award_level=pick.choice([*choices.AwardLevel.values, None]),
        status=pick.choice(["published"] * 9 + ["retired"]),
    )
    for certification in pick.sample(certifications, pick.randint(0, 2)):
        make.make_program_certification(program, certification)
    if pick.random() < 0.3:
        make.make_career_link(job_title=pick.choice(jobs), program=program)
    for _ in range(pick.choice([0, 1, 1, 1, 2, 3])):
        low = pick.choice([None, 3, 12, 26, 52])
        offering = make.make_offering(
            program=program,
            weeks=None if low is None else (low, low + pick.choice([0, 13, 40])),
            modality=pick.choice(choices.Modality.values),
            pacing=pick.choice(choices.Pacing.values),
            interaction=pick.choice(choices.Interaction.values),
            start_type=pick.choice(choices.StartType.values),
            status=pick.choice(["published"] * 6 + ["draft"]),
        )
        _costs_and_dates(pick, offering)


def _costs_and_dates(pick, offering):
    kinds = pick.choice([(), ("total",), ("tuition", "books"), ("tuition",), ("exam",)])
    for kind in kinds:
        for residency in pick.choice([("any",), ("in_state", "out_of_state")]):
            make.make_cost(
                offering=offering,
                kind=kind,
                residency=residency,
                basis=pick.choice(["total", "total", "per_year"]),
                amount=Decimal(pick.choice([0, 450, 1850, 9999])),
            )
    for days in pick.sample([-30, 10, 40, 100, 300], pick.randint(0, 2)):
        day = TODAY + timedelta(days=days)
        make.make_start_date(
            offering=offering, starts_on=day, apply_by=pick.choice([None, day, day - timedelta(days=60)])
        )
