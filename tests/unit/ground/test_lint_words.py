"""The word lint reads names and headings, not prose."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def lint(tmp_path):
    def run(name, text):
        (tmp_path / name).write_text(text)
        command = [sys.executable, ROOT / "tools" / "lint_words.py", tmp_path / name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    return run


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.md", "## How a container lives\n", "execution environment"),
        ("a.md", "# Two lambdas at once\n", "function"),
        ("a.py", "# ## Rate limits\n", "throttle"),
        ("a.py", '# %% name="count-workers"\n', "execution environment"),
        ("a.py", '# %% [markdown] name="burst-limit"\n', "scaling rate"),
    ],
)
def test_unwanted_names_are_found(lint, name, text, said):
    status, output = lint(name, text)
    assert status == 1
    assert f"say {said}" in output


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "A container is what others say.\n"),
        ("a.md", "## AWS Lambda functions and EC2 instances\n"),
        ("a.py", "worker = 1\n# containers in a comment\n"),
        ("a.py", '# %% name="one-execution-environment"\n'),
    ],
)
def test_prose_and_aws_names_are_left_alone(lint, name, text):
    assert lint(name, text)[0] == 0
