"""Mail about accounts: written down with what caused it, sent by the outbox, and gone once it is.

Such a mail holds a link that proves an address or sets a password. It is sealed while it waits, for a day at most.
"""

import json
import logging
import threading
from datetime import timedelta

from cryptography.fernet import InvalidToken
from django.core.mail import EmailMultiAlternatives
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from advising.choices import MailState
from advising.services import outbox
from advising.services.sealed import cipher
from portal.models import AccountMail

KEPT = timedelta(days=1)
"""How long a mail may wait. Whoever still misses it has asked again."""

PURPOSE = "account mail"

logger = logging.getLogger(__name__)
_sender: threading.Thread | None = None


def send_later(mail: EmailMultiAlternatives) -> None:
    """Write ``mail`` down and send it when the present transaction has committed, without keeping anybody waiting."""
    parts = {
        "subject": mail.subject,
        "body": mail.body,
        "from_email": mail.from_email,
        "to": mail.to,
        "alternatives": [[content, kind] for content, kind in getattr(mail, "alternatives", [])],
    }
    AccountMail.objects.create(sealed=cipher(PURPOSE).encrypt(json.dumps(parts).encode()).decode())
    transaction.on_commit(_send_soon)


def unseal(row: AccountMail) -> EmailMultiAlternatives | None:
    """The mail of ``row``; None where it was sealed with a key that is no longer known."""
    try:
        parts = json.loads(cipher(PURPOSE).decrypt(row.sealed))
    except InvalidToken:
        return None
    alternatives = [tuple(part) for part in parts.pop("alternatives")]
    return EmailMultiAlternatives(**parts, alternatives=alternatives, headers=outbox.identity(row))


def send_waiting(*, limit: int = 1000) -> outbox.Tally:
    """Send what waits, and forget what was sent, given up, or has waited too long."""
    AccountMail.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    tally = outbox.send_waiting(AccountMail.objects.all(), unseal, limit=limit)
    AccountMail.objects.exclude(mail_state=MailState.WAITING).delete()
    return tally


def _send_soon() -> None:
    """Start a sender, unless one is at work; what it misses goes with the next run of ``send_notifications``."""
    global _sender
    if _sender is None or not _sender.is_alive():
        _sender = threading.Thread(target=_send, name="account-mail", daemon=True)
        _sender.start()


def _send() -> None:
    try:
        tally = send_waiting()
        if tally.unreachable:
            logger.error("The mail server cannot be reached (%s). Mail about accounts waits.", tally.unreachable)
    except DatabaseError as error:
        logger.error("Mail about accounts waits: %s", type(error).__name__)
    finally:
        connection.close()
