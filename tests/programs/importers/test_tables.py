"""Files that can be read, and files that are refused in one clear line."""

import gzip
import zipfile

import pytest

from programs.importers.tables import FileError, Layout, RowError, find_tables

LAYOUT = Layout("towns", "towns*.csv", ("CODE", "Name", "Share, 20*"))
TEXT = 'CODE,Name ,"Share, 2024",\n="01",Åre,5\n\n,,\n="02","Big\ntown",6,\n'


def read(path, layout=LAYOUT):
    table = find_tables(path, (layout,))[layout.name]
    return [(row.line, *(row[column] for column in layout.columns)) for row in table]


def refusal(path, layout=LAYOUT):
    with pytest.raises(FileError) as caught:
        read(path, layout)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "towns2024.csv"


ROWS = [(2, '="01"', "Åre", "5"), (6, '="02"', "Big\ntown", "6")]


def test_plain_text_with_bom_and_windows_line_ends(file):
    file.write_bytes(TEXT.encode("utf-8-sig").replace(b"\n\n,,", b"\r\n\r\n,,"))

    assert read(file) == ROWS


def test_gzip_whatever_its_name(file):
    file.write_bytes(gzip.compress(TEXT.encode()))

    assert read(file) == ROWS


def test_zip_with_other_members(tmp_path):
    archive = tmp_path / "towns.zip"
    with zipfile.ZipFile(archive, "w") as stream:
        stream.writestr("readme.txt", "about")
        stream.writestr("data/TOWNS2024.csv", TEXT)

    assert read(archive) == ROWS
    assert find_tables(archive, (LAYOUT,))["towns"].name == "TOWNS2024.csv"


def test_preface_lines_are_passed_over(file):
    file.write_text(f"Towns of the country\n\n{TEXT}", encoding="utf-8")

    assert read(file) == [(line + 2, *cells) for line, *cells in ROWS]


def test_tabs_without_quoting(file):
    file.write_text('CODE\tName\tShare, 2024\n1\t"Big" town\t5\n')

    layout = Layout("towns", "towns*.csv", LAYOUT.columns, delimiter="\t", quoted=False)
    assert read(file, layout) == [(2, "1", '"Big" town', "5")]


def test_the_newest_file_of_a_folder_or_its_subfolder(tmp_path):
    (tmp_path / "places").mkdir()
    (tmp_path / "places" / "towns2023.csv").write_text("CODE,Name,Share 2023\n")
    (tmp_path / "places" / "towns2024.csv.gz").write_bytes(gzip.compress(TEXT.encode()))

    assert read(tmp_path) == read(tmp_path / "places") == ROWS


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("towns2024.csv", "towns2024_rv.csv"),
        ("towns2023_rv.csv", "towns2024.csv"),
        ("later/towns2023.csv", "towns2024.csv"),
        ("towns_9_0/towns.csv", "towns_29_0/towns.csv"),
        ("towns_29_0/text/towns.csv", "towns_29_1_text/towns.csv"),
    ],
    ids=["revised", "year before revised", "year before folder", "numbers, not letters", "nearest folder"],
)
def test_which_of_two_files_is_the_newer(tmp_path, older, newer):
    for name, text in ((newer, TEXT), (older, "CODE,Name,Share 2020\n1,Old,\n")):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    assert read(tmp_path) == ROWS


def test_another_table_of_the_same_release_is_passed_over(tmp_path):
    (tmp_path / "towns2024.csv").write_text(TEXT)
    (tmp_path / "towns2024_varlist.csv").write_text("varname,varTitle\nCODE,Code\n")

    assert read(tmp_path) == ROWS


def test_a_newer_file_that_is_no_table_is_not_passed_over(tmp_path):
    (tmp_path / "towns2024.csv").write_text(TEXT)
    (tmp_path / "towns2025.csv").write_text("<html>Not found</html>\n")

    assert refusal(tmp_path).startswith("towns2025.csv, line 1, column CODE: this column is missing")


def test_a_single_file_in_an_archive_is_recognised_by_its_columns(tmp_path):
    archive = tmp_path / "download.zip"
    with zipfile.ZipFile(archive, "w") as stream:
        stream.writestr("data/export.csv", TEXT)

    assert read(archive) == ROWS


def test_a_folder_or_archive_gives_what_it_holds(tmp_path):
    other = Layout("rivers", "rivers*.csv", ("CODE", "Length"))
    (tmp_path / "towns2024.csv").write_text(TEXT)

    assert set(find_tables(tmp_path, (LAYOUT, other))) == {"towns"}
    (tmp_path / "towns2024.csv").unlink()
    with pytest.raises(FileError) as caught:
        find_tables(tmp_path, (LAYOUT, other))
    assert str(caught.value) == (
        f"{tmp_path}: holds no towns table (a file named like towns*.csv) "
        "or rivers table (a file named like rivers*.csv)."
    )


def test_a_file_is_recognised_by_its_columns(tmp_path):
    other = Layout("rivers", "rivers*.csv", ("CODE", "Length"))
    path = tmp_path / "upload.csv"
    path.write_text("CODE,Length\n1,2\n")

    assert set(find_tables(path, (LAYOUT, other))) == {"rivers"}


def test_a_missing_file_or_folder(tmp_path):
    assert refusal(tmp_path / "none.csv") == f"{tmp_path}/none.csv: there is no such file or folder."
    assert refusal(tmp_path) == f"{tmp_path}: holds no towns table (a file named like towns*.csv)."


