"""What holds for the whole house: light imports, complete pins, one set of commands."""

import importlib.metadata
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
HEAVY = {
    "boto3",
    "botocore",
    "moto",
    "altair",
    "pandas",
    "ipywidgets",
    "anywidget",
    "aiohttp",
    "IPython",
    "psutil",
}


def imported_by(statement):
    """The top-level modules that a fresh interpreter has loaded after this statement."""
    code = f"import sys, json\n{statement}\nprint(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ("import lambada_labs", set()),
        ("import lambada_labs.cli", {"psutil"}),
        ("import lambada_labs.pricing", set()),
        ("import lambada_labs.ui", set()),
    ],
)
def test_importing_is_light(statement, allowed):
    assert imported_by(statement) & HEAVY <= allowed


def constraints():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines]


def test_every_pin_is_exact_and_no_address_stands_among_them():
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert "--" not in text
    assert all(re.fullmatch(r"==[^*]+", str(pin.specifier)) for pin in constraints())


def test_this_environment_is_the_pinned_one():
    pins = [pin for pin in constraints() if pin.marker is None or pin.marker.evaluate()]
    found = {pin.name: importlib.metadata.version(pin.name) for pin in pins}
    assert found == {pin.name: str(pin.specifier)[2:] for pin in pins}


def test_ci_runs_the_readmes_test_command():
    assert "make test" in (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "make test" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_make_target_of_the_readme_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"`?make ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert {target for target in named if not re.search(rf"^{target}:", makefile, re.MULTILINE)} == set()


def test_no_tracked_file_names_a_path_of_this_checkout():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    here = f"{ROOT}/"
    texts = (ROOT / name for name in listed.splitlines())
    guilty = [path.name for path in texts if path.is_file() and here.encode() in path.read_bytes()]
    assert guilty == []
