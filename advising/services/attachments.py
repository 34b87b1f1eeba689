"""Files of notes: what is let in, judged by its bytes, and how it is kept without leaving anything behind.

A file is written and read back before the transaction that lists it, and deleted when that lists it not. What a
process that was killed leaves is found by ``unlisted_files``.
"""

import hashlib
import lzma
import re
import unicodedata
import uuid
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import TypeAlias

from django.core.files.storage import Storage
from django.core.files.uploadedfile import UploadedFile
from django.db import OperationalError
from django.utils import timezone

from advising.exceptions import AdvisingError
from advising.models import Attachment, Note
from advising.types import User

LARGEST = 10 * 1024 * 1024
MOST_FILES = 10
NOT_KEPT = "The files could not be kept, so nothing was saved. Try again later, or save without files."
OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"

Upload: TypeAlias = "UploadedFile[bytes]"


def _starts(*signatures: bytes) -> Callable[[Upload], bool]:
    def check(file: Upload) -> bool:
        file.seek(0)
        head: bytes = file.read(16)
        return head.startswith(signatures)

    return check


BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError)
"""What ``zipfile`` raises over archives that are damaged, or made to be."""


def _zip_with(member: str, content: bytes = b"") -> Callable[[Upload], bool]:
    """An archive that holds ``member`` (with that content, where given) and no macros."""

    def check(file: Upload) -> bool:
        file.seek(0)
        try:
            with zipfile.ZipFile(file) as archive:
                names = archive.namelist()
                if member not in names or any(name.lower().endswith("vbaproject.bin") for name in names):
                    return False
                return not content or archive.open(member).read(200).strip() == content
        except BROKEN:
            return False

    return check


def _is_text(file: Upload) -> bool:
    file.seek(0)
    data = file.read()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return all(character.isprintable() or character in "\t\r\n\f\ufeff" for character in text)


KINDS = {
    ".pdf": ("application/pdf", _starts(b"%PDF-")),
    ".png": ("image/png", _starts(b"\x89PNG\r\n\x1a\n")),
    ".jpg": ("image/jpeg", _starts(b"\xff\xd8\xff")),
    ".jpeg": ("image/jpeg", _starts(b"\xff\xd8\xff")),
    ".txt": ("text/plain", _is_text),
    ".csv": ("text/csv", _is_text),
    ".docx": (f"{OFFICE}.wordprocessingml.document", _zip_with("word/document.xml")),
    ".xlsx": (f"{OFFICE}.spreadsheetml.sheet", _zip_with("xl/workbook.xml")),
    ".odt": (f"{OPEN_DOCUMENT}.text", _zip_with("mimetype", f"{OPEN_DOCUMENT}.text".encode())),
    ".ods": (f"{OPEN_DOCUMENT}.spreadsheet", _zip_with("mimetype", f"{OPEN_DOCUMENT}.spreadsheet".encode())),
}
"""What is let in: by the end of the name, the type it is served as and the proof in its bytes."""


def clean_name(name: str) -> str:
    """The last part of a path, without what cannot be seen (or turns the writing round) and what file systems or
    headers trip over."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(character for character in name if character.isprintable())
    name = re.sub(r'["<>|:*?;]', "", name).strip(" .")
    path = PurePosixPath(name or "file")
    return f"{path.stem[:120]}{path.suffix[:10]}"


def check_file(file: Upload) -> tuple[str, str]:
    """The cleaned name and the content type. Raises AdvisingError with the reason why a file is refused."""
    name = clean_name(file.name or "")
    if not file.size:
        raise AdvisingError(f"“{name}” is empty.")
    if file.size > LARGEST:
        raise AdvisingError(f"“{name}” is larger than {LARGEST // 1024 // 1024} MB. Attach a smaller file.")
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in KINDS:
        kinds = ", ".join(sorted(kind[1:] for kind in KINDS))
        raise AdvisingError(f"“{name}” is of a kind that is not accepted. Accepted are {kinds}.")
    content_type, is_proven = KINDS[suffix]
    if not is_proven(file):
        raise AdvisingError(f"“{name}” is not what its name says: its content is not a {suffix[1:]} file.")
    file.seek(0)
    return name, content_type


@contextmanager
def stored_files(files: list[Upload], *, user: User) -> Iterator[list[Attachment]]:
    """Write the files under names of our own, and give for each the Attachment to be listed with ``attach_files``.

    Open it around the transaction: afterwards every file without a row is deleted again. Only when the database was
    lost, which may have listed them all the same, they are left to the sweep. Raises AdvisingError when a file is
    refused, there are too many, or they could not be written whole.
    """
    refuse_too_many(len(files))
    checked = [(file, *check_file(file)) for file in files]
    attachments: list[Attachment] = []
    try:
        for file, name, content_type in checked:
            attachment = Attachment(name=name, content_type=content_type, size=file.size or 0, uploaded_by=user)
            attachments.append(attachment)
            _write(attachment, file)
        yield attachments
    except OperationalError:
        raise
    except BaseException:
        _delete_files(attachments)
        raise
    _delete_files([attachment for attachment in attachments if attachment.pk is None])


def _write(attachment: Attachment, file: Upload) -> None:
    """Write the file and read it back: what is listed is whole."""
    attachment.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    field = attachment.file
    # Named before it is written, so that a part of it can be deleted too.
    field.name = field.field.generate_filename(attachment, uuid.uuid4().hex)
    try:
        field.name = field.storage.save(field.name, file)
        with field.storage.open(field.name) as written:
            is_whole = hashlib.file_digest(written, "sha256").hexdigest() == attachment.sha256
    except OSError as error:
        raise AdvisingError(NOT_KEPT) from error
    if not is_whole:
        raise AdvisingError(NOT_KEPT)


def _delete_files(attachments: list[Attachment]) -> None:
    written = [attachment.file for attachment in attachments if attachment.file]
    for file in written:
        with suppress(OSError):  # the sweep finds it
            file.storage.delete(str(file.name))


def refuse_too_many(count: int) -> None:
    if count > MOST_FILES:
        raise AdvisingError(f"A note holds at most {MOST_FILES} files.")


def attach_files(note: Note, attachments: list[Attachment]) -> None:
    """List stored files with the note. Raises AdvisingError when there are too many with those that it has."""
    if attachments:
        refuse_too_many(note.attachments.count() + len(attachments))
    for attachment in attachments:
        attachment.note = note
        attachment.save()


def unlisted_files(*, older_than: timedelta) -> list[str]:
    """Names of stored files that no note lists, without those younger than ``older_than``: they may be about to be.

    The folders are read before the rows, so that what is listed meanwhile is not among them.
    """
    field = Attachment._meta.get_field("file")
    before = timezone.now() - older_than
    old = list(_stored_under(field.storage, str(field.upload_to).partition("/")[0], before))
    listed = set(Attachment.objects.values_list("file", flat=True))
    return [name for name in old if name not in listed]


def delete_unlisted(name: str) -> None:
    Attachment._meta.get_field("file").storage.delete(name)


def _stored_under(storage: Storage, folder: str, before: datetime) -> Iterator[str]:
    with suppress(FileNotFoundError):  # nothing was ever kept there
        folders, names = storage.listdir(folder)
        for name in sorted(names):
            with suppress(FileNotFoundError):  # deleted meanwhile
                if storage.get_modified_time(f"{folder}/{name}") < before:
                    yield f"{folder}/{name}"
        for inner in sorted(folders):
            yield from _stored_under(storage, f"{folder}/{inner}", before)
