import subprocess

import pytest

from tests.changed import named_after_changes


@pytest.fixture
def tree(tmp_path):
    """A work tree of one commit, in the shape of this one."""
    for name in (
        "programs/views/compare.py programs/search/words.py templates/programs/_card.html README.md "
        "tests/programs/views/test_compare.py tests/programs/search/test_words.py tests/programs/test_card.py "
        "tests/advising/test_compare.py tests/programs/factories.py"
    ).split():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("before\n")
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    for words in (["init", "-q"], ["add", "."], [*identity, "commit", "-qm", "All of it"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    return tmp_path


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ([], []),
        (["README.md"], []),
        (["tests/programs/factories.py"], []),
        (["programs/views/compare.py"], ["tests/programs/views/test_compare.py", "tests/test_structure.py"]),
        (["programs/search/words.py"], ["tests/programs/search/test_words.py", "tests/test_structure.py"]),
        (["templates/programs/_card.html"], ["tests/programs/test_card.py", "tests/test_structure.py"]),
        (["tests/programs/test_new.py"], ["tests/programs/test_new.py", "tests/test_structure.py"]),
    ],
)
def test_what_changed_leads_to_its_tests(tree, changed, expected):
    for name in changed:
        (tree / name).write_text("after\n")
    assert named_after_changes(tree) == expected
