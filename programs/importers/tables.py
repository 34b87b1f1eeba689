"""Reads published tables by the names of their columns, comma or tab, with or without preface."""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch, fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from .files import WORKBOOKS, DataFile, EncodingError, FileError, list_files

if TYPE_CHECKING:
    from .citations import Citation

PREFACE_LINES = 20
"""A header is looked for in this many lines; the longest known preface (SOC 2018) has seven."""
LINES_OF_A_RECORD = 50
"""A record that spans more lines has lost a quotation mark."""
WORKBOOK = "this is a workbook; save its sheet as CSV (UTF-8) and import that."


class MissingColumnError(FileError):
    """A readable table that lacks a column, so that it is another one."""


class RowError(ValueError):
    """One row that cannot be taken; the rest of its file still can."""


class RowSkippedError(Exception):
    """One row that is not meant for the directory; says what it is: "of one industry"."""


@dataclass(frozen=True)
class Layout:
    """How a publisher lays out one table.

    ``pattern`` matches the file's lower-case name without ``.gz``. A star in a column's name stands for any text
    (headers that hold years); capitals and stray spaces in a header do not matter. ``optional`` columns are read where
    the file has them. ``no_header`` is for files without a header line: ``columns`` are then all of theirs, in order.
    """

    name: str
    pattern: str
    columns: tuple[str, ...]
    citation: "Citation | None" = None
    """What the file is cited as, which tells its release; None where the publisher names no release."""
    optional: tuple[str, ...] = ()
    delimiter: str = ","
    quoted: bool = True
    no_header: bool = False
    reader: "Callable[[DataFile, Layout], Table] | None" = None
    """What reads the file in this layout, where the publisher has a format of its own beside tables."""

    def open(self, file: DataFile) -> "Table":
        return (self.reader or Table)(file, self)


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

    def get(self, column: str) -> str | None:
        """The cell of an optional column; None where the file has no such column."""
        return self[column] if column in self._columns else None

    def is_blank(self) -> bool:
        return not any(cell and not cell.isspace() for cell in self._cells)


