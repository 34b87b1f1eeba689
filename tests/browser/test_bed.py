"""The browser bed itself."""

import re

from playwright.sync_api import expect


def test_page_is_signed_in_as_the_user_it_was_opened_for(open_page, admin):
    page = open_page(admin)
    page.goto("/admin/")
    expect(page.locator("#user-tools strong")).to_have_text("Alma")


def test_visitor_is_led_to_the_sign_in_page(page):
    page.goto("/admin/")
    expect(page).to_have_url(re.compile(r"^[^?]+/accounts/login/(\?|$)"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
