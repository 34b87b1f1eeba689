"""Plain functions that make valid, published records; every argument can be overridden by name.

A factory makes what its record cannot do without and nothing else: ``make_program()`` brings a school and a field,
but no offering. Numbers count up, so names, slugs and codes never collide.
"""

from datetime import date
from decimal import Decimal
from itertools import count

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils.text import slugify

from programs import choices, models

PASSWORD = "correct-horse-battery-9"
LONG_AGO = date(2025, 1, 15)

_numbers = count(1)


def _named(values: dict, noun: str, *, key: str = "name") -> dict:
    """``values`` with a name of its own where none is given, a slug made from it, and the status published."""
    values.setdefault(key, f"{noun} {next(_numbers)}")
    values.setdefault("slug", slugify(values[key]))
    return {"status": choices.Status.PUBLISHED, **values}


# The directory: schools, programs and how they are offered


def make_organization(**values) -> models.Organization:
    return models.Organization.objects.create(
        **{"control": choices.Control.PUBLIC, "city": "Akron", "state": "OH", **_named(values, "School")}
    )


def make_field(**values) -> models.FieldOfStudy:
    """A six-digit field of its own family, so that no two fields made here share a prefix by chance."""
    number = next(_numbers)
    code = f"{10 + number % 90}.{number // 90:04d}"
    return models.FieldOfStudy.objects.create(**{"code": code, "title": f"Field {number}", **values})


def make_program(**values) -> models.Program:
    values = _named(values, "Program")
    values.setdefault("organization", None)
    values["organization"] = values["organization"] or make_organization()
    if "field" not in values:
        values["field"] = make_field()
    return models.Program.objects.create(
        **{"award_level": choices.AwardLevel.CERTIFICATE_12_WEEKS_TO_1_YEAR, **values}
    )


def make_offering(*, weeks: int | tuple[int, int] | None = 16, **values) -> models.Offering:
    """``weeks`` is a length, a (min, max) range, or None for a length that is not reported."""
    if "program" not in values:
        values["program"] = make_program()
    if weeks is not None:
        shortest, longest = (weeks, weeks) if isinstance(weeks, int) else weeks
        values = {
            "duration_min_weeks": shortest,
            "duration_max_weeks": longest,
            "duration_basis": choices.DurationBasis.REPORTED,
            **values,
        }
    return models.Offering.objects.create(
        **{"modality": choices.Modality.ONLINE, "modality_basis": choices.ModalityBasis.REPORTED, **values}
    )


def make_start_date(**values) -> models.StartDate:
    if "offering" not in values:
        values["offering"] = make_offering(start_type=choices.StartType.FIXED)
    return models.StartDate.objects.create(**{"starts_on": date(2027, 9, 1), **values})


def make_cost(**values) -> models.Cost:
    if "offering" not in values:
        values["offering"] = make_offering()
    return models.Cost.objects.create(**{"kind": choices.CostKind.TOTAL, "amount": Decimal("1500.00"), **values})


# Credentials and careers


def make_certification(**values) -> models.Certification:
    values = _named(values, "Certification")
    if "issuer" not in values:
        values["issuer"] = make_organization(name=f"Issuer {next(_numbers)}")
    return models.Certification.objects.create(**values)


def make_requirement(**values) -> models.CertificationRequirement:
    if "certification" not in values:
        values["certification"] = make_certification()
    return models.CertificationRequirement.objects.create(
        **{"kind": choices.RequirementKind.EXAM, "text": "Pass the exam", **values}
    )


def make_occupation(**values) -> models.Occupation:
    number = next(_numbers)
    code = f"{11 + number // 10_000}-{number % 10_000:04d}"
    return models.Occupation.objects.create(**{"code": code, "title": f"Occupation {number}", **values})


def make_occupation_title(**values) -> models.OccupationTitle:
    if "occupation" not in values:
        values["occupation"] = make_occupation()
    return models.OccupationTitle.objects.create(
        **{"title": f"Alternate title {next(_numbers)}", "kind": choices.TitleKind.ALTERNATE, **values}
    )


def make_crosswalk(field=None, occupation=None) -> models.Crosswalk:
    return models.Crosswalk.objects.create(field=field or make_field(), occupation=occupation or make_occupation())


def make_job_title(*, occupation: models.Occupation | None = None, **values) -> models.JobTitle:
    """``occupation`` becomes the title's primary occupation."""
    job_title = models.JobTitle.objects.create(**{"is_curated": True, **_named(values, "Job title")})
    if occupation:
        models.JobTitleOccupation.objects.create(job_title=job_title, occupation=occupation, is_primary=True)
    return job_title


