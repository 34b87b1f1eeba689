"""Files of notes: what is let in, judged by its bytes, and under which name it is kept."""

import hashlib
import lzma
import re
import unicodedata
import uuid
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from advising.exceptions import AdvisingError
from advising.models import Attachment, Note

LARGEST = 10 * 1024 * 1024
MOST_FILES = 10
OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"


def _starts(*signatures: bytes) -> Callable[[UploadedFile], bool]:
    def check(file):
        file.seek(0)
        return file.read(16).startswith(signatures)

    return check


BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError)
"""What ``zipfile`` raises over archives that are damaged, or made to be."""


def _zip_with(member: str, content: bytes = b"") -> Callable[[UploadedFile], bool]:
    """An archive that holds ``member`` (with that content, where given) and no macros."""

    def check(file):
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


def _is_text(file) -> bool:
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


def check_file(file: UploadedFile) -> tuple[str, str]:
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


def attach_files(note: Note, files: list[UploadedFile], *, user) -> None:
    """Keep the files with the note, under names of our own; a transaction that fails leaves none behind.

    Raises AdvisingError when a file is refused or there are too many.
    """
    if files and note.attachments.count() + len(files) > MOST_FILES:
        raise AdvisingError(f"A note holds at most {MOST_FILES} files.")
    checked = [(file, *check_file(file)) for file in files]
    kept = []
    try:
        with transaction.atomic():
            for file, name, content_type in checked:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                file.seek(0)
                attachment = Attachment(
                    note=note,
                    name=name,
                    content_type=content_type,
                    size=file.size,
                    sha256=digest,
                    uploaded_by=user,
                )
                attachment.file.save(uuid.uuid4().hex, file, save=False)
                kept.append(attachment.file)
                attachment.save()
    except BaseException:
        for file in kept:
            file.storage.delete(file.name)
        raise
