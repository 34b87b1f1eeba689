"""Reads published tables by the names of their columns: plain, gzip or zip, comma or tab, with or without preface."""

import csv
import gzip
import hashlib
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch, fnmatchcase
from pathlib import Path

from programs.exceptions import DirectoryError

PREFACE_LINES = 20
"""A header is looked for in this many lines; the longest known preface (SOC 2018) has seven."""
LINES_OF_A_RECORD = 50
"""A record that spans more lines has lost a quotation mark."""
BOM = b"\xef\xbb\xbf"
DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile)


class FileError(DirectoryError):
    """A file that cannot be read as what it should be. Says the file and, where known, the line and the column."""

    def __init__(self, name: str, problem: str, *, line: int | None = None, column: str | None = None):
        place = [name]
        if line is not None:
            place.append(f"line {line}")
        if column is not None:
            place.append(f"column {column}")
        super().__init__(f"{', '.join(place)}: {problem}")


class RowError(ValueError):
    """One row that cannot be taken; the rest of its file still can."""


@dataclass(frozen=True)
class Layout:
    """How a publisher lays out one table.

    ``pattern`` matches the file's lower-case name without ``.gz``; ``folder`` matches where the file lies in a folder
    that holds every source. A star in a column's name stands for any text (headers that hold years). ``no_header`` is
    for files without a header line: ``columns`` are then all of theirs, in order.
    """

    name: str
    folder: str
    pattern: str
    columns: tuple[str, ...]
    delimiter: str = ","
    quoted: bool = True
    no_header: bool = False
    reader: Callable | None = None
    """What reads the file in this layout; a Table unless the publisher has another format."""

    def open(self, file: "DataFile"):
        return (self.reader or Table)(file, self)


@dataclass(frozen=True)
class DataFile:
    """A file on disk, or one member of a zip archive."""

    path: Path
    member: str = ""

    @property
    def name(self) -> str:
        return Path(self.member).name if self.member else self.path.name

    @property
    def plain_name(self) -> str:
        return self.name.lower().removesuffix(".gz")

    def open(self):
        """The decompressed bytes."""
        if self.member:
            return zipfile.ZipFile(self.path).open(self.member)
        with self.path.open("rb") as stream:
            magic = stream.read(2)
        return gzip.open(self.path) if magic == b"\x1f\x8b" else self.path.open("rb")

    def sha256(self) -> str:
        """Of the file as it lies on disk (the archive, for a member of one)."""
        with self.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def text_lines(self) -> Iterator[tuple[int, str]]:
        """Number (from 1) and text of each line, as UTF-8. Raises FileError on damage or another encoding."""
        number = 0
        try:
            with self.open() as stream:
                for number, raw in enumerate(stream, start=1):
                    if number == 1:
                        raw = raw.removeprefix(BOM)
                    text = raw.decode("utf-8")
                    if "\0" in text:
                        raise FileError(self.name, "this is not a text file.", line=number)
                    yield number, text
        except UnicodeDecodeError as error:
            raise EncodingError(self.name, number, error) from error
        except DAMAGED as error:
            raise FileError(
                self.name, "the compressed file ends too early or is damaged; fetch it again.", line=number + 1
            ) from error
        except OSError as error:
            raise FileError(self.name, f"cannot be read ({error.strerror or error}).") from error


class EncodingError(FileError):
    """Bytes that are not UTF-8. ``before`` is what could be read of the line."""

    def __init__(self, name: str, line: int, error: UnicodeDecodeError, column: str | None = None):
        self.cause, self.line = error, line
        self.before = error.object[: error.start].decode("utf-8")
        byte = error.object[error.start]
        super().__init__(name, f"byte {byte:#04x} is not UTF-8; save the file as UTF-8.", line=line, column=column)


class Row:
    """The cells of one line by column name, without surrounding space."""

    __slots__ = ("_cells", "_columns", "line")

    def __init__(self, line: int, cells: list[str], columns: dict[str, int]):
        self.line, self._cells, self._columns = line, cells, columns

    def __getitem__(self, column: str) -> str:
        index = self._columns[column]
        if index >= len(self._cells):
            raise RowError(f"the line ends before column {column}.")
        return self._cells[index].strip()

    def is_blank(self) -> bool:
        return not any(cell and not cell.isspace() for cell in self._cells)


