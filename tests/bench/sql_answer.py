"""The same answer by SQL alone: the page, the total and every facet count. What the search is compared with."""

from django.db.models import Count
from django.db.models.functions import Substr

from programs.models import Crosswalk, JobTitleOccupation, Offering, ProgramCertification
from programs.search import ProgramFilterSet
from programs.search.filters import FACETS
from programs.search.kinds import Choices, Level
from programs.search.query import PAGE_SIZE
from programs.search.records import Held, Linked, Prefix


def answer(data: dict) -> tuple[list[int], int, dict[str, int]]:
    """(ids of the first page by name, total, number of values counted for each facet)."""
    programs = ProgramFilterSet(data).qs
    ids = list(programs.order_by("name", "organization__name", "slug").values_list("pk", flat=True)[:PAGE_SIZE])
    return ids, programs.count(), {name: len(list(_counts(name, data))) for name in FACETS}


def _counts(name: str, data: dict):
    programs = ProgramFilterSet({key: value for key, value in data.items() if key != name}).qs.order_by()
    match FACETS[name]:
        case Choices(level=Level.OFFERING, of=column):
            rows = Offering.objects.filter(program__in=programs).order_by()
            return rows.values(column).annotate(count=Count("program", distinct=True))
        case Choices(level=Level.SCHOOL, of=column):
            return programs.values(f"organization__{column}").annotate(count=Count("pk"))
        case Choices(of=column) | Held(of=column):
            return programs.values(column).annotate(count=Count("pk"))
        case Prefix():
            return programs.values(family=Substr("field__code", 1, 2)).annotate(count=Count("pk"))
        case Linked():
            rows = ProgramCertification.objects.filter(program__in=programs).order_by()
            return rows.values("certification").annotate(count=Count("program", distinct=True))
    crosswalk = Crosswalk.objects.filter(field__programs__in=programs).order_by()
    if name == "occupation":
        return crosswalk.values("occupation").annotate(count=Count("field__programs", distinct=True))
    titles = JobTitleOccupation.objects.filter(occupation__crosswalk__field__programs__in=programs).order_by()
    return titles.values("job_title").annotate(count=Count("occupation__crosswalk__field__programs", distinct=True))
