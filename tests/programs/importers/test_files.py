"""What lies on disk: archives as publishers ship them, damage, encodings, and more than anyone publishes."""

import gzip
import zipfile
from io import BytesIO

import pytest

from programs.importers import files
from programs.importers.files import DataFile, FileError, list_files


def names(path):
    return sorted(file.name for file in list_files(path))


def read(file, **options):
    return list(file.text_lines(**options))


def refusal(file):
    with pytest.raises(FileError) as caught:
        read(file)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def write_zip(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_csv", ".csv"), content)
    return path


def test_a_folder_of_archives_holds_their_files(tmp_path):
    write_zip(tmp_path / "HD2024.zip", hd2024_csv="a\n")
    (tmp_path / "ipeds").mkdir()
    write_zip(tmp_path / "ipeds/C2024_A.ZIP", C2024_A__c2024_a_csv="b\n", C2024_A__c2024_a_rv_csv="c\n")
    (tmp_path / "ipeds/plain.csv").write_text("d\n")

    assert names(tmp_path) == ["c2024_a.csv", "c2024_a_rv.csv", "hd2024.csv", "plain.csv"]
    assert sorted(text for file in list_files(tmp_path) for text in read(file)) == ["a\n", "b\n", "c\n", "d\n"]


def test_folders_within_folders_down_to_a_depth(tmp_path):
    place = tmp_path
    for level in range(files.FOLDERS_DEEP + 2):
        (place / f"level{level}.csv").write_text("")
        place = place / "deeper"
        place.mkdir()

    assert names(tmp_path) == [f"level{level}.csv" for level in range(files.FOLDERS_DEEP + 1)]


def test_what_an_archiver_hides_is_no_file(tmp_path):
    path = write_zip(tmp_path / "HD2024.zip", hd2024_csv="", **{"__MACOSX__._hd2024.csv": ""})
    (tmp_path / ".DS_Store").write_text("")

    assert names(path) == names(tmp_path) == ["hd2024.csv"]


def test_a_folder_of_too_many_files_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MOST_FILES", 2)
    for number in range(3):
        (tmp_path / f"{number}.csv").write_text("")

    with pytest.raises(FileError, match=r"holds more than 2 files; name the folder of the source\.$"):
        list_files(tmp_path)


@pytest.mark.parametrize("keep", [10, 60, -10])
def test_an_archive_that_breaks_off(tmp_path, keep):
    path = write_zip(tmp_path / "HD2024.zip", hd2024_csv="UNITID\n" * 100)
    path.write_bytes(path.read_bytes()[:keep])

    for place in (path, tmp_path):
        with pytest.raises(FileError) as caught:
            list_files(place)
        assert str(caught.value) == ("HD2024.zip: the compressed file ends too early or is damaged; fetch it again.")


def test_an_archive_with_damaged_contents(tmp_path):
    path = write_zip(
        tmp_path / "HD2024.zip", hd2024_csv="".join(f"{number * 7919 % 10007}\n" for number in range(999))
    )
    content = bytearray(path.read_bytes())
    content[500:520] = bytes(20)
    path.write_bytes(content)

    assert refusal(DataFile(path, "hd2024.csv")).endswith(
        ": the compressed file ends too early or is damaged; fetch it again."
    )


def test_an_archive_with_a_password(tmp_path):
    path = write_zip(tmp_path / "HD2024.zip", hd2024_csv="a\n")
    content = bytearray(path.read_bytes())
    content[6] |= 1  # the flag of an encrypted member, in its own header and in the directory's
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)

    assert refusal(DataFile(path, "hd2024.csv")) == (
        "hd2024.csv: is locked with a password or packed in an unusual way; unpack it and import that."
    )


def test_gzip_inside_an_archive(tmp_path):
    path = write_zip(tmp_path / "all.zip", **{"hd2024.csv.gz": gzip.compress(b"UNITID\n")})

    assert read(DataFile(path, "hd2024.csv.gz")) == ["UNITID\n"]


def bomb(size):
    inside = BytesIO()
    with gzip.open(inside, "w") as stream:
        stream.write(b"\n" * size)
    return inside.getvalue()


@pytest.mark.parametrize("limit", ["LARGEST_TABLE", "MOST_LINES"])
def test_more_than_any_table_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch, limit):
    monkeypatch.setattr(files, limit, 5000)
    (tmp_path / "hd2024.csv.gz").write_bytes(bomb(6000))
    write_zip(tmp_path / "HD2024.zip", hd2024_csv="\n" * 6000)

    message = "line 5001: this is too large for a published table."
    assert refusal(DataFile(tmp_path / "hd2024.csv.gz")) == f"hd2024.csv.gz, {message}"
    assert refusal(DataFile(tmp_path / "HD2024.zip", "hd2024.csv")) == f"hd2024.csv, {message}"


def test_a_line_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LONGEST_LINE", 5000)
    path = tmp_path / "hd2024.csv"
    path.write_text("UNITID\n" + "a" * 5000)

    assert refusal(DataFile(path)) == "hd2024.csv, line 2: this is too large for a published table."


def test_windows_1252_is_read_and_said(tmp_path):
    path = tmp_path / "hd2009.csv"
    path.write_bytes("INSTNM\nCollège\nUniversity – “Añasco”\n".encode("cp1252"))
    notes = []

    assert read(DataFile(path), note=notes.append) == ["INSTNM\n", "Collège\n", "University – “Añasco”\n"]
    assert notes == ["hd2009.csv is not UTF-8 (line 2); it was read as Windows-1252."]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("A\nCollège\n".encode() + "Ano\nAño\n".encode("cp1252"), "line 4: byte 0xf1 is not UTF-8"),
        ("A\nAño\n".encode("cp1252") + "Collège\n".encode(), "line 3: this line is UTF-8 and line 2 is not"),
        ("A\n".encode("utf-8-sig") + "Año\n".encode("cp1252"), "line 2: byte 0xf1 is not UTF-8"),
        (b"A\n\x81\n", "line 2: byte 0x81 is not UTF-8"),
    ],
    ids=["UTF-8 first", "Windows first", "a BOM says UTF-8", "no letter of either"],
)
def test_a_file_in_two_encodings_is_refused(tmp_path, content, message):
    path = tmp_path / "hd2009.csv"
    path.write_bytes(content)

    assert refusal(DataFile(path)) == f"hd2009.csv, {message}; save the file as UTF-8."


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16(tmp_path, encoding):
    path = tmp_path / "hd2024.csv"
    path.write_bytes("\ufeffUNITID\n".encode(encoding))

    assert refusal(DataFile(path)) == "hd2024.csv, line 1: this file is UTF-16; save it as UTF-8."


def test_hash_is_of_the_file_on_disk(tmp_path):
    path = tmp_path / "hd2024.csv"
    path.write_bytes(b"abc")

    assert DataFile(path).sha256() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