def test_a_missing_column_is_named_with_its_line(file):
    file.write_text("Towns\nCODE,Share\n")

    assert refusal(file) == (
        "towns2024.csv, line 2, column Name: this column is missing, so the file is not the towns table."
    )


@pytest.mark.parametrize(
    "header", ['code,NAME,"share, 2024"', 'Code , Name,"Share,  2024 "', '\ufeff"CODE",name ,"SHARE, 2024"']
)
def test_capitals_and_stray_spaces_in_headers_do_not_matter(file, header):
    file.write_text(TEXT.replace('CODE,Name ,"Share, 2024"', header), encoding="utf-8")

    assert read(file) == ROWS


def test_two_columns_of_one_name_are_refused(file):
    file.write_text('CODE,Name,name,"Share, 2024"\n1,Town,Tower,5\n')

    assert refusal(file) == "towns2024.csv, line 1, column Name: two columns bear this name."


def test_an_optional_column_is_read_where_there_is_one(file):
    layout = Layout("towns", "towns*.csv", ("CODE", "Name"), optional=("Mayor",))
    file.write_text("CODE,Name,MAYOR\n1,Town,A. Example\n")
    (row,) = find_tables(file, (layout,))["towns"]
    assert row.get("Mayor") == "A. Example"

    file.write_text("CODE,Name\n1,Town\n")
    (row,) = find_tables(file, (layout,))["towns"]
    assert row.get("Mayor") is None


def test_a_workbook(tmp_path):
    path = tmp_path / "towns2024.xlsx"
    with zipfile.ZipFile(path, "w") as stream:
        stream.writestr("xl/workbook.xml", "<workbook/>")

    assert refusal(path) == "towns2024.xlsx: this is a workbook; save its sheet as CSV (UTF-8) and import that."


def test_a_workbook_in_a_folder_or_archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "towns24.zip", "w") as stream:
        stream.writestr("towns24/towns2024.xlsx", b"PK")

    message = "towns2024.xlsx: this is a workbook; save its sheet as CSV (UTF-8) and import that."
    assert refusal(tmp_path) == message


def test_an_empty_file(file):
    file.write_text("")

    assert refusal(file) == "towns2024.csv, line 1: the file is empty."
    assert refusal(file, Layout("codes", "*", ("code", "name"), no_header=True)) == (
        "towns2024.csv, line 1: the file is empty."
    )


def test_a_file_of_a_header_alone(file):
    file.write_text('Towns\nCODE,Name,"Share, 2024"\n,,\n')

    assert refusal(file) == "towns2024.csv, line 2: the file has a header and no rows."


def test_windows_1252_is_read_with_a_remark(file):
    file.write_bytes(TEXT.encode("cp1252"))
    table = find_tables(file, (LAYOUT,))["towns"]

    assert [row["Name"] for row in table] == ["Åre", "Big\ntown"]
    assert table.notes == ["towns2024.csv is not UTF-8 (line 2); it was read as Windows-1252."]


def test_a_byte_that_no_encoding_explains_is_named_with_its_line_and_column(file):
    file.write_bytes(TEXT.encode().replace("Å".encode(), b"\x81"))

    assert refusal(file) == "towns2024.csv, line 2, column Name: byte 0x81 is not UTF-8; save the file as UTF-8."


def test_a_file_that_is_not_text(file):
    file.write_bytes(b"CODE,Name,Share\n\0\1\2\n")

    assert refusal(file) == "towns2024.csv, line 2: this is not a text file."


def test_a_truncated_gzip(file):
    rows = "".join(f"{number},Town {number * 7919 % 10007},{number}\n" for number in range(5000))
    file.write_bytes(gzip.compress(f'CODE,Name,"Share, 2024"\n{rows}'.encode())[:-4000])

    message = refusal(file)
    assert message.startswith("towns2024.csv, line ")
    assert message.endswith(": the compressed file ends too early or is damaged; fetch it again.")


def test_a_damaged_gzip(file):
    file.write_bytes(b"\x1f\x8b" + b"nonsense" * 4)

    assert refusal(file) == (
        "towns2024.csv, line 1: the compressed file ends too early or is damaged; fetch it again."
    )


def test_a_quotation_mark_that_never_closes(file):
    file.write_text('CODE,Name,"Share, 2024"\n1,"Town,5\n' + "2,Town,5\n" * 60)

    assert refusal(file) == "towns2024.csv, line 2: a quotation mark opens here and is never closed."


def test_a_short_line_refuses_the_row_only(file):
    file.write_text('CODE,Name,"Share, 2024"\n1\n2,Town,5\n')
    short, whole = find_tables(file, (LAYOUT,))["towns"]

    with pytest.raises(RowError, match=r"^the line ends before column Name\.$"):
        short["Name"]
    assert whole["Name"] == "Town"


def test_a_file_without_header_is_told_by_its_width(file):
    layout = Layout("codes", "*", ("code", "name"), no_header=True)
    file.write_text("1,Town\n2,Village\n")
    assert read(file, layout) == [(1, "1", "Town"), (2, "2", "Village")]

    file.write_text("1,Town,5\n")
    assert refusal(file, layout) == "towns2024.csv, line 1: 3 columns where the codes table has 2."
