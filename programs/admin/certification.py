from django.contrib import admin

from programs.models import CareerLink, Certification, CertificationRequirement

from .base import PUBLICATION, Inline, OriginFilter, PublishableAdmin, ReviewDueFilter


class RequirementInline(Inline):
    model = CertificationRequirement


class CertificationCareerInline(Inline):
    model = CareerLink
    exclude = ["program"]


@admin.register(Certification)
class CertificationAdmin(PublishableAdmin):
    list_display = ["name", "acronym", "issuer", "exam_fee_min", "status", "last_verified_on", "review_due"]
    list_filter = ["status", ReviewDueFilter, OriginFilter]
    list_select_related = ["issuer"]
    search_fields = ["name", "acronym", "issuer__name", "issuer__acronym"]
    inlines = [RequirementInline, CertificationCareerInline]
    fieldsets = [
        (None, {"fields": ["issuer", "name", "acronym", "aliases", "slug", "summary", "website", "field"]}),
        ("Exam fee", {"fields": ["exam_fee_min", "exam_fee_max", "currency", "fee_as_of"]}),
        ("Renewal", {"fields": ["valid_for_months", "renewal", "renewal_fee"]}),
        ("Part of", {"fields": ["stage_of", "specialization_of"]}),
        PUBLICATION,
    ]
