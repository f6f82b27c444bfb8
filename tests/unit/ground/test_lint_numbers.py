"""The lint sees AWS's numbers however they are spelled, and lets other numbers be."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def lint(tmp_path):
    def run(code):
        (tmp_path / "module.py").write_text(code)
        command = [sys.executable, ROOT / "tools" / "lint_numbers.py", tmp_path / "module.py"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    return run


def test_aws_numbers_are_found(lint):
    code = "def limits(memory=10240):\n    payload = 6 * 1024 * 1024\n    package = 250 * 1024**2\n    price = Decimal('0.20') + Decimal('0.0000166667')\n    return 900, 1769, 1.66667e-05"
    status, text = lint(code)
    found = [line.split(":", 2)[1] + line.split(":", 2)[2].split(" is ")[0] for line in text.splitlines()]
    assert status == 1
    assert sorted(found) == [
        "1 10240",
        "2 6291456",
        "3 262144000",
        "4 0.0000166667",
        "4 0.20",
        "5 0.0000166667",
        "5 1769",
        "5 900",
    ]
    assert "limit.memory.max" in text


def test_other_numbers_and_excused_ones_are_left_alone(lint):
    code = "x = 3 + 128 + 1000 + 1024 * 1024 + 0.5\ny = 900  # not AWS's: pixels\n"
    assert lint(code)[0] == 0


def test_what_no_literal_spells_is_no_number(lint):
    assert lint("Decimal(name)\nDecimal()\nDecimal('x')\nTrue * 900_0\n2 ** 10_000_000\n")[0] == 0
