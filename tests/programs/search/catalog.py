"""A small catalog with every kind of choice in it, for tests that compare the search with the database.

Closed lists, ranges of programs and what a filter may be asked come from ``FILTERS``: a new one is in every draw.
"""

import random
from datetime import date, timedelta
from decimal import Decimal

from programs import choices
from programs.models import JobTitleOccupation, Offering, Organization, Program
from programs.search import CONDITIONS
from programs.search.kinds import Bound, Choices, Filter, Level, StartsBy, Within
from programs.search.records import Records
from tests import factories as make

TODAY = date(2026, 11, 22)
ZIPS = {"44308": (41.08, -81.52), "43215": (39.97, -83.0), "60601": (41.89, -87.62)}


def make_catalog(seed: int = 7) -> dict:
    """Schools in three states, 60 programs with none to three offerings, all edges; some of it not public.

    Returns ``askable``.
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
    return {name: _askable(condition) for name, condition in CONDITIONS.items()}


ROWS = {Level.PROGRAM: Program, Level.OFFERING: Offering, Level.SCHOOL: Organization}


def _askable(condition: Filter) -> list[str]:
    """What an address may ask of a filter: of a long list what the catalog holds and one choice that it does not."""
    if isinstance(condition, Records):
        return sorted(getattr(row, condition.key) for row in condition.known())
    if isinstance(condition, Within):
        return [str(miles) for miles in condition.miles]
    if isinstance(condition, StartsBy):
        return [(TODAY + timedelta(days=days)).isoformat() for days in (0, 10, 60, 400)]
    rows = ROWS[condition.level].objects.published()
    if isinstance(condition, Bound):
        rows = getattr(rows, condition.range.prepare)() if condition.range.prepare else rows
        held = {int(value) for value in rows.values_list(condition.of, flat=True) if value is not None}
        return [str(value) for value in sorted({0, *held, *(value + 1 for value in held)})]
    if not condition.listed:
        return condition.values
    held = set(rows.values_list(condition.of, flat=True))
    return [*sorted(held), next(value for value in condition.values if value not in held)]


def _drawn(pick, level: Level) -> dict:
    """A choice of every closed list, and a number or none for every range, that is asked of rows of ``level``."""
    drawn = {}
    for condition in CONDITIONS.values():
        if condition.level is not level or condition.is_place:
            continue
        if isinstance(condition, Choices):
            finer = [value for values in condition.groups.values() for value in values]
            drawn[condition.of] = pick.choice(finer or condition.values)
        elif isinstance(condition, Bound) and level is Level.PROGRAM:
            drawn[condition.of] = pick.choice([None, 0, 3, 12, 60])
    return drawn


def _schools(pick):
    places = [("OH", 41.0, -81.5), ("OH", 39.9, -83.1), ("IL", 41.8, -87.7), ("CA", 34.0, -118.2), ("IL", None, None)]
    return [
        make.make_organization(
            state=state,
            latitude=latitude,
            longitude=longitude,
            **_drawn(pick, Level.SCHOOL),
            status="draft" if at == 7 else "published",
        )
        for at, (state, latitude, longitude) in enumerate(places * 2)
    ]


def _program(pick, schools, fields, certifications, jobs):
    program = make.make_program(
        organization=pick.choice(schools),
        field=pick.choice(fields[5:]),
        **_drawn(pick, Level.PROGRAM),
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
            **_drawn(pick, Level.OFFERING),
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
