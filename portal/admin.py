"""Accounts in Django admin, and the admin's way in: the site's own sign-in, staff only."""

from allauth.account.admin import EmailAddressAdmin
from allauth.account.decorators import secure_admin_login
from allauth.mfa.admin import AuthenticatorAdmin
from allauth.socialaccount.admin import SocialAccountAdmin, SocialAppAdmin, SocialTokenAdmin
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm

from portal.models import User
from programs.admin.keys import CheckedKeys
from programs.admin.lookups import OfferedLookups

admin.site.site_header = admin.site.site_title = "Waypoint catalog"
admin.site.index_title = "Records"
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # as allauth documents it


# What others register is asked no more than our own.
BORROWED = (
    *(EmailAddressAdmin, AuthenticatorAdmin, GroupAdmin),
    *(SocialAccountAdmin, SocialAppAdmin, SocialTokenAdmin),
)
for model, borrowed in [(model, type(found)) for model, found in admin.site._registry.items()]:
    if borrowed in BORROWED:
        admin.site.unregister(model)
        admin.site.register(model, type(borrowed.__name__, (OfferedLookups, CheckedKeys, borrowed), {}))


class UserAddForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["email"]


@admin.register(User)
class UserAdmin(OfferedLookups, CheckedKeys, DjangoUserAdmin):
    """People sign in by e-mail; what they may do follows from their groups. Only a superuser makes a superuser."""

    add_form = UserAddForm
    add_fieldsets = [
        (None, {"classes": ["wide"], "fields": ["email", "usable_password", "password1", "password2"]}),
    ]
    fieldsets = [
        (None, {"fields": ["email", "password"]}),
        ("Name", {"fields": ["first_name", "last_name"]}),
        ("Access", {"fields": ["is_active", "is_staff", "is_superuser", "groups"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]
    ordering = ["email"]
    list_display = ["email", "first_name", "last_name", "is_active", "is_staff", "last_login"]
    list_filter = ["groups", "is_active", "is_staff", "is_superuser"]
    search_fields = ["email", "first_name", "last_name"]
    filter_horizontal = ["groups"]
    show_full_result_count = False

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else [*fields, "is_superuser"]

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and _may_touch(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and _may_touch(request.user, obj)


def _may_touch(user: User, account: User | None) -> bool:
    return user.is_superuser or account is None or not account.is_superuser