def make_program_certification(program=None, certification=None, **values) -> models.ProgramCertification:
    return models.ProgramCertification.objects.create(
        **{
            "program": program or make_program(),
            "certification": certification or make_certification(),
            "relation": choices.CertificationRelation.PREPARES_FOR,
            "basis": choices.LinkBasis.CURATED,
            "verified_on": LONG_AGO,
            **values,
        }
    )


def make_career_link(**values) -> models.CareerLink:
    """From a program unless ``certification`` is given."""
    if "job_title" not in values:
        values["job_title"] = make_job_title()
    if "program" not in values and "certification" not in values:
        values["program"] = make_program()
    return models.CareerLink.objects.create(
        **{
            "relation": choices.CareerRelation.PREPARES_FOR,
            "basis": choices.LinkBasis.CURATED,
            "verified_on": LONG_AGO,
            **values,
        }
    )


# Evidence, guides and places


def make_source(**values) -> models.Source:
    title = f"Tables {next(_numbers)}"
    return models.Source.objects.create(
        **{"publisher": "Bureau of Examples", "title": title, "retrieved_on": LONG_AGO, **values}
    )


def make_statistic(**values) -> models.Statistic:
    """A median annual wage of an occupation, unless told otherwise."""
    if not {"occupation", "job_title", "program"} & values.keys():
        values["occupation"] = make_occupation()
    if "source" not in values:
        values["source"] = make_source()
    return models.Statistic.objects.create(
        **{
            "measure": choices.Measure.ANNUAL_WAGE,
            "statistic": choices.StatisticKind.MEDIAN,
            "value": Decimal("50000.00"),
            "unit": choices.Unit.USD_PER_YEAR,
            "area": "US",
            "period_start": date(2025, 5, 1),
            "period_end": date(2025, 5, 31),
            **values,
        }
    )


def make_accreditation(**values) -> models.Accreditation:
    """Of a school, unless ``program`` or ``certification`` is given."""
    if "accreditor" not in values:
        values["accreditor"] = make_organization(name=f"Accreditor {next(_numbers)}")
    if not {"organization", "program", "certification"} & values.keys():
        values["organization"] = make_organization()
    return models.Accreditation.objects.create(
        **{"status": choices.AccreditationStatus.ACCREDITED, "verified_on": LONG_AGO, **values}
    )


def make_guide(**values) -> models.Guide:
    return models.Guide.objects.create(**_named(values, "Guide", key="title"))


def make_guide_item(**values) -> models.GuideItem:
    if "guide" not in values:
        values["guide"] = make_guide()
    return models.GuideItem.objects.create(
        **{"kind": choices.GuideItemKind.DUTY, "order": next(_numbers), "text": "Checks every claim twice.", **values}
    )


def make_pathway_step(**values) -> models.PathwayStep:
    if "guide" not in values:
        values["guide"] = make_guide()
    number = next(_numbers)
    return models.PathwayStep.objects.create(
        **{"kind": choices.StepKind.PROGRAM, "order": number, "title": f"Step {number}", **values}
    )


def make_zip(zip: str = "44308", **values) -> models.ZipCentroid:  # noqa: A002 - the column's name
    return models.ZipCentroid.objects.create(
        **{"zip": zip, "latitude": 41.08, "longitude": -81.52, "place": "Akron", "state": "OH", **values}
    )


# People


def make_group(name: str) -> Group:
    """The group of that name; one that no migration made yet gets what its role cannot work without."""
    group, created = Group.objects.get_or_create(name=name)
    if created and name == "Catalog editor":
        group.permissions.set(Permission.objects.filter(content_type__app_label="programs"))
    return group


def make_user(*groups: str, **values):
    """An account with a verified address and the password ``PASSWORD``, in the named groups."""
    values.setdefault("email", f"person-{next(_numbers)}@example.org")
    user = get_user_model().objects.create_user(**{"password": PASSWORD, **values})
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    user.groups.set([make_group(name) for name in groups])
    if set(groups) & {"Advisor", "Lead advisor", "Catalog editor", "Administrator"} or user.is_staff:
        # Staff without a second factor are sent to set one up.
        secret = encrypt("JBSWY3DPEHPK3PXP")
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": secret})
    return user


def client_for(user=None) -> Client:
    """A browser of its own, signed in as ``user``; without one, a visitor's."""
    client = Client()
    if user:
        client.force_login(user)
    return client
