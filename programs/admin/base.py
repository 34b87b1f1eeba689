"""What the directory's admins share: pages that stay quick with the whole country loaded, and a guarded status."""

from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.contrib.admin.options import InlineModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import PROTECT, QuerySet, URLField
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from simple_history.admin import SimpleHistoryAdmin

from programs.choices import Status
from programs.exceptions import DirectoryError
from programs.services import publishing
from programs.services.addresses import keep_address
from programs.services.history import keep_original

from .forms import HistoryForm, NamesField, PublishableForm
from .keys import CheckedKeys
from .lookups import OfferedLookups

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldOpts  # a name of the stubs alone

ACTION_LIMIT = 500
"""Records that one action takes: each is checked and recorded by itself, within one request."""

REASONS_SHOWN = 20

PUBLICATION: "tuple[str, _FieldOpts]" = (
    "Publication",
    {"fields": ["status", "last_verified_on", "review_due", "source_url", "source"]},
)


def list_link(model, text: str, **lookups) -> str:
    """A link to the admin list of ``model``, narrowed by ``lookups``."""
    address = reverse(f"admin:programs_{model._meta.model_name}_changelist")
    return format_html('<a href="{}?{}">{}</a>', address, urlencode(lookups), text)


def is_in_use(record) -> bool:
    """Whether rows refer to ``record`` that its deletion may not take along."""
    relations = record._meta.get_fields(include_hidden=True)
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: record}).exists()
        for relation in relations
        if relation.one_to_many and relation.on_delete is PROTECT
    )


class CatalogFields(CheckedKeys):
    """Every foreign key and many-to-many field is found by typing; none is a list of the whole table."""

    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    def get_autocomplete_fields(self, request):
        return [field.name for field in (*self.opts.fields, *self.opts.many_to_many) if field.remote_field]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "aliases":
            return NamesField(required=False, help_text="Other names people search by, one a line.")
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class BoundedRows(InlineModelAdmin):
    """An inline with no more rows than a request can hold, whatever number of them a request claims to send."""

    extra = 0
    max_num = 250

    def get_formset(self, request, obj=None, **kwargs):
        return super().get_formset(request, obj, **{"absolute_max": self.max_num, **kwargs})


class Inline(BoundedRows, CatalogFields, admin.TabularInline):
    pass


class StackedInline(BoundedRows, CatalogFields, admin.StackedInline):
    pass


class CatalogAdmin(OfferedLookups, CatalogFields, admin.ModelAdmin):
    """Records are deleted one at a time: addresses are stable, and what leaves the site is retired."""

    # Newest first, by primary key: the one order that costs nothing on a table of any size.
    ordering = ["-pk"]
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 200
    # Numbers beside every filter would count the whole table once for each.
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False

    class Media:
        css = {"all": ["programs/admin.css"]}

    def get_actions(self, request):
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def has_delete_permission(self, request, obj=None):
        """What other records rest on stays. Asked with one row each: Django would read and list all of them."""
        return super().has_delete_permission(request, obj) and not (obj and is_in_use(obj))


