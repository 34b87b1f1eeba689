import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import env

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1", True), ("TRUE", True), ("yes", True), ("on", True), ("0", False), ("False", False), ("no", False)],
)
def test_flag_reads_a_yes_or_a_no(monkeypatch, value, expected):
    monkeypatch.setenv("SWITCH", value)
    assert env.flag("SWITCH", default=not expected) is expected


@pytest.mark.parametrize("value", ["2", "maybe", "tru", " "])
def test_flag_refuses_junk(monkeypatch, value):
    monkeypatch.setenv("SWITCH", value)
    with pytest.raises(ImproperlyConfigured, match=r"^SWITCH=.* is not a yes or a no"):
        env.flag("SWITCH")


@pytest.mark.parametrize("default", [True, False])
@pytest.mark.parametrize("value", [None, ""])
def test_flag_that_is_not_set_has_its_default(monkeypatch, value, default):
    monkeypatch.delenv("SWITCH", raising=False)
    if value is not None:
        monkeypatch.setenv("SWITCH", value)
    assert env.flag("SWITCH", default) is default


def test_number_reads_whole_numbers(monkeypatch):
    monkeypatch.setenv("SIZE", "12")
    assert env.number("SIZE", 8) == 12
    monkeypatch.setenv("SIZE", "")
    assert env.number("SIZE", 8) == 8


@pytest.mark.parametrize("value", ["-1", "1.5", "many", "1e3"])
def test_number_refuses_junk(monkeypatch, value):
    monkeypatch.setenv("SIZE", value)
    with pytest.raises(ImproperlyConfigured, match=r"^SIZE=.* is not a whole number"):
        env.number("SIZE", 8)


def test_text_without_default_must_be_set(monkeypatch):
    monkeypatch.setenv("KEY", "")
    assert env.text("KEY", "other") == "other"
    with pytest.raises(ImproperlyConfigured, match=r"^KEY is not set\."):
        env.text("KEY")


def test_words_are_stripped_and_empty_ones_dropped(monkeypatch):
    monkeypatch.setenv("HOSTS", " a.example , ,b.example,")
    assert env.words("HOSTS") == ["a.example", "b.example"]
    monkeypatch.setenv("HOSTS", "")
    assert env.words("HOSTS", "localhost,127.0.0.1") == ["localhost", "127.0.0.1"]


def test_file_fills_what_the_environment_leaves_open(monkeypatch, tmp_path):
    path = tmp_path / ".env"
    path.write_text("# a comment\n\nWAYPOINT_A = 'from file'\nWAYPOINT_B=from=file\nWAYPOINT_C=\n")
    for name in ("WAYPOINT_A", "WAYPOINT_C"):
        monkeypatch.setenv(name, "")  # so that both are put back afterwards
        monkeypatch.delenv(name)
    monkeypatch.setenv("WAYPOINT_B", "from environment")
    env.load_file(path)
    values = [env.text(f"WAYPOINT_{letter}", "nothing") for letter in "ABC"]
    assert values == ["from file", "from environment", "nothing"]


def test_file_that_is_not_there_is_no_file(tmp_path):
    env.load_file(tmp_path / ".env")


@pytest.mark.parametrize("line", ["SECRET_KEY", "export SECRET_KEY=1", "=1"])
def test_file_with_a_broken_line_is_refused_by_its_number(tmp_path, line):
    path = tmp_path / ".env"
    path.write_text(f"# first\n{line}\n")
    with pytest.raises(ImproperlyConfigured, match=r"^\.env, line 2: expected KEY=value"):
        env.load_file(path)


def test_example_file_as_it_stands_means_the_defaults(monkeypatch):
    """``make run`` copies it, so that an empty value must never weigh more than no value."""
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    for name in re.findall(r"^([A-Z_]+)=$", example, re.MULTILINE):
        monkeypatch.setenv(name, "")
        assert (env.text(name, "default"), env.words(name, "a,b")) == ("default", ["a", "b"])


def test_example_file_lists_every_variable_that_settings_read():
    settings = "".join((ROOT / "portal" / name).read_text() for name in ("settings.py", "single_sign_on.py"))
    read = set(re.findall(r'env\.(?:text|flag|number|words)\(\s*"(\w+)"', settings))
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert "SECRET_KEY" in read
    assert set(re.findall(r"^#? ?([A-Z_]+)=", example, re.MULTILINE)) == read
