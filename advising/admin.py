"""People and vocabularies are edited here; records are shown by what they are, never by what they say.

Read-only rows let an administrator see that a record exists. Its text is read in the portal alone, where the policy
decides and the log writes it down.
"""

from django.contrib import admin

from advising import models
from advising.services.places import follow_places
from programs.admin.base import BoundedRows
from programs.admin.keys import CheckedKeys
from programs.admin.lookups import OfferedLookups


class ReadOnlyAdmin(OfferedLookups, CheckedKeys, admin.ModelAdmin):
    show_full_result_count = False
    search_fields = ["=id"]
    search_help_text = "By number"

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class KeptAdmin(OfferedLookups, CheckedKeys, admin.ModelAdmin):
    """Records that end or are switched off, and are never deleted."""

    show_full_result_count = False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(models.Unit)
class UnitAdmin(KeptAdmin):
    list_display = ["name", "email", "phone", "is_active"]
    search_fields = ["name"]


class MeetingPlaceInline(BoundedRows, CheckedKeys, admin.TabularInline):
    model = models.MeetingPlace


@admin.register(models.AdvisorProfile)
class AdvisorAdmin(KeptAdmin):
    list_display = ["user", "unit", "title", "capacity", "is_active"]
    list_filter = ["unit", "is_active"]
    list_select_related = ["user", "unit"]
    search_fields = ["user__first_name", "user__last_name", "user__email"]
    autocomplete_fields = ["user", "unit", "fields", "guides"]
    inlines = [MeetingPlaceInline]

    def save_related(self, request, form, formsets, change):
        with follow_places(form.instance, user=request.user):
            super().save_related(request, form, formsets, change)


@admin.register(models.StudentProfile)
class StudentAdmin(KeptAdmin):
    list_display = ["user", "student_number", "preferred_name", "created_at"]
    list_select_related = ["user"]
    search_fields = ["user__first_name", "user__last_name", "user__email", "=student_number"]
    autocomplete_fields = ["user"]
    fields = ["user", "student_number", "preferred_name"]


@admin.register(models.Assignment)
class AssignmentAdmin(KeptAdmin):
    list_display = ["student", "advisor", "unit", "kind", "starts_on", "ends_on"]
    list_filter = ["kind", "unit"]
    list_select_related = ["student__user", "advisor__user", "unit"]
    date_hierarchy = "starts_on"
    search_fields = ["student__user__last_name", "student__user__email", "advisor__user__last_name"]
    autocomplete_fields = ["student", "advisor", "unit", "program"]
    exclude = ["created_by"]

    def get_readonly_fields(self, request, obj=None):
        return ["student", "advisor", "unit", "kind", "program", "starts_on"] if obj else []

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)


@admin.register(models.AlertReason)
class AlertReasonAdmin(KeptAdmin):
    list_display = ["name", "kind", "unit", "days_to_answer", "is_active"]
    list_filter = ["kind", "unit", "is_active"]
    search_fields = ["name"]
    autocomplete_fields = ["unit"]


class TemplateItemInline(BoundedRows, CheckedKeys, admin.TabularInline):
    model = models.TemplateItem
    autocomplete_fields = ["certification"]


@admin.register(models.ItemTemplate)
class ItemTemplateAdmin(KeptAdmin):
    list_display = ["name", "unit", "certification", "job_title", "is_active"]
    list_filter = ["unit", "is_active"]
    list_select_related = ["unit", "certification", "job_title"]
    search_fields = ["name"]
    autocomplete_fields = ["unit", "certification", "job_title"]
    exclude = ["created_by"]
    inlines = [TemplateItemInline]

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)


@admin.register(models.Note)
class NoteAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "student", "author_name", "unit", "kind", "visibility", "state", "occurred_at"]
    list_filter = ["state", "visibility", "kind", "unit"]
    list_select_related = ["student__user", "unit"]
    fields = [
        "student",
        "author_name",
        "author_role",
        "unit",
        "kind",
        "occurred_at",
        "visibility",
        "state",
        "version",
        "published_at",
        "deleted_at",
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("topic", "body", "delete_reason")


@admin.register(models.Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "note", "content_type", "size", "uploaded_at"]
    list_select_related = ["note"]
    fields = ["note", "content_type", "size", "sha256", "uploaded_by", "uploaded_at"]


@admin.register(models.AccessLog)
class AccessLogAdmin(ReadOnlyAdmin):
    list_display = ["sequence", "at", "actor", "actor_role", "action", "reason", "student", "object_type", "object_id"]
    list_filter = ["action", "reason"]
    list_select_related = ["actor", "student__user"]
    search_fields = ["actor__email", "student__user__email", "=student__student_number"]
    search_help_text = "By e-mail address or student number"


@admin.register(models.DisclosureLog)
class DisclosureLogAdmin(ReadOnlyAdmin):
    list_display = ["sequence", "disclosed_on", "student", "recipient", "basis", "was_granted"]
    list_filter = ["basis", "was_granted"]
    list_select_related = ["student__user"]
    search_fields = ["student__user__email", "=student__student_number"]
    search_help_text = "By e-mail address or student number"


@admin.register(models.BreakGlass)
class BreakGlassAdmin(ReadOnlyAdmin):
    list_display = ["user", "student", "note", "starts_at", "ends_at"]
    list_select_related = ["user", "student__user", "note"]


@admin.register(models.Consent)
class ConsentAdmin(ReadOnlyAdmin):
    list_display = ["student", "recipient", "starts_on", "ends_on", "revoked_at"]
    list_select_related = ["student__user"]
