"""The stylesheet as production serves it, and the rules in it."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import StaticFilesStorage

from portal import static_storage

STATIC = Path(static_storage.__file__).parent / "static"
SHEETS = sorted((STATIC / "portal/css").glob("*.css"))
ROOT = STATIC.parent.parent


@pytest.fixture
def collected(tmp_path):
    """The text of the stylesheet that pages link when the files of the portal have been collected."""
    source = StaticFilesStorage(location=STATIC, base_url="/static/")
    names = [path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file()]
    storage = static_storage.StaticFilesStorage(location=tmp_path, base_url="/static/")
    for name in names:
        with source.open(name) as file:
            storage.save(name, file)
    done = list(storage.post_process({name: (storage, name) for name in names}))
    assert [result for _, _, result in done if isinstance(result, Exception)] == []
    hashed = json.loads((tmp_path / "staticfiles.json").read_text())["paths"][static_storage.STYLESHEET]
    assert Path(f"{tmp_path / hashed}.gz").exists()
    return (tmp_path / hashed).read_text()


def test_the_stylesheet_is_one_file_that_holds_each_of_ours_once(collected):
    assert "@import" not in collected
    imports = re.findall(r'url\("([^"]+)"\)', (STATIC / static_storage.STYLESHEET).read_text())
    assert sorted(imports[1:]) == [path.name for path in SHEETS if path.name != "site.css"]
    places = [collected.index((STATIC / "portal/css" / name).read_text()) for name in imports[1:]]
    assert places == sorted(places)


def test_pico_stays_in_its_layer_below_ours(collected):
    layer, _, ours = collected.partition("}\n" + (STATIC / "portal/css/tokens.css").read_text())
    assert layer.partition("@layer pico {\n")[2] == (STATIC / "portal/vendor/pico/pico.min.css").read_text()
    assert ours


def test_no_sheet_names_another_file():
    assert [path.name for path in SHEETS if path.name != "site.css" and "url(" in path.read_text()] == []


FROM_ELSEWHERE = {
    "errorlist": "Django's lists of what is wrong",
    "htmx-request": "htmx, while an answer is on its way",
    "pathway-narrow": "programs/_pathway_drawing.html, from its shape",
    "pathway-wide": "programs/_pathway_drawing.html, from its shape",
    "title": "programs/_pathway_drawing.html, from the kind of a box",
}
"""Classes that stand in no template or script word by word, with who gives them."""


GIVEN = r"""class(?:Name)?(?:"?: |=| = )["']([^"']*)|classList\.\w+\("([\w-]+)"""
"""How templates, scripts and tags in Python give classes."""


def test_every_class_with_rules_is_given_to_something():
    styled = set()
    for path in SHEETS:
        selectors = re.sub(r"/\*.*?\*/|\{[^{}]*\}|@import[^\n]*", " ", path.read_text(), flags=re.DOTALL)
        styled |= set(re.findall(r"\.([A-Za-z][\w-]*)", selectors))
    given = set()
    for folder in ("templates", "portal", "programs", "advising"):
        for path in (ROOT / folder).rglob("*.*"):
            if path.suffix in (".html", ".py", ".js"):
                text = re.sub(r"{%.*?%}|{{.*?}}", " ", path.read_text())
                for words in re.findall(GIVEN, text):
                    given |= set(" ".join(words).split())
    assert styled - given == set(FROM_ELSEWHERE)