class ReadOnlyAdmin(CatalogAdmin):
    """What only an import writes."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class HistoryAdmin(CatalogAdmin, SimpleHistoryAdmin):
    """With who changed what and when. The past is for reading: going back is an edit like any other, and checked."""

    form = HistoryForm
    object_history_list_template = "admin/programs/history_list.html"

    def revert_disabled(self, request, obj=None):
        return True

    def get_fieldsets(self, request, obj=None):
        """With the hidden field by which ``HistoryForm`` notices another editor."""
        *others, (name, options) = super().get_fieldsets(request, obj)
        fields = [each for each in options["fields"] if each != "last_change"]
        return [*others, (name, {**options, "fields": [*fields, "last_change"] if obj else fields})]

    def get_object(self, request, object_id, from_field=None):
        """Of two editors who save at once the second waits for the first, and then sees what it left."""
        record = super().get_object(request, object_id, from_field)
        if record and request.method == "POST":
            self.model.objects.select_for_update().filter(pk=record.pk).first()
            record = super().get_object(request, object_id, from_field)
        return record

    def save_model(self, request, obj, form, change):
        if change:
            keep_original(obj)
        super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change):
        for row in formset.initial_forms:
            if hasattr(row.instance, "history") and row.has_changed():
                keep_original(row.instance)
        super().save_formset(request, form, formset, change)

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied("The history of a record cannot be changed.")
        return super().history_form_view(request, object_id, version_id, extra_context)


class StatusAdmin(HistoryAdmin):
    """A record with a status, which changes only when ``programs.services.publishing`` agrees.

    Who may change a record may publish it: editors are few and known, and the history names them.
    """

    form = PublishableForm
    actions = ["publish", "retire", "send_for_review"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refusals = getattr(request, "refusals", ())
        return form

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """A record is judged together with its inlines, so they are saved first; a refusal undoes all of it."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ValidationError as refused:
            request.refusals = refused.messages
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        record = form.instance
        reasons = publishing.status_problems(record, record.status, before=form.initial.get("status"))
        if reasons:
            raise ValidationError([f"{publishing.refusal(record.status)}: it {reason}." for reason in reasons])

    @admin.action(description="Publish", permissions=["change"])
    def publish(self, request, queryset):
        self._apply(request, queryset, publishing.publish, Status.PUBLISHED)

    @admin.action(description="Retire", permissions=["change"])
    def retire(self, request, queryset):
        self._apply(request, queryset, publishing.retire, Status.RETIRED)

    @admin.action(description="Send for review", permissions=["change"])
    def send_for_review(self, request, queryset):
        self._apply(request, queryset, publishing.send_for_review, Status.IN_REVIEW)

    def _apply(self, request, queryset: QuerySet, change, status: Status) -> None:
        records = list(queryset[: ACTION_LIMIT + 1])
        if len(records) > ACTION_LIMIT:
            self.message_user(request, f"Choose at most {ACTION_LIMIT} records; nothing was done.", messages.ERROR)
            return
        refused = []
        for record in records:
            try:
                change(record, user=request.user)
            except DirectoryError as error:
                refused.append(str(error))
        done = len(records) - len(refused)
        if done:
            noun = self.opts.verbose_name if done == 1 else self.opts.verbose_name_plural
            self.message_user(request, f"{done} {noun} {publishing.DONE[status]}.", messages.SUCCESS)
        for reason in refused[:REASONS_SHOWN]:
            self.message_user(request, reason, messages.ERROR)
        if len(refused) > REASONS_SHOWN:
            more = f"{len(refused) - REASONS_SHOWN} more were refused. Choose fewer to read why."
            self.message_user(request, more, messages.ERROR)


class PublishableAdmin(StatusAdmin):
    """A record with a page of its own, whose address is proposed from the field ``named_by``."""

    named_by = "name"

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": [self.named_by]}

    def get_readonly_fields(self, request, obj=None):
        """The address of a published page does not change."""
        readonly = super().get_readonly_fields(request, obj)
        return [*readonly, "slug"] if obj and obj.is_published else readonly

    def save_model(self, request, obj, form, change):
        if change and {"slug", "organization"} & set(form.changed_data):
            keep_address(obj)
        super().save_model(request, obj, form, change)

    def view_on_site(self, record):
        public = self.model.objects.published().filter(pk=record.pk).exists()
        return record.get_absolute_url() if public else None


class ReviewDueFilter(admin.SimpleListFilter):
    title = "review"
    parameter_name = "review"

    def lookups(self, request, model_admin):
        return [("due", "Due"), ("never", "Never verified")]

    def queryset(self, request, queryset):
        if self.value() == "due":
            return queryset.filter(review_due__lte=timezone.localdate())
        if self.value() == "never":
            return queryset.filter(last_verified_on__isnull=True)
        return queryset


class OriginFilter(admin.SimpleListFilter):
    title = "origin"
    parameter_name = "origin"

    def lookups(self, request, model_admin):
        return [("import", "Imported"), ("hand", "Made by hand")]

    def queryset(self, request, queryset):
        if self.value() in ("import", "hand"):
            return queryset.filter(import_key__isnull=self.value() == "hand")
        return queryset
