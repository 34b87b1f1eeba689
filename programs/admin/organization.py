from django.contrib import admin

from programs.models import Organization, Program

from .base import PUBLICATION, OriginFilter, PublishableAdmin, ReviewDueFilter, list_link


@admin.register(Organization)
class OrganizationAdmin(PublishableAdmin):
    list_display = ["name", "city", "state", "control", "unitid", "status", "last_verified_on", "review_due"]
    list_filter = ["status", ReviewDueFilter, "control", OriginFilter, "is_fictional", "state"]
    search_fields = ["name", "acronym", "city", "unitid__startswith", "opeid__startswith"]
    readonly_fields = ["programs"]
    fieldsets = [
        (None, {"fields": ["name", "acronym", "aliases", "slug", "website", "programs"]}),
        ("What it is", {"fields": ["control", "unitid", "opeid", "is_fictional"]}),
        ("Where it is", {"fields": ["city", "state", "zip", "latitude", "longitude"]}),
        PUBLICATION,
    ]

    @admin.display(description="Programs")
    def programs(self, organization):
        if organization.pk is None:
            return "Save the school first."
        return list_link(Program, "Programs of this school", organization__id__exact=organization.pk)
