import io
import zipfile
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from advising.exceptions import AdvisingError
from advising.models import Attachment
from advising.services import attachments
from advising.services.attachments import attach_files, check_file, clean_name
from tests.advising.factories import make_note


def archive(**members) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return data.getvalue()


WORD = archive(word__document_dot_xml="<w/>")
ODT = archive(mimetype="application/vnd.oasis.opendocument.text", content_dot_xml="<x/>")
MACROS = archive(word__document_dot_xml="<w/>", word__vbaProject_dot_bin="x")
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("plan.pdf", b"%PDF-1.7 ...", "application/pdf"),
        ("Photo.PNG", PNG, "image/png"),
        ("photo.jpeg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("words.txt", "Größe\n".encode(), "text/plain"),
        ("plan.docx", WORD, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("plan.odt", ODT, "application/vnd.oasis.opendocument.text"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_accepted(name, content, content_type):
    assert check_file(SimpleUploadedFile(name, content)) == (name, content_type)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.pdf", b"", "“empty.pdf” is empty."),
        ("run.exe", b"MZ", "“run.exe” is of a kind that is not accepted."),
        ("page.html", b"<script>", "“page.html” is of a kind that is not accepted."),
        ("picture.svg", b"<svg/>", "“picture.svg” is of a kind that is not accepted."),
        ("noname", b"text", "“noname” is of a kind that is not accepted."),
        ("fake.pdf", b"MZ program", "“fake.pdf” is not what its name says: its content is not a pdf file."),
        ("fake.png", b"%PDF-1.7", "“fake.png” is not what its name says"),
        ("fake.txt", b"\x00\x01\x02", "“fake.txt” is not what its name says"),
        ("fake.docx", archive(other="x"), "“fake.docx” is not what its name says"),
        ("macros.docx", MACROS, "“macros.docx” is not what its name says"),
        ("broken.docx", WORD[:40], "“broken.docx” is not what its name says"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # an archive holds the time it was made
)
def test_refused_with_the_reason(name, content, reason):
    with pytest.raises(AdvisingError) as refusal:
        check_file(SimpleUploadedFile(name, content))
    assert str(refusal.value).startswith(reason)


def damaged(method: int) -> Iterator[bytes]:
    """An archive with each of its bytes turned round in its turn."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.text" * 3)
        file.writestr("Größe", "x")
    whole = data.getvalue()
    for place in range(len(whole)):
        yield whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_archive_is_refused_whatever_it_does_to_its_reader(method):
    for content in damaged(method):
        with pytest.raises(AdvisingError, match="is not what its name says"):
            check_file(SimpleUploadedFile("plan.odt", content))


def test_too_large(monkeypatch):
    monkeypatch.setattr(attachments, "LARGEST", 1024 * 1024)
    with pytest.raises(AdvisingError, match=r"“big.pdf” is larger than 1 MB"):
        check_file(SimpleUploadedFile("big.pdf", b"%PDF-" + b"0" * 1024 * 1024))


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\plan.pdf", "plan.pdf"),
        ('a"b\r\nX: y.pdf', "abX y.pdf"),
        ("x" * 300 + ".pdf", "x" * 120 + ".pdf"),
        ("...", "file"),
        ("plan\u202efdp.txt", "planfdp.txt"),
        ("\x85plan\ud800\u200b.txt", "plan.txt"),
    ],
)
def test_names_are_cleaned(name, cleaned):
    assert clean_name(name) == cleaned


@pytest.mark.django_db
def test_files_are_kept_under_names_of_our_own_and_all_or_none():
    note = make_note()
    attach_files(note, [SimpleUploadedFile("plan.pdf", b"%PDF-1.7 plan")], user=note.author)
    kept = Attachment.objects.get()
    assert (kept.name, kept.size, "plan" in kept.file.name) == ("plan.pdf", 13, False)
    assert kept.file.read() == b"%PDF-1.7 plan"
    pair = [SimpleUploadedFile("good.pdf", b"%PDF-1"), SimpleUploadedFile("bad.pdf", b"MZ")]
    with pytest.raises(AdvisingError):
        attach_files(note, pair, user=note.author)
    with pytest.raises(AdvisingError, match="at most 10"):
        attach_files(note, [SimpleUploadedFile("a.pdf", b"%PDF-1")] * 10, user=note.author)
    assert Attachment.objects.count() == 1
