import errno
import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from advising.exceptions import AdvisingError
from advising.models import Attachment
from advising.services import attachments, notes
from advising.services.attachments import attach_files, check_file, clean_name, stored_files, unlisted_files
from advising.services.notes import write_note
from tests.advising.factories import make_advisor, make_assignment, make_attachment, make_note, make_student

HOUR = timedelta(hours=1)


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


def keep(note, *files):
    with stored_files(list(files), user=note.author) as attachments:
        attach_files(note, attachments)


@pytest.mark.django_db
def test_files_are_kept_under_names_of_our_own_and_all_or_none(disk):
    note = make_note()
    keep(note, SimpleUploadedFile("plan.pdf", b"%PDF-1.7 plan"))
    kept = Attachment.objects.get()
    assert (kept.name, kept.size, "plan" in kept.file.name) == ("plan.pdf", 13, False)
    assert kept.file.read() == b"%PDF-1.7 plan"
    with pytest.raises(AdvisingError):
        keep(note, SimpleUploadedFile("good.pdf", b"%PDF-1"), SimpleUploadedFile("bad.pdf", b"MZ"))
    with pytest.raises(AdvisingError, match="at most 10"):
        keep(note, *[SimpleUploadedFile("a.pdf", b"%PDF-1") for _ in range(10)])
    assert Attachment.objects.count() == 1
    assert unlisted_files(older_than=-HOUR) == []


class FullDisk(InMemoryStorage):
    """Takes the first bytes of a file, and then no more."""

    def _save(self, name, content):
        super()._save(name, ContentFile(content.read(4)))
        raise OSError(errno.ENOSPC, "No space left on device")


class Torn(InMemoryStorage):
    """Says that it took everything, and did not."""

    def _save(self, name, content):
        return super()._save(name, ContentFile(content.read(4)))


@pytest.mark.django_db
@pytest.mark.parametrize("storage", [FullDisk, Torn])
def test_a_file_that_could_not_be_written_whole_is_not_listed_and_leaves_no_part(monkeypatch, storage):
    note, field = make_note(), Attachment._meta.get_field("file")
    monkeypatch.setattr(field, "storage", storage())
    with pytest.raises(AdvisingError, match="could not be kept, so nothing was saved"):
        keep(note, SimpleUploadedFile("plan.pdf", b"%PDF-1.7 plan"))
    assert not Attachment.objects.exists()
    assert unlisted_files(older_than=-HOUR) == []


@pytest.mark.django_db
def test_what_fails_afterwards_takes_the_files_with_it(disk, monkeypatch):
    def break_down(*args, **kwargs):
        raise RuntimeError

    student, author = make_student(), make_advisor()
    make_assignment(student, author)
    monkeypatch.setattr(notes, "notify", break_down)
    facts = {"kind": "general", "contact_type": "none", "occurred_at": timezone.now(), "topic": "", "body": "Text."}
    file = SimpleUploadedFile("plan.pdf", b"%PDF-1.7 plan")
    with pytest.raises(RuntimeError):
        write_note(
            student, user=author.user, publish=True, facts={**facts, "visibility": "student"}, links={}, files=[file]
        )
    assert not student.notes.exists()
    assert unlisted_files(older_than=-HOUR) == []


@pytest.mark.django_db
def test_the_sweep_deletes_old_files_that_no_note_lists_and_no_others(disk, monkeypatch, capsys):
    listed = make_attachment().file.name
    left = disk.save("notes/2026/03/left-behind", ContentFile(b"%PDF"))
    elsewhere = disk.save("other/file", ContentFile(b"x"))
    call_command("sweep_files")
    assert capsys.readouterr().out == "0 files without a note found; --delete deletes them.\n"
    monkeypatch.setattr(timezone, "now", lambda: datetime.now(UTC) + 25 * HOUR)
    call_command("sweep_files")
    assert capsys.readouterr().out == f"{left}\n1 file without a note found; --delete deletes them.\n"
    assert disk.exists(left)
    call_command("sweep_files", delete=True)
    assert capsys.readouterr().out == f"{left}\n1 file without a note deleted.\n"
    assert [disk.exists(name) for name in (listed, left, elsewhere)] == [True, False, True]
    with pytest.raises(CommandError, match="at least what is younger than one hour"):
        call_command("sweep_files", hours=0)
