"""The shape of the house: which way imports point, how long files get, what a template may hold."""

import ast
import os
import re
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from programs import search

ROOT = Path(__file__).resolve().parent.parent

ARROWS = {"programs": {"programs"}, "advising": {"advising", "programs"}, "portal": {"portal", "advising", "programs"}}
"""What each app may import."""

LAYERS = (
    ("choices", "exceptions", "types", "wording", "time_zones"),
    ("models", "querysets"),
    ("policy", "figures", "place"),
    ("search",),
    ("routes",),
    ("services",),
    ("filters", "reads"),
    ("importers", "forms"),
    ("decorators", "pages"),
    ("views", "health", "admin", "templatetags", "management"),
    ("urls",),
)
"""The order inside an app, lowest first: a module imports its own layer and those before it. README tells it too."""

OUTSIDE = {
    "apps": "Django calls it when everything is loaded",
    "migrations": "the past",
    "data": "the shipped catalog",
    "static": "files for the browser",
    "settings": "read by Django",
    "env": "read by settings",
    "single_sign_on": "read by settings",
    "wsgi": "started by the web server",
    "context_processors": "called by every template",
    "frames": "around every view",
    "middleware": "around every view",
    "outage": "around every view",
    "sign_in": "between the views and allauth",
    "adapters": "called by allauth",
    "log_format": "called by logging",
    "database": "what the two engines say, on any layer",
    "sqlite3": "an engine, named in settings",
    "postgresql": "an engine, named in settings",
    "shared_cache": "a cache, named in settings",
    "static_storage": "a storage, named in settings",
}
"""Modules that stand outside the layers, with the reason."""

LATE_IMPORTS = {
    "programs/apps.py": "signals connect to models, which must be loaded",
    "advising/apps.py": "what it builds on needs every app named first",
}
"""Files with an import inside a function, with the reason; anywhere else it would hide a circle."""

BORROWED_VIEWS = {
    "programs/views/remembered.py imports programs.views.search": "the same page, while the database is away",
}
"""Imports of a module of views that are none of ``urls``, with the reason."""

LONGEST = 400
"""Lines that a file may have before it is split by noun."""

WIDEST = 119
"""Characters that a line of a source file may have, apart from a mark for a tool, which has no other place."""

MARK = re.compile(r"  # (?:noqa|type: ignore)\b.*")

SOURCES = ("*.py", "*.html", "*.css", "*.js", "*.svg", "*.toml", "*.yml", "*.yaml", "Makefile", "run")
"""Prose (Markdown), data (JSON, CSV) and lists that tools write (requirements) are no source."""

