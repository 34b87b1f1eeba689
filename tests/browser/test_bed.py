"""The browser bed itself."""

from urllib.parse import urlsplit


def test_page_is_signed_in_as_the_user_it_was_opened_for(open_page, admin):
    page = open_page(admin)
    page.goto("/admin/")
    assert page.locator("#user-tools strong").text_content() == "Alma"


def test_visitor_is_led_to_the_sign_in_page(page):
    page.goto("/admin/")
    assert urlsplit(page.url).path == "/accounts/login/"
    assert page.get_by_role("heading", level=1).text_content().strip() == "Sign in"