class Table:
    """A file in a layout. Opening it finds the header, so that a wrong file is refused before anything is done."""

    def __init__(self, file: DataFile, layout: Layout):
        self.file, self.layout = file, layout
        self.header_line, self.header = self._find_header()
        self._columns = {name: self.header.index(self.header_name(name)) for name in layout.columns}

    @property
    def name(self) -> str:
        return self.file.name

    def header_name(self, column: str) -> str:
        """The header as the file has it. Raises FileError when it is absent."""
        for name in self.header:
            if _matches(name, column):
                return name
        raise FileError(
            self.name,
            f"this column is missing, so the file is not the {self.layout.name} table.",
            line=self.header_line,
            column=column.strip("* "),
        )

    def _cells(self, lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
        """Line number and cells of each record, from the first line that ``lines`` gives."""
        number = 0

        def texts():
            nonlocal number
            for line, text in lines:
                number = line
                yield text

        quoting = csv.QUOTE_MINIMAL if self.layout.quoted else csv.QUOTE_NONE
        reader = csv.reader(texts(), delimiter=self.layout.delimiter, quoting=quoting)
        while True:
            before = number
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise FileError(self.name, f"this is not a table that can be read ({error}).", line=number) from error
            if number - before > LINES_OF_A_RECORD:
                raise FileError(self.name, "a quotation mark opens here and is never closed.", line=before + 1)
            yield number, cells

    def _find_header(self) -> tuple[int, list[str]]:
        """The line that holds the most of the columns we need, among the first few."""
        if self.layout.no_header:
            self._check_width()
            return 0, list(self.layout.columns)
        best, most = (1, []), 0
        for line, cells in self._cells(self.file.text_lines()):
            names = [cell.strip() for cell in cells]
            found = sum(any(_matches(name, column) for name in names) for column in self.layout.columns)
            if found > most or not best[1]:
                best, most = (line, names), found
            if found == len(self.layout.columns) or line >= PREFACE_LINES:
                break
        if not best[1]:
            raise FileError(self.name, "the file is empty.", line=1)
        return best

    def _check_width(self) -> None:
        """Refuse a file without header whose first line has another number of columns. Raises FileError."""
        line, cells = next(self._cells(self.file.text_lines()), (1, []))
        if len(cells) != len(self.layout.columns):
            problem = f"{len(cells)} columns where the {self.layout.name} table has {len(self.layout.columns)}."
            raise FileError(self.name, problem, line=line)

    def __iter__(self) -> Iterator[Row]:
        """Every record after the header that is not blank. Raises FileError where the file cannot be read on."""
        lines = self.file.text_lines()
        try:
            for line, cells in self._cells(lines):
                if line <= self.header_line:
                    continue
                row = Row(line, cells, self._columns)
                if not row.is_blank():
                    yield row
        except EncodingError as error:
            index = len(next(csv.reader([error.before], delimiter=self.layout.delimiter), [])) - 1
            column = self.header[index] if 0 <= index < len(self.header) else None
            raise EncodingError(self.name, error.line, error.cause, column) from error


def _matches(name: str, column: str) -> bool:
    return name == column or fnmatchcase(name, column)


def list_files(path: Path, folder: str) -> list[DataFile]:
    """The files of a folder, of its subfolder ``folder``, or of a zip archive; by name. A plain file is itself."""
    if path.is_dir():
        places = [path, *(place for place in path.glob(folder) if place.is_dir())]
        found = [DataFile(file) for place in places for file in place.iterdir() if file.is_file()]
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            found = [DataFile(path, name) for name in archive.namelist() if not name.endswith("/")]
    else:
        found = [DataFile(path)]
    return sorted(found, key=lambda file: file.plain_name)


def find_tables(path: Path, layouts: tuple[Layout, ...]) -> dict[str, Table]:
    """The tables of a source by layout name.

    A folder or archive must hold them all; where several vintages match, the newest by name is taken. A plain file is
    recognised by its columns, whatever it is called. Raises FileError.
    """
    if not path.exists():
        raise FileError(str(path), "there is no such file or folder.")
    if path.suffix.lower() in {".xlsx", ".xls"}:
        raise FileError(path.name, "this is a workbook; save its sheet as CSV (UTF-8) and import that.")
    if not path.is_dir() and not zipfile.is_zipfile(path):
        table = _recognise(DataFile(path), layouts)
        return {table.layout.name: table}
    found = {}
    for layout in layouts:
        files = [f for f in list_files(path, layout.folder) if fnmatch(f.plain_name, layout.pattern)]
        if not files:
            raise FileError(str(path), f"holds no {layout.name} table (a file named like {layout.pattern}).")
        found[layout.name] = layout.open(files[-1])
    return found


def _recognise(file: DataFile, layouts: tuple[Layout, ...]) -> Table:
    """The file in the layout whose columns it has; of several, the one that asks for most. Raises FileError."""
    errors = {}
    for layout in sorted(layouts, key=lambda layout: -len(layout.columns)):
        try:
            return layout.open(file)
        except EncodingError:
            raise
        except FileError as error:
            errors[layout] = error
    by_name = [error for layout, error in errors.items() if fnmatch(file.plain_name, layout.pattern)]
    raise (by_name or list(errors.values()))[0]