class Table:
    """A file in a layout. Opening it finds the header, so that a wrong file is refused before anything is done."""

    def __init__(self, file: DataFile, layout: Layout):
        self.file, self.layout = file, layout
        self.notes: list[str] = []
        """Remarks on how the file had to be read; complete once its rows have been."""
        self.version = ""
        """The version that the file itself says it is of; few do."""
        self.header_line, self.header = self._find_header()
        self._columns = self._find_columns()

    @property
    def name(self) -> str:
        return self.file.name

    def header_name(self, column: str) -> str:
        """The header as the file has it."""
        return self.header[self._columns[column]]

    def _find_columns(self) -> dict[str, int]:
        """Where each column is. Raises MissingColumnError where one is absent, FileError where two bear its name."""
        index = _index_of(self.header)
        places = {column: _places(index, column) for column in (*self.layout.columns, *self.layout.optional)}
        for column in self.layout.columns:
            if not places[column]:
                problem = f"this column is missing, so the file is not the {self.layout.name} table."
                raise MissingColumnError(self.name, problem, line=self.header_line, column=column.strip("* "))
        for column, found in places.items():
            if len(found) > 1 and "*" not in column:
                raise FileError(self.name, "two columns bear this name.", line=self.header_line, column=column)
        return {column: found[0] for column, found in places.items() if found}

    def _cells(self, lines: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
        """Line number and cells of each record; of one that spans lines, the number of its last."""
        reader = csv.reader(
            lines,
            delimiter=self.layout.delimiter,
            quoting=csv.QUOTE_MINIMAL if self.layout.quoted else csv.QUOTE_NONE,
        )
        before = 0
        try:
            for cells in reader:
                if reader.line_num - before > LINES_OF_A_RECORD:
                    raise FileError(self.name, "a quotation mark opens here and is never closed.", line=before + 1)
                yield reader.line_num, cells
                before = reader.line_num
        except csv.Error as error:
            problem = f"this is not a table that can be read ({error})."
            raise FileError(self.name, problem, line=reader.line_num) from error

    def _find_header(self) -> tuple[int, list[str]]:
        """The line that holds the most of the columns we need, among the first few."""
        if self.layout.no_header:
            self._check_width()
            return 0, list(self.layout.columns)
        best: tuple[int, list[str]] = (1, [])
        most = 0
        for line, cells in self._cells(self.file.text_lines()):
            names = [" ".join(cell.split()) for cell in cells]
            index = _index_of(names)
            found = sum(bool(_places(index, column)) for column in self.layout.columns)
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
        if not cells:
            raise FileError(self.name, "the file is empty.", line=1)
        if len(cells) != len(self.layout.columns):
            problem = f"{len(cells)} columns where the {self.layout.name} table has {len(self.layout.columns)}."
            raise FileError(self.name, problem, line=line)

    def __iter__(self) -> Iterator[Row]:
        """Every record after the header that is not blank. Raises FileError where there is none, or none to read."""
        lines = self.file.text_lines(self.notes.append)
        is_empty = True
        try:
            for line, cells in self._cells(lines):
                if line <= self.header_line:
                    continue
                row = Row(line, cells, self._columns)
                if not row.is_blank():
                    is_empty = False
                    yield row
        except EncodingError as error:
            index = len(next(csv.reader([error.before], delimiter=self.layout.delimiter), [])) - 1
            column = self.header[index] if 0 <= index < len(self.header) else None
            raise EncodingError(self.name, error.line, error.cause, column) from error
        if is_empty:
            raise FileError(self.name, "the file has a header and no rows.", line=self.header_line)


def _index_of(header: list[str]) -> dict[str, list[int]]:
    index: dict[str, list[int]] = {}
    for place, name in enumerate(header):
        index.setdefault(name.casefold(), []).append(place)
    return index


def _places(index: dict[str, list[int]], column: str) -> list[int]:
    wanted = column.casefold()
    if wanted in index or "*" not in wanted:
        return index.get(wanted, [])
    return [place for name, places in index.items() if fnmatchcase(name, wanted) for place in places]


def find_tables(path: Path, layouts: tuple[Layout, ...]) -> dict[str, Table]:
    """The tables of a source that are there, by layout name; at least one.

    In a folder or archive they are found by their names; of several releases the newest is taken, of one release the
    revised table. A plain file, and one alone in an archive, is recognised by its columns, whatever it is called.
    Raises FileError.
    """
    if not path.exists():
        raise FileError(str(path), "there is no such file or folder.")
    if path.suffix.lower() in WORKBOOKS:
        raise FileError(path.name, WORKBOOK)
    files = list_files(path)
    if len(files) == 1 and not path.is_dir():
        table = _recognise(files[0], layouts)
        return {table.layout.name: table}
    found = {layout.name: newest for layout in layouts if (newest := _newest(files, layout))}
    if not found:
        for file in files:
            if Path(file.name).suffix.lower() in WORKBOOKS and any(_is_named(file, layout) for layout in layouts):
                raise FileError(file.name, WORKBOOK)
        wanted = " or ".join(f"{layout.name} table (a file named like {layout.pattern})" for layout in layouts)
        raise FileError(str(path), f"holds no {wanted}.")
    return found


def _newest(files: list[DataFile], layout: Layout) -> Table | None:
    """The table of the newest release among the files that bear its name; None where none does.

    Where a file of that release is another table (a list of variables, say), the next of the same release is taken.
    Raises the error of the first.
    """
    named = [file for file in files if fnmatch(file.plain_name, layout.pattern)]
    named.sort(key=lambda file: (_release(file), "_rv" in file.plain_name, -file.depth, file.plain_name), reverse=True)
    problem = None
    for file in named:
        if _release(file) != _release(named[0]):
            break
        try:
            return layout.open(file)
        except MissingColumnError as error:
            problem = problem or error
    if problem:
        raise problem
    return None


def _release(file: DataFile) -> tuple[int, ...]:
    """The year in a file's name, else the numbers of the nearest folder or archive that has any (``db_29_0_text``)."""
    name, *around = [[int(number) for number in re.findall(r"\d+", place)] for place in file.places]
    return tuple(name[:1] or next(filter(None, around), ()))


def _is_named(file: DataFile, layout: Layout) -> bool:
    return fnmatch(Path(file.plain_name).stem, Path(layout.pattern).stem)


def _recognise(file: DataFile, layouts: tuple[Layout, ...]) -> Table:
    """The file in the layout whose columns it has; of several, the one that asks for most. Raises FileError."""
    errors = {}
    for layout in sorted(layouts, key=lambda layout: -len(layout.columns)):
        try:
            return layout.open(file)
        except MissingColumnError as error:
            errors[layout] = error
    by_name = [error for layout, error in errors.items() if fnmatch(file.plain_name, layout.pattern)]
    raise (by_name or list(errors.values()))[0]
