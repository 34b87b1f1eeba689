"""Every page on a phone with text at twice its size, which is read by scrolling down, never sideways; and on paper."""

import pytest
from django.urls import reverse
from django.utils.http import urlencode

from programs.models import Program
from tests import factories as make
from tests.browser.conftest import PHONE
from tests.browser.test_chain import chain  # noqa: F401 - a fixture
from tests.browser.test_look import ADDRESSES, catalog  # noqa: F401 - a fixture
from tests.test_urls import Cast, address
from tests.url_roles import ROLES, ROWS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = (320, 390)
WAYS = {"rem": "document.documentElement.style.fontSize = '200%'", "each": "doubleEach()", "setting": ""}
"""How people enlarge text: all lengths that follow the root's; the text alone (Firefox, Android); the browser's
setting, which media queries follow too."""

MEASURES = """
globalThis.doubleEach = () => {
  const sizes = [...document.querySelectorAll("body *")].map((each) => [each, getComputedStyle(each).fontSize]);
  for (const [each, size] of sizes) each.style.fontSize = `${2 * parseFloat(size)}px`;
};
/* Empty while the page fits. Else by how much it does not, and the widest element outside regions that scroll. */
globalThis.tooWide = () => {
  const said = (each) => each?.outerHTML.slice(0, 200);
  const regions = [...document.querySelectorAll(".table-wrap")].filter((each) => each.scrollWidth > each.clientWidth);
  const unreached = regions.find((each) => each.tabIndex < 0);
  if (unreached) return `no keyboard reaches ${said(unreached)}`;
  const over = document.documentElement.scrollWidth - innerWidth;
  if (over <= 0) return "";
  const right = (each) => each.closest(".table-wrap") ? 0 : each.getBoundingClientRect().right;
  const all = [...document.querySelectorAll("body *")];
  return `by ${over} pixels: ${said(all.reduce((one, other) => right(other) >= right(one) ? other : one))}`;
};
/* The first thing on paper that only a screen can use; empty without any. */
globalThis.useless = () =>
  [...document.querySelectorAll("nav, search, form, button, input, select, textarea, .button, .quiet, .chip")]
    .find((each) => each.checkVisibility())?.outerHTML.slice(0, 200) ?? "";
"""


@pytest.fixture
def measured(open_page):
    """A function that opens addresses as ``user`` and names what is too wide, and what is printed in vain."""

    def measure(user, addresses, ways=("rem",)) -> dict:
        page, found = open_page(user, viewport=PHONE, reduced_motion="reduce"), {}
        page.add_init_script(MEASURES)
        fonts = page.context.new_cdp_session(page)
        for way in ways:
            size = 32 if way == "setting" else 16
            fonts.send("Page.setFontSizes", {"fontSizes": {"standard": size, "fixed": size * 13 // 16}})
            for path in addresses:
                page.goto(path)
                page.evaluate(WAYS[way])
                for width in WIDTHS:
                    page.set_viewport_size({"width": width, "height": 900})
                    if wide := page.evaluate("tooWide()"):
                        found[path, way, width] = wide
                page.emulate_media(media="print")
                if useless := page.evaluate("useless()"):
                    found[path, "print"] = useless
                page.emulate_media(media="screen")
        return found

    return measure


def test_pages_full_of_long_words(catalog, chain, measured):  # noqa: F811 - the fixture
    school = make.make_organization(name="College of Pharmacy/Biotechnology/Pharmaceutics-Rehabilitation")
    program = make.make_program(organization=school, name="Electroencephalographic Technology/Technician")
    make.make_offering(program=program)
    ids = ",".join(map(str, Program.objects.values_list("pk", flat=True)[:4]))
    more = ["/careers/medical-biller/", "/occupations/43-3021/", "/certifications/cpb/", "/guides/billing/"]
    more += [program.get_absolute_url(), school.get_absolute_url(), f"/compare/?{urlencode({'ids': ids})}"]
    assert measured(None, [*ADDRESSES, *more], ways=WAYS) == {}


def test_every_address_that_shows_a_page(measured, request):
    """Each as the first role that it opens for, with the record that ``url_roles`` makes for it."""
    cast, of_role = Cast(request), {}
    for name, row in ROWS.items():
        role = next((role for role, status in zip(ROLES, row.statuses, strict=True) if status == 200), None)
        if role and name not in NO_PAGE and not name.startswith("admin:"):
            of_role.setdefault(role, []).append(address(name, cast))
    users = {role: None if role == "visitor" else getattr(cast, role) for role in of_role}
    assert [measured(users[role], addresses) for role, addresses in of_role.items()] == [{}] * len(of_role)


def test_editing_the_catalog(admin, measured):
    """The admin is Django's, which prints as it likes; ours is what makes its lists fit."""
    make.make_program()
    lists = [reverse(f"admin:programs_{name}_changelist") for name in ("program", "organization", "certification")]
    found = measured(admin, [reverse("admin:index"), reverse("admin:programs_program_add"), *lists])
    assert [place for place in found if "print" not in place] == []


NO_PAGE = {
    "healthz", "readyz", "programs:suggest", "advising:attachment", "advising:inspected_file",
    "advising:appointment_file", "advising:feed",
    "advising:caseload_csv",
}  # fmt: skip
