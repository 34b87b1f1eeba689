"""Static files of production: compressed, named after their contents, and the stylesheet in one piece."""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

STYLESHEET = "portal/css/site.css"
"""Imports one file for each kind of thing. A browser would ask for them one after the other."""

IMPORT = re.compile(r'^@import url\("([^"]+)"\)(?: layer\((\w+)\))?;\n', re.MULTILINE)


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Joins ``STYLESHEET`` with what it imports before it is named after its contents.

    The imported files may name no other file by ``url()``: nothing is done about addresses that are relative.
    """

    def post_process(self, paths: dict[str, tuple[Any, str]], dry_run: bool = False, **options: Any) -> Iterator:
        if STYLESHEET in paths and not dry_run:
            joined = InMemoryStorage()
            joined.save(STYLESHEET, ContentFile(_joined(STYLESHEET, paths).encode()))
            paths = {**paths, STYLESHEET: (joined, STYLESHEET)}
        yield from super().post_process(paths, dry_run=dry_run, **options)


def _joined(name: str, paths: dict[str, tuple[Any, str]]) -> str:
    def text_of(imported: re.Match[str]) -> str:
        address, layer = imported.groups()
        text = _joined(posixpath.normpath(posixpath.join(posixpath.dirname(name), address)), paths)
        return f"@layer {layer} {{\n{text}}}\n" if layer else text

    storage, path = paths[name]
    with storage.open(path) as file:
        return IMPORT.sub(text_of, file.read().decode())