NOT_OURS = {"migrations": "written by makemigrations", "vendor": "written by others", "data": "the shipped catalog"}
"""Folders whose files are read and changed by nobody here, with the reason."""


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def imported_modules(path: Path) -> Iterator[str]:
    """Every module that a file imports, in functions too, by full name; relative ones are resolved."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            # "from programs import models" names the module only in its second half.
            names = {f"{module}.{alias.name}" for alias in node.names}
            yield from {name if "." not in module or is_module(name) else module for name in names}


def is_module(name: str) -> bool:
    return (ROOT / name.replace(".", "/")).with_suffix(".py").exists()


@cache
def imports() -> list[tuple[Path, str]]:
    return [(path, module) for path in python_files(*ARROWS) for module in imported_modules(path)]


RANKS = {name: rank for rank, names in enumerate(LAYERS) for name in names}


def rooms(app: str) -> set[str]:
    """The modules and folders at the top of an app."""
    names = {path.stem for path in (ROOT / app).iterdir() if path.suffix == ".py" or path.is_dir()}
    return names - {"__init__", "__pycache__"}


def readme_map() -> tuple[dict[str, set[str]], str]:
    """The rooms of each app and the order of the layers, as README tells them."""
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition("## The map of the house")[2]
    told, layers = text.split("```")[1:4:2]
    found: dict[str, set[str]] = {}
    for line in told.splitlines():
        if app := re.match(r"(\w+)/", line):
            here = found.setdefault(app[1], set())
        elif names := re.match(r"  (\w+(?: \w+)*)", line):
            here |= set(names[1].split())
    return found, " ".join(layers.removeprefix("text").split())


def test_every_room_has_its_layer_or_a_reason():
    every = set().union(*(rooms(app) for app in ARROWS))
    assert RANKS.keys() & OUTSIDE.keys() == set()
    assert RANKS.keys() | OUTSIDE.keys() == every


def test_the_map_names_every_room_and_the_order_of_the_layers():
    told, layers = readme_map()
    assert {app: told[app] for app in ARROWS} == {app: rooms(app) for app in ARROWS}
    assert layers == " -> ".join(", ".join(names) for names in LAYERS)


def test_apps_import_only_along_the_arrows():
    crossed = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path, module in imports()
        if (app := module.split(".")[0]) in ARROWS and app not in ARROWS[path.relative_to(ROOT).parts[0]]
    ]
    assert crossed == []


def test_modules_import_only_lower_layers():
    wrong = []
    for path, module in imports():
        app, inside, *_ = *path.relative_to(ROOT).with_suffix("").parts, "__init__"
        target_app, target, *_ = *module.split("."), "__init__"
        if target_app != app or not {inside, target} <= RANKS.keys():
            continue
        if RANKS[target] > RANKS[inside]:
            wrong.append(f"{path.relative_to(ROOT)} imports {module}")
    assert wrong == []


def test_search_is_asked_at_its_front_door():
    """Other packages import names of ``programs.search.__all__``, nothing from inside it."""
    wrong, inside = [], re.compile(r"programs\.search\.")
    for path in python_files(*ARROWS):
        if path.is_relative_to(ROOT / "programs" / "search"):
            continue
        wrong += [f"{path.relative_to(ROOT)} imports {one}" for one in imported_modules(path) if inside.match(one)]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "programs.search":
                strange = {alias.name for alias in node.names} - set(search.__all__)
                wrong += [f"{path.relative_to(ROOT)} imports {name} of programs.search" for name in sorted(strange)]
    assert wrong == []


def test_a_module_of_views_is_imported_only_by_urls():
    views = {name for path, name in imports() if path.stem == "urls" and re.match(r"\w+\.(views|health)\b", name)}
    borrowed = {
        f"{path.relative_to(ROOT)} imports {module}"
        for path, module in imports()
        if module in views and path.stem != "urls"
    }
    assert len(views) > 10
    assert borrowed == set(BORROWED_VIEWS)


def test_imports_stand_at_the_top():
    late = {
        str(path.relative_to(ROOT))
        for path in python_files(*ARROWS)
        if "migrations" not in path.parts
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert late == set(LATE_IMPORTS)


def test_the_reader_of_imports_sees_every_form(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    path = tmp_path / "programs" / "search" / "text.py"
    path.parent.mkdir(parents=True)
    path.write_text(
        "import os.path\nfrom programs import models\nfrom . import words\nfrom ..choices import Status\n"
        "from .page import Facet\ndef late():\n    from advising.models import Note\n"
    )
    assert sorted(imported_modules(path)) == [
        "advising.models",
        "os.path",
        "programs.choices",
        "programs.models",
        "programs.search",
        "programs.search.page",
    ]


def test_files_stay_short():
    ours = python_files("portal", "programs", "advising", "tests") + [
        path
        for folder in ("templates", "portal", "programs", "advising", ".ci")
        for pattern in ("*.html", "*.css", "*.js", "run")
        for path in (ROOT / folder).rglob(pattern)
    ]
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in ours
        if not NOT_OURS.keys() & set(path.relative_to(ROOT).parts)
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_no_line_is_too_wide():
    folders = ("templates", "portal", "programs", "advising", "tests", "requirements", ".ci", ".github")
    ours = [path for folder in folders for pattern in SOURCES for path in (ROOT / folder).rglob(pattern)]
    ours += [path for pattern in SOURCES for path in ROOT.glob(pattern)]
    wide = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in ours
        if not NOT_OURS.keys() & set(path.relative_to(ROOT).parts)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(MARK.sub("", line)) > WIDEST
    ]
    assert wide == []


@pytest.mark.django_db
def test_no_migration_is_pending():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrations_have_names_and_a_way_back():
    ours = {key: found for key, found in MigrationLoader(None).disk_migrations.items() if key[0] in ARROWS}
    assert {app for app, _ in ours} >= {"portal", "programs"}
    unnamed = [name for _, name in ours if re.fullmatch(r"\d{4}_(auto_.*|initial|.*_and_more)", name)]
    one_way = [key for key, found in ours.items() if not all(step.reversible for step in found.operations)]
    assert (unnamed, one_way) == ([], [])


@pytest.fixture
def empty_database(tmp_path, settings):
    """The address of a database of this engine that holds nothing yet."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.sqlite3"
        return
    name = f"{settings.DATABASES['default']['NAME']}_empty"
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as session:
        session.execute(f'CREATE DATABASE "{name}"')
        yield f"{server}/{name}"
        session.execute(f'DROP DATABASE "{name}"')


