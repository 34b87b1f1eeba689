"""Which tests are named after what has changed: they mirror the source, so names lead from one to the other."""

import subprocess
from pathlib import Path

SHAPE = "tests/test_structure.py"


def named_after_changes(root: Path) -> list[str]:
    """Test files for what differs from the last commit in the work tree at ``root``, new files included.

    A changed test is its own; any other file leads to those named after it or after its folder, below the folder of
    its app, or anywhere for a template or a file of no app. Empty when none is; else the rules of the house's shape
    are among them.
    """
    changed = [
        Path(name)
        for name in _git(root, "diff", "--name-only", "HEAD") + _git(root, "ls-files", "-o", "--exclude-standard")
    ]
    found = {test for path in changed for test in _named_after(root, path)}
    return sorted(found | {SHAPE} if found else found)


def _named_after(root: Path, path: Path) -> set[str]:
    if path.parts[0] == "tests":
        return {str(path)} if path.name.startswith("test_") and (root / path).exists() else set()
    names = {f"test_{stem.strip('_')}.py" for stem in (path.stem, path.parent.name)}
    app = root / "tests" / path.parts[0]
    return {
        str(test.relative_to(root))
        for test in (app if app.is_dir() else root / "tests").rglob("test_*.py")
        if test.name in names and "browser" not in test.parts
    }


def _git(root: Path, *words: str) -> list[str]:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()
