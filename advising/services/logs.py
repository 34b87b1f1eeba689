"""The two logs: adding to them, and proving that nothing in them was changed.

Each row's hash covers the row and the hash before it. Rows are added under the lock of the log's head, which also
remembers how far the log had come, so that a cut-off end shows too.
"""

import hashlib
import ipaddress
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from advising import policy
from advising.choices import AccessAction, DisclosureBasis, Reason, Verb
from advising.exceptions import AdvisingError
from advising.models import AccessLog, Consent, DisclosureLog, LogHead, StudentProfile
from advising.models.logs import ChainedLog
from advising.services import guards
from advising.types import User

LOGS: dict[str, type[ChainedLog]] = {"access": AccessLog, "disclosure": DisclosureLog}

HASHED: dict[type[ChainedLog], tuple[str, ...]] = {
    AccessLog: (
        "sequence", "at", "actor_id", "actor_role", "action", "reason", "student_id", "object_type", "object_id",
        "detail", "address", "request_id",
    ),
    DisclosureLog: (
        "sequence", "at", "student_id", "requester", "recipient", "records", "purpose", "basis", "was_granted",
        "disclosed_on", "consent_id", "recorded_by_id",
    ),
}  # fmt: skip
"""Named one by one: a column added later must not break the hashes of older rows."""


Detail = Mapping[str, object]
"""Small JSON without private text."""


@dataclass(frozen=True)
class Origin:
    """Where a request came from. ``address`` is an IP address or empty."""

    address: str = ""
    request_id: str = ""


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


def digest(row: ChainedLog) -> str:
    """SHA-256, in hex, of the hash before and the row as canonical JSON (sorted keys, no spaces, ASCII)."""
    values = {name: _plain(getattr(row, name)) for name in HASHED[type(row)]}
    text = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((row.previous_hash + text).encode()).hexdigest()


@transaction.atomic
def _append(rows: Sequence[ChainedLog]) -> None:
    log = next(name for name, model in LOGS.items() if isinstance(rows[0], model))
    head, _ = LogHead.objects.select_for_update().get_or_create(log=log)
    for row in rows:
        row.sequence = head.sequence = head.sequence + 1
        row.at = timezone.now()
        row.previous_hash = head.hash
        row.hash = head.hash = digest(row)
    type(rows[0])._default_manager.bulk_create(rows)
    head.save()


def _address(text: str) -> str | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address)


def student_of(obj: Model) -> StudentProfile | None:
    """The student a record is about."""
    for path in ("student", "note.student", "alert.student", "appointment.student", "goal.student"):
        owner: object = obj
        for name in path.split("."):
            owner = getattr(owner, name, None)
        if isinstance(owner, StudentProfile):
            return owner
    return obj if isinstance(obj, StudentProfile) else None


def log_access(
    *objects: Model,
    user: User,
    decision: policy.Decision,
    action: AccessAction = AccessAction.READ,
    detail: Detail | None = None,
    origin: Origin | None = None,
) -> None:
    """Add one row for each object that ``user`` saw, or was refused. Its author and its subject leave no trace.

    A refusal is logged outside the transaction that it ends, so call this before raising and never inside an atomic
    block that the refusal rolls back.
    """
    log_each([(obj, decision) for obj in objects], user=user, action=action, detail=detail, origin=origin)


def log_each(
    seen: Iterable[tuple[Model, policy.Decision]],
    *,
    user: User,
    action: AccessAction = AccessAction.READ,
    detail: Detail | None = None,
    origin: Origin | None = None,
) -> None:
    """``log_access`` of objects with the decision on each, in one step."""
    own = (Reason.SELF, Reason.AUTHOR) if action in (AccessAction.READ, AccessAction.PRINTED) else ()
    seen = [(obj, decision) for obj, decision in seen if decision.reason not in own]
    if not seen:
        return
    origin, role = origin or Origin(), policy.role_of(user)
    rows = [
        AccessLog(
            actor=user,
            actor_role=role,
            action=action if decision else AccessAction.REFUSED,
            reason=decision.reason,
            student=student_of(obj),
            object_type=obj._meta.model_name or "",
            object_id=obj.pk,
            detail=detail or {},
            address=_address(origin.address),
            request_id=origin.request_id[:64],
        )
        for obj, decision in seen
    ]
    _append(rows)


def log_export(
    *, user: User, noun: str, filters: str, count: int, refused: Iterable[str] = (), origin: Origin | None = None
) -> None:
    """Add the one row of an export: what (``noun``), the filter as a query string, and how many rows left.

    ``refused`` are the filters whose values did not fit, so that none was applied and nothing left.
    """
    origin = origin or Origin()
    detail: Detail = {"filters": filters[:1000], "count": count, **({"refused": list(refused)} if refused else {})}
    row = AccessLog(
        actor=user,
        actor_role=policy.role_of(user),
        action=AccessAction.EXPORTED,
        object_type=noun,
        detail=detail,
        address=_address(origin.address),
        request_id=origin.request_id[:64],
    )
    _append([row])


@transaction.atomic
def record_disclosure(
    student: StudentProfile,
    *,
    user: User,
    requester: str,
    recipient: str,
    records: str,
    purpose: str,
    basis: str,
    was_granted: bool,
    disclosed_on: date,
    consent: Consent | None = None,
) -> DisclosureLog:
    """Add a disclosure or a refused request.

    Raises AdvisingError when the user may not, and where records left on a consent that is not named, is another
    student's, covers another recipient, or was not in force on that day.
    """
    if not policy.can(user, Verb.KEEP_RECORDS, student):
        raise AdvisingError("You cannot record disclosures of this record.")
    if was_granted and basis == DisclosureBasis.CONSENT:
        # Held until the end, so that a withdrawal comes wholly before or wholly after.
        held = student.consents.select_for_update().filter(pk=consent.pk).first() if consent else None
        if held is None:
            raise AdvisingError("Name the consent of this student that the disclosure rests on.")
        if fault := held.fault(recipient=recipient, day=disclosed_on):
            raise AdvisingError(f"{fault} Nothing was recorded.")
    row = DisclosureLog(
        student=student,
        requester=requester,
        recipient=recipient,
        records=records,
        purpose=purpose,
        basis=basis,
        was_granted=was_granted,
        disclosed_on=disclosed_on,
        consent=consent,
        recorded_by=user,
    )
    _append([row])
    return row


def check(log: str) -> Iterator[str]:
    """One line for each fault in a log, naming the row; nothing when the log is whole."""
    model = LOGS[log]
    sequence, before = 0, ""
    for row in model._default_manager.order_by("sequence", "pk").iterator(chunk_size=2000):
        name = f"{log} log, row {row.pk} (number {row.sequence})"
        if row.sequence != sequence + 1:
            yield f"{name}: follows number {sequence}; rows are missing or out of order."
        if row.previous_hash != before:
            yield f"{name}: does not continue the row before it."
        if row.hash != digest(row):
            yield f"{name}: was changed after it was written."
        sequence, before = row.sequence, row.hash
    head = LogHead.objects.filter(log=log).first() or LogHead(log=log)
    if (head.sequence, head.hash) != (sequence, before):
        yield f"{log} log: ends at number {sequence}, but {head.sequence} rows were written."


def check_all() -> list[str]:
    """Faults of both logs, and guards that the database has lost."""
    faults = [fault for log in LOGS for fault in check(log)]
    return faults + [f"The database lost its guard {name}." for name in guards.missing()]
