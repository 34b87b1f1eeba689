from django.contrib import admin
from django.utils.html import format_html_join

from programs.models import (
    Crosswalk,
    FieldOfStudy,
    Occupation,
    OccupationDetail,
    OccupationTitle,
    Program,
    Statistic,
)

from .base import CatalogAdmin, OriginFilter, list_link


def _links(record, lookup: str, *lists: tuple) -> str:
    """Links to the lists of other models, each a (model, words) pair, narrowed to ``record``."""
    if record.pk is None:
        return "Save first."
    links = ((list_link(model, text.capitalize(), **{lookup: record.pk}),) for model, text in lists)
    return format_html_join(" · ", "{}", links)


@admin.register(FieldOfStudy)
class FieldOfStudyAdmin(CatalogAdmin):
    ordering = ["code"]
    list_display = ["code", "title", "parent"]
    list_filter = [OriginFilter]
    list_select_related = ["parent"]
    search_fields = ["code__startswith", "title"]
    readonly_fields = ["see_also"]

    @admin.display(description="See also")
    def see_also(self, field):
        return _links(field, "field__id__exact", (Program, "programs"), (Crosswalk, "occupations of the crosswalk"))


@admin.register(Occupation)
class OccupationAdmin(CatalogAdmin):
    ordering = ["code"]
    list_display = ["code", "title", "job_zone", "remote_work", "direct_patient_care"]
    list_filter = ["job_zone", "remote_work", "direct_patient_care"]
    search_fields = ["code__startswith", "title"]
    readonly_fields = ["see_also"]

    def view_on_site(self, occupation):
        return occupation.get_absolute_url()

    @admin.display(description="See also")
    def see_also(self, occupation):
        return _links(
            occupation,
            "occupation__id__exact",
            (OccupationTitle, "titles"),
            (OccupationDetail, "tasks, technologies and skills"),
            (Statistic, "statistics"),
            (Crosswalk, "fields of the crosswalk"),
        )


@admin.register(Crosswalk)
class CrosswalkAdmin(CatalogAdmin):
    list_display = ["field", "occupation"]
    linked_by = ["field", "occupation"]
    list_select_related = ["field", "occupation"]
    search_fields = ["field__code__startswith", "field__title", "occupation__code__startswith", "occupation__title"]


@admin.register(OccupationTitle)
class OccupationTitleAdmin(CatalogAdmin):
    list_display = ["title", "kind", "occupation"]
    list_filter = ["kind"]
    linked_by = ["occupation"]
    list_select_related = ["occupation"]
    search_fields = ["title", "occupation__code__startswith"]


@admin.register(OccupationDetail)
class OccupationDetailAdmin(CatalogAdmin):
    list_display = ["occupation", "kind", "rank", "text"]
    list_filter = ["kind"]
    linked_by = ["occupation"]
    list_select_related = ["occupation"]
    search_fields = ["text", "occupation__code__startswith"]
