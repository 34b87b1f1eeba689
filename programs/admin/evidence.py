from django.contrib import admin

from programs.models import Accreditation, Source, Statistic

from .base import CatalogAdmin


@admin.register(Source)
class SourceAdmin(CatalogAdmin):
    ordering = ["publisher", "title"]
    list_display = ["title", "publisher", "licence", "retrieved_on"]
    list_filter = ["publisher"]
    search_fields = ["publisher", "title"]


@admin.register(Statistic)
class StatisticAdmin(CatalogAdmin):
    list_display = ["measure", "statistic", "subject", "value", "unit", "area", "period_end", "source"]
    list_filter = ["measure", "statistic", "unit", "suppressed_reason"]
    linked_by = ["occupation"]
    list_select_related = ["occupation", "job_title", "program__organization", "source"]
    search_fields = ["occupation__code__startswith", "occupation__title", "job_title__name", "program__name"]

    @admin.display(description="About")
    def subject(self, statistic):
        return statistic.occupation or statistic.job_title or statistic.program


@admin.register(Accreditation)
class AccreditationAdmin(CatalogAdmin):
    list_display = ["subject", "accreditor", "status", "valid_from", "valid_to", "verified_on"]
    list_filter = ["status", ("verified_on", admin.EmptyFieldListFilter)]
    list_select_related = ["accreditor", "organization", "program__organization", "certification"]
    search_fields = ["accreditor__name", "organization__name", "program__name", "certification__name"]

    @admin.display(description="Of")
    def subject(self, accreditation):
        return accreditation.organization or accreditation.program or accreditation.certification
