from django.contrib import admin

from programs.models import CareerLink, Cost, FieldOfStudy, Offering, Program, ProgramCertification, StartDate

from .base import (
    PUBLICATION,
    Inline,
    OriginFilter,
    PublishableAdmin,
    ReviewDueFilter,
    StackedInline,
    StatusAdmin,
)

DELIVERY = (("modality", "modality_basis", "onsite_requirement"), ("interaction", "pacing", "schedule"))
DURATION = (("duration_min_weeks", "duration_max_weeks", "duration_basis", "effort_hours"),)


class FamilyFilter(admin.SimpleListFilter):
    """Two digits of CIP: 48 choices, where fields of study would be thousands."""

    title = "field family"
    parameter_name = "family"

    def lookups(self, request, model_admin):
        families = FieldOfStudy.objects.filter(code__regex=r"^\d\d$")
        return [(family.code, f"{family.code} {family.title.strip('. ').capitalize()}") for family in families]

    def queryset(self, request, queryset):
        return queryset.filter(field__code__startswith=self.value()) if self.value() else queryset


class PriceFilter(admin.SimpleListFilter):
    """A worklist: each is shown with “as the school reported it” until somebody has asked the school."""

    title = "price"
    parameter_name = "price"

    def lookups(self, request, model_admin):
        return [("odd", "Too high for its length")]

    def queryset(self, request, queryset):
        if self.value() != "odd":
            return queryset
        priced = Offering.objects.filter(costs__isnull=False).with_price()
        return queryset.filter(pk__in=priced.filter(price_is_odd=True).values("pk"))


class OfferingInline(StackedInline):
    model = Offering
    show_change_link = True
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("status", "start_type"),
                    *DELIVERY,
                    *DURATION,
                    ("url", "source"),
                ]
            },
        )
    ]


class ProgramCertificationInline(Inline):
    model = ProgramCertification


class ProgramCareerInline(Inline):
    model = CareerLink
    exclude = ["certification"]


@admin.register(Program)
class ProgramAdmin(PublishableAdmin):
    list_display = ["name", "organization", "award", "field", "status", "last_verified_on", "review_due"]
    list_filter = [
        "status",
        ReviewDueFilter,
        OriginFilter,
        "award_level",
        FamilyFilter,
        "organization__control",
        "organization__state",
    ]
    linked_by = ["organization", "field"]
    # Sorting the country by a column with few values takes most of a second; its filter answers at once.
    sortable_by = ["name", "organization", "award", "field"]
    search_fields = ["name", "organization__name", "field__code__startswith"]
    inlines = [OfferingInline, ProgramCertificationInline, ProgramCareerInline]
    fieldsets = [
        (None, {"fields": ["organization", "name", "slug", "description", "url"]}),
        ("What is learned", {"fields": ["award_level", "field", "credits", "clock_hours", "language"]}),
        ("Who may enter", {"fields": ["minimum_entry_education", "prerequisites"]}),
        PUBLICATION,
    ]

    def get_queryset(self, request):
        """With the school, which is part of a program's name wherever one is chosen."""
        return super().get_queryset(request).select_related("organization", "field")

    def get_form(self, request, obj=None, **kwargs):
        return super().get_form(
            request, obj, help_texts={"award_level": "Leave it empty for a non-credit program."}, **kwargs
        )

    @admin.display(description="Award", ordering="award_level")
    def award(self, program):
        return program.award_name


class StartDateInline(Inline):
    model = StartDate


class CostInline(Inline):
    model = Cost


@admin.register(Offering)
class OfferingAdmin(StatusAdmin):
    list_display = ["program", "modality", "pacing", "weeks", "start_type", "status"]
    list_filter = [
        *("status", OriginFilter, "modality", "modality_basis", "interaction", "pacing", "start_type"),
        PriceFilter,
    ]
    sortable_by = ["program", "weeks"]
    search_fields = ["program__name", "program__organization__name"]
    inlines = [StartDateInline, CostInline]
    fieldsets = [
        (None, {"fields": ["program", "status", "url", "source"]}),
        ("Delivery", {"fields": DELIVERY}),
        ("Duration in weeks", {"fields": DURATION}),
        ("Start", {"fields": ["start_type"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("program__organization")

    @admin.display(description="Weeks", ordering="duration_min_weeks")
    def weeks(self, offering):
        if offering.duration_min_weeks is None:
            return "Not reported"
        shortest, longest = offering.duration_min_weeks, offering.duration_max_weeks
        return str(shortest) if shortest == longest else f"{shortest} to {longest}"

    def view_on_site(self, offering):
        public = Offering.objects.published().filter(pk=offering.pk).exists()
        return offering.program.get_absolute_url() if public else None
