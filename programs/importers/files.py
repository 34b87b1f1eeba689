"""Files on disk and members of zip archives: found, unpacked and read as lines of text, within limits."""

import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path, PurePosixPath
from typing import cast

from programs.exceptions import DirectoryError

BOM = b"\xef\xbb\xbf"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
GZIP = b"\x1f\x8b"
WORKBOOKS = {".xlsx", ".xls"}
FOLDERS_DEEP = 3
"""A folder is searched this deep below itself; a publisher's archive, unpacked beside others, lies two deep."""
MOST_FILES = 10_000
LONGEST_LINE = 16 * 2**20
LARGEST_TABLE = 2**30
"""Bytes, unpacked. The largest published table that is read here (the College Scorecard's) has 68 million."""
MOST_LINES = 5_000_000
"""The longest published table (OEWS, all data) has under half a million."""
DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile)
DAMAGED_TEXT = "the compressed file ends too early or is damaged; fetch it again."


class FileError(DirectoryError):
    """A file that cannot be read as what it should be. Says the file and, where known, the line and the column."""

    def __init__(self, name: str, problem: str, *, line: int | None = None, column: str | None = None):
        place = [name]
        if line is not None:
            place.append(f"line {line}")
        if column is not None:
            place.append(f"column {column}")
        super().__init__(f"{', '.join(place)}: {problem}")


class EncodingError(FileError):
    """Bytes that no encoding explains. ``before`` is what could be read of the line."""

    def __init__(self, name: str, line: int, error: UnicodeDecodeError, column: str | None = None):
        self.cause, self.line = error, line
        self.before = error.object[: error.start].decode("utf-8")
        byte = error.object[error.start]
        super().__init__(name, f"byte {byte:#04x} is not UTF-8; save the file as UTF-8.", line=line, column=column)


@dataclass(frozen=True)
class DataFile:
    """A file on disk, or one member of a zip archive."""

    path: Path
    member: str = ""

    @property
    def name(self) -> str:
        return self.places[0]

    @property
    def plain_name(self) -> str:
        return self.name.lower().removesuffix(".gz")

    @property
    def places(self) -> list[str]:
        """Its name, then the folders and the archive that it lies in, nearest first."""
        return [*reversed(PurePosixPath(self.member).parts), self.path.name, self.path.parent.name]

    @property
    def depth(self) -> int:
        return len(self.path.parts) + len(PurePosixPath(self.member).parts)

    @contextmanager
    def open(self) -> Iterator[io.BufferedReader]:
        """The decompressed bytes; a gzip file inside an archive too. Raises FileError for what needs a password."""
        with ExitStack() as stack:
            packed = self._open_member(stack) if self.member else stack.enter_context(self.path.open("rb"))
            is_gzip = packed.peek(2)[:2] == GZIP
            yield io.BufferedReader(stack.enter_context(gzip.open(packed)) if is_gzip else packed)

    def _open_member(self, stack: ExitStack) -> zipfile.ZipExtFile:
        try:
            archive = stack.enter_context(zipfile.ZipFile(self.path))
            return cast(zipfile.ZipExtFile, stack.enter_context(archive.open(self.member)))
        except RuntimeError as error:
            problem = "is locked with a password or packed in an unusual way; unpack it and import that."
            raise FileError(self.name, problem) from error

    def sha256(self) -> str:
        """Of the file as it lies on disk (the archive, for a member of one)."""
        with self.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def text_lines(self, note: Callable[[str], None] = lambda text: None) -> Iterator[str]:
        """The text of each line; ``note`` gets a remark on the encoding. Raises FileError."""
        number = size = 0
        decode = _Decoder(self.name, note)
        try:
            with self.open() as stream:
                for number, raw in enumerate(iter(partial(stream.readline, LONGEST_LINE), b""), start=1):
                    size += len(raw)
                    if len(raw) == LONGEST_LINE or size > LARGEST_TABLE or number > MOST_LINES:
                        raise FileError(self.name, "this is too large for a published table.", line=number)
                    text = decode(number, raw)
                    if "\0" in text:
                        raise FileError(self.name, "this is not a text file.", line=number)
                    yield text
        except DAMAGED as error:
            raise FileError(self.name, DAMAGED_TEXT, line=number + 1) from error
        except OSError as error:
            raise FileError(self.name, f"cannot be read ({error.strerror or error}).") from error


class _Decoder:
    """Lines as UTF-8, or all of a file that is not as Windows-1252, in which NCES shipped its older ones.

    A file that is both has been damaged: whichever was taken, a part of it would be read as something else.
    """

    def __init__(self, name: str, note: Callable[[str], None]):
        self.name, self.note = name, note
        self.is_utf_8 = False
        self.windows_line: int | None = None

    def __call__(self, number: int, raw: bytes) -> str:
        if raw.isascii():
            return raw.decode("ascii")
        if number == 1 and raw.startswith(UTF_16):
            raise FileError(self.name, "this file is UTF-16; save it as UTF-8.", line=1)
        if number == 1 and raw.startswith(BOM):
            self.is_utf_8, raw = True, raw.removeprefix(BOM)
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            return self._windows(number, raw, error)
        if self.windows_line:
            problem = f"this line is UTF-8 and line {self.windows_line} is not; save the file as UTF-8."
            raise FileError(self.name, problem, line=number)
        self.is_utf_8 = True
        return text

    def _windows(self, number: int, raw: bytes, error: UnicodeDecodeError) -> str:
        text = ""
        if not self.is_utf_8:
            with suppress(UnicodeDecodeError):
                text = raw.decode("cp1252")
        if not text:
            raise EncodingError(self.name, number, error) from error
        if not self.windows_line:
            self.windows_line = number
            self.note(f"{self.name} is not UTF-8 (line {number}); it was read as Windows-1252.")
        return text


def is_archive(path: Path) -> bool:
    return path.suffix.lower() == ".zip" or (path.suffix.lower() not in WORKBOOKS and zipfile.is_zipfile(path))


def list_files(path: Path) -> list[DataFile]:
    """The files of a zip archive, or of a folder and those in it, where an archive counts as the files it holds.

    Raises FileError for an archive that is damaged and for more than MOST_FILES files.
    """
    paths: Iterable[Path] = [path]
    if path.is_dir():
        levels = (path.glob("*/" * level + "*") for level in range(FOLDERS_DEEP + 1))
        paths = (found for found in chain.from_iterable(levels) if found.is_file())
    found = list(islice(chain.from_iterable(map(_unpacked, paths)), MOST_FILES + 1))
    if len(found) > MOST_FILES:
        raise FileError(str(path), f"holds more than {MOST_FILES:,} files; name the folder of the source.")
    return [file for file in found if not file.name.startswith(".")]


def _unpacked(path: Path) -> Iterator[DataFile]:
    if not is_archive(path):
        yield DataFile(path)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except DAMAGED as error:
        raise FileError(path.name, DAMAGED_TEXT) from error
    yield from (DataFile(path, name) for name in names if not name.endswith("/"))
