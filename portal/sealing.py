"""Secrets that the database holds: encrypted, so that a copy of it signs nobody in."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def cipher(purpose: bytes) -> MultiFernet:
    """Writes under SECRET_KEY, and reads what SECRET_KEY_FALLBACKS wrote too; each purpose has keys of its own."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    derive = {"algorithm": SHA256(), "length": 32, "salt": None, "info": purpose}
    return MultiFernet([Fernet(urlsafe_b64encode(HKDF(**derive).derive(key.encode()))) for key in keys])
