"""Settings from the environment: typed, and loud about anything that is missing or not understood."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def load_file(path: Path) -> None:
    """Read ``KEY=value`` lines of an ``.env`` file; what the environment already says wins.

    Raises ImproperlyConfigured on a line that is neither blank, a comment nor ``KEY=value``.
    """
    if not path.exists():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        key, separator, value = text.partition("=")
        if not separator or not key.strip().isidentifier():
            raise ImproperlyConfigured(f"{path.name}, line {number}: expected KEY=value.")
        os.environ.setdefault(key.strip(), value.strip().strip("'\""))


def text(name: str, default: str | None = None) -> str:
    """The value of ``name``; without a default it must be set."""
    value = os.environ.get(name, "")
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} is not set. See .env.example for what it holds.")
    return default


def flag(name: str, default: bool = False) -> bool:
    """A yes or a no; anything else is refused rather than taken for a no."""
    value = os.environ.get(name, "").lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return default if value == "" else False
    raise ImproperlyConfigured(f"{name}={value!r} is not a yes or a no; use 1 or 0.")


def number(name: str, default: int) -> int:
    """A whole number of 0 or more."""
    value = os.environ.get(name, "") or str(default)
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list; empty entries are dropped, and an empty value is no value."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]
