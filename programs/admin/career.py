from django import forms
from django.contrib import admin

from programs.choices import ChosenBy
from programs.models import CareerLink, JobTitle, JobTitleOccupation, ProgramCertification

from .base import PUBLICATION, HistoryAdmin, Inline, OriginFilter, PublishableAdmin, ReviewDueFilter

UNVERIFIED = ("verified_on", admin.EmptyFieldListFilter)


class ChosenForm(forms.ModelForm):
    """What a person changes here is that person's choice, which no load of data overrules."""

    def save(self, commit=True):
        if self.has_changed():
            self.instance.chosen_by = ChosenBy.EDITOR
        return super().save(commit)


class JobTitleOccupationInline(Inline):
    model = JobTitleOccupation
    form = ChosenForm


class CareerLinkInline(Inline):
    model = CareerLink


@admin.register(JobTitle)
class JobTitleAdmin(PublishableAdmin):
    list_display = ["name", "seniority", "is_curated", "status", "last_verified_on", "review_due"]
    list_filter = ["status", ReviewDueFilter, "is_curated", OriginFilter, "seniority"]
    search_fields = ["name"]
    inlines = [JobTitleOccupationInline, CareerLinkInline]
    fieldsets = [
        (None, {"fields": ["name", "aliases", "slug", "summary", "seniority", "is_curated", "advances_to"]}),
        PUBLICATION,
    ]


@admin.register(ProgramCertification)
class ProgramCertificationAdmin(HistoryAdmin):
    list_display = ["program", "relation", "certification", "exam_fee_included", "basis", "verified_on"]
    list_filter = ["relation", "basis", UNVERIFIED]
    list_select_related = ["program__organization", "certification"]
    search_fields = ["program__name", "certification__name", "certification__acronym"]


@admin.register(CareerLink)
class CareerLinkAdmin(HistoryAdmin):
    list_display = ["id", "program", "certification", "relation", "job_title", "basis", "verified_on"]
    list_filter = ["relation", "basis", UNVERIFIED]
    list_select_related = ["program__organization", "certification", "job_title"]
    search_fields = ["job_title__name", "program__name", "certification__name", "certification__acronym"]
