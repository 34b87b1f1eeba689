"""The helper that every page is held to catches what it promises."""

import pytest

from tests.pages import one_line, page_faults

PAGE = '<!doctype html><html lang="en"><head><title>A</title></head><body><main id="main">{}</main></body></html>'


def test_good_page_has_no_fault():
    body = (
        '<h1>A</h1><a href="#main">Up</a><a href="#">Top</a><script src="/a.js"></script><svg><title>B</title></svg>'
    )
    assert page_faults(PAGE.format(body)) == []


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ("", ["0 <h1>"]),
        ("<h1>A</h1><h1>B</h1>", ["2 <h1>"]),
        ("<h1>A</h1><main></main>", ["2 <main>"]),
        ('<h1 id="main">A</h1>', ["id main 2 times"]),
        ('<h1>A</h1><a href="#there">B</a>', ["link to #there, which is not there"]),
        ('<h1 style="color: red">A</h1>', ["style attribute on <h1>"]),
        ('<h1 onclick="go()">A</h1>', ["onclick on <h1>"]),
        ("<h1>A</h1><script>go()</script>", ["inline script or style"]),
        ("<h1>A</h1><style>p{}</style>", ["inline script or style"]),
    ],
)
def test_each_fault_is_named(body, faults):
    assert page_faults(PAGE.format(body)) == faults


def test_language_and_title_are_asked_for():
    assert page_faults("<html><main><h1>A</h1></main></html>") == ["no <title>", "<html lang=None>"]


@pytest.mark.parametrize(
    ("html", "line"),
    [
        ("<ul>\n  <li>\n A\n B </li>\n</ul>\n", "<ul><li>A B</li></ul>"),
        ('<a\n  href="/a  b"\n  class=" a\n b "\n>A</a >', '<a href="/a  b" class="a b">A</a>'),
        ('<circle r="1" />', '<circle r="1"/>'),
        ("<p>A <b> B </b> C</p>", "<p>A <b>B </b>C</p>"),
        ("<p>A<b> B </b></p>", "<p>A<b> B</b></p>"),
        ("<p>A <!-- B --> C</p>", "<p>A C</p>"),
        ("<p>A\n, B</p>", "<p>A , B</p>"),
        ("<label>A\n<textarea>\n B  C\n</textarea>\n</label>", "<label>A <textarea>\n B  C\n</textarea> </label>"),
        ("<p>A <input> <button> B </button> C</p>", "<p>A <input> <button>B</button> C</p>"),
        ("<p>A <br> B</p>", "<p>A<br>B</p>"),
        ("<p>1 < 2</p>", "<p>1 < 2</p>"),
    ],
)
def test_one_line_has_the_white_space_that_shows(html, line):
    assert one_line(html) == line
