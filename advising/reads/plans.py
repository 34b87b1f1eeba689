"""What a student saved, plans or wants to discuss: what their notes and meetings are likely to be about."""

from django.db.models import Q

from advising.models import StudentProfile
from advising.types import Target
from programs.models import Certification, JobTitle, Program

TARGETS: dict[str, type[Program] | type[Certification] | type[JobTitle]] = {
    "programs": Program,
    "certifications": Certification,
    "job_titles": JobTitle,
}
"""By the relation of a note."""


def planned(student: StudentProfile) -> dict[str, set[Target]]:
    """Those that are published, by the relation of a note; three statements."""
    ids = {
        "programs": Q(pk__in=student.saved_programs.values("program"))
        | Q(pk__in=student.agenda_items.values("program"))
        | Q(pk__in=student.goals.values("pathway_items__program")),
        "certifications": Q(pk__in=student.agenda_items.values("certification"))
        | Q(pk__in=student.goals.values("pathway_items__certification")),
        "job_titles": Q(pk__in=student.goals.values("job_title")) | Q(pk__in=student.agenda_items.values("job_title")),
    }
    related = {"programs": "organization", "certifications": "issuer"}
    return {
        name: set(
            model.objects.published().filter(ids[name]).select_related(*[related[name]] if name in related else [])
        )
        for name, model in TARGETS.items()
    }
