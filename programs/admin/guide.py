from django.contrib import admin

from programs.models import Guide, GuideItem, PathwayStep

from .base import PublishableAdmin, ReviewDueFilter, StackedInline


class GuideItemInline(StackedInline):
    model = GuideItem
    fields = [("kind", "order"), "title", "text", "job_title", "link", "source"]


class PathwayStepInline(StackedInline):
    model = PathwayStep
    fields = [
        ("order", "kind", "required"),
        "title",
        "body",
        ("duration_min_weeks", "duration_max_weeks", "minimum_award_level"),
        "certification",
        "source",
    ]


@admin.register(Guide)
class GuideAdmin(PublishableAdmin):
    list_display = ["title", "status", "last_verified_on", "review_due"]
    list_filter = ["status", ReviewDueFilter]
    search_fields = ["title"]
    named_by = "title"
    inlines = [GuideItemInline, PathwayStepInline]
    fieldsets = [
        (None, {"fields": ["title", "slug", "summary", "occupations", "job_titles"]}),
        ("Publication", {"fields": ["status", "last_verified_on", "review_due", "source_url"]}),
    ]
