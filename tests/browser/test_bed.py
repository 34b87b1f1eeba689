"""The browser bed itself."""


def test_page_is_signed_in_as_the_user_it_was_opened_for(open_page, admin):
    page = open_page(admin)
    page.goto("/admin/")
    assert page.locator("#user-tools strong").text_content() == "Alma"


def test_visitor_sees_the_sign_in_form(page):
    page.goto("/admin/login/")
    assert page.locator("#login-form input[type=submit]").is_visible()
