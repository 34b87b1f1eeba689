"""Django admin of the directory, one module a noun. Usable with the whole country loaded: see ``base``."""

from . import career, certification, evidence, guide, imports, organization, program, taxonomy

__all__ = ["career", "certification", "evidence", "guide", "imports", "organization", "program", "taxonomy"]