def made_by_migrations(database_url: str) -> set[str]:
    """Names of the tables, and on PostgreSQL of the functions, that a database holds."""
    if database_url.startswith("sqlite"):
        with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as session:
            return {name for (name,) in session.execute("SELECT name FROM sqlite_master WHERE type <> 'index'")}
    with psycopg.connect(database_url) as session:
        return {
            name
            for (name,) in session.execute(
                "SELECT relname FROM pg_class WHERE relkind IN ('r', 'v') AND relnamespace = 'public'::regnamespace"
                " UNION SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            )
        }


def test_migrations_can_be_taken_back_and_leave_nothing(empty_database):
    def migrate(*target):
        done = subprocess.run(
            [sys.executable, "manage.py", "migrate", *target, "--verbosity", "0"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": empty_database, "DJANGO_SETTINGS_MODULE": "tests.settings"},
            capture_output=True,
            text=True,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return made_by_migrations(empty_database)

    assert {"programs_program", "portal_user"} <= migrate()
    frameworks = ("auth_", "django_", "sqlite_")
    assert [name for name in migrate("portal", "zero") if not name.startswith(frameworks)] == []


@pytest.mark.parametrize("name", ["base", "dev"])
def test_requirements_are_locked_and_name_no_index(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    pinned = re.findall(r"^([A-Za-z0-9._-]+(?:\[[\w,-]+\])?)==\S+.*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    unhashed = [block for block in re.split(r"^(?=\S)", text, flags=re.MULTILINE) if block and "--hash=" not in block]
    assert len(pinned) > 10
    assert unhashed == []
    assert re.findall(r"https?:|file:|--(?:extra-)?index-url|--find-links|--trusted-host", text) == []


def test_every_ruff_exception_has_a_reason():
    text = (ROOT / "pyproject.toml").read_text()
    ruff = tomllib.loads(text)["tool"]["ruff"]["lint"]
    codes = ruff["ignore"] + list(ruff["per-file-ignores"])
    explained = re.findall(r'^\s*"([^"]+)"(?:,| = \[.*\]) *# \S+', text, re.MULTILINE)
    assert sorted(set(codes) - set(explained)) == []
    silent = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in python_files(*ARROWS, "tests")
        if "migrations" not in path.parts
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"#\s*noqa\b", line) and not re.search(r"# noqa: [A-Z]+\d+(, [A-Z]+\d+)* - \S", line)
    ]
    assert [line for line in silent if "test_structure" not in line] == []


FORBIDDEN_IN_TEMPLATES = {
    "an inline style": r"<style\b|\sstyle\s*=",
    "an inline script": r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/(?:ld\+)?json\")",
    "a script attribute": r"\s(?:on[a-z]+|hx-on[\w:-]*|hx-vals=\"js)\s*=|javascript:",
    "something loaded from elsewhere": r"<(?:script|link|img|iframe|source|use)\b[^>]*(?:src|href)=\"(?:https?:)?//",
    "a number without its comma": (
        r"{{ (?!\S*(?:lead_hours|cut_off_hours))"  # never so many
        r"(?:[\w.]*(?:count|total|hidden|elsewhere|near|hours)|[\w.]+\|length(?:\|add:-?\d+)?)"
        r"(?!\S*\|(?:intcomma|pluralize|default_if_none:''))(?:\|\S+)? }}"
    ),
}
"""The first four the Content-Security-Policy would refuse."""


def without_comments(template: str) -> str:
    return re.sub(r"{% comment.*?endcomment %}|{#.*?#}|<!--.*?-->", "", template, flags=re.DOTALL)


@pytest.mark.parametrize("what", FORBIDDEN_IN_TEMPLATES)
def test_templates_hold_nothing_forbidden(what):
    found = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if re.search(FORBIDDEN_IN_TEMPLATES[what], without_comments(path.read_text(encoding="utf-8")), re.IGNORECASE)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("what", "html"),
    [
        ("an inline style", '<p class="a" style="color: red">'),
        ("an inline script", "<script>go()</script>"),
        ("a script attribute", '<button onclick="go()">'),
        ("something loaded from elsewhere", '<img alt="" src="https://example.org/a.png">'),
        ("a number without its comma", "+{{ page.elsewhere }}"),
        ("a number without its comma", "{{ links|length|add:-8 }} more"),
    ],
)
def test_each_rule_for_templates_catches_its_example(what, html):
    assert re.search(FORBIDDEN_IN_TEMPLATES[what], html)
    assert not re.search(
        FORBIDDEN_IN_TEMPLATES[what],
        '<script src="/static/a.js" defer></script><a href="https://a">{{ a.count|intcomma }} b{{ b|pluralize }}',
    )
