"""A copy of the shipped catalog's files that a test may change."""

import json
import shutil

import pytest

from programs.services import shipped_rows


@pytest.fixture
def own_files(tmp_path, monkeypatch):
    """The folder of the copy, which the loader reads instead of the real one."""
    folder = tmp_path / "data"
    shutil.copytree(shipped_rows.DATA, folder)
    monkeypatch.setattr(shipped_rows, "DATA", folder)
    return folder


@pytest.fixture
def edit(own_files):
    """``edit(name, change)`` lets ``change`` alter the content of one JSON file of the copy."""

    def edit_file(name, change):
        path = own_files / name
        content = json.loads(path.read_text(encoding="utf-8"))
        change(content)
        path.write_text(json.dumps(content), encoding="utf-8")

    return edit_file
