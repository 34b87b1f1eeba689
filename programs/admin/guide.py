from django.contrib import admin

from programs.models import Guide, GuideItem, PathwayStep
from programs.services.publishing import dead_links

from .base import PublishableAdmin, ReviewDueFilter, StackedInline


class GuideItemInline(StackedInline):
    model = GuideItem
    fields = [("kind", "order"), "title", "text", "job_title", "link", "source"]


class PathwayStepInline(StackedInline):
    model = PathwayStep
    fields = [
        ("order", "kind", "need"),
        "title",
        "body",
        ("duration_min_weeks", "duration_max_weeks", "minimum_award_level"),
        "certification",
        "source",
    ]


class DeadLinksFilter(admin.SimpleListFilter):
    """Guides of which an item links to what has left the site since; their pages leave such a link out."""

    title = "links"
    parameter_name = "links"

    def lookups(self, request, model_admin):
        return [("dead", "Lead to what is not published")]

    def queryset(self, request, queryset):
        if self.value() != "dead":
            return queryset
        items = GuideItem.objects.exclude(link="").values_list("guide", "link")
        dead = dead_links(link for _, link in items)
        return queryset.filter(pk__in={guide for guide, link in items if link in dead})


@admin.register(Guide)
class GuideAdmin(PublishableAdmin):
    list_display = ["title", "status", "last_verified_on", "review_due"]
    list_filter = ["status", ReviewDueFilter, DeadLinksFilter]
    search_fields = ["title"]
    named_by = "title"
    inlines = [GuideItemInline, PathwayStepInline]
    fieldsets = [
        (None, {"fields": ["title", "slug", "summary", "occupations", "job_titles"]}),
        ("Publication", {"fields": ["status", "last_verified_on", "review_due", "source_url"]}),
    ]
