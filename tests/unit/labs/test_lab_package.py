"""Files become a deployment package: flat, repeatable, executable where they say so."""

import io
import zipfile

import pytest

from lambada_labs import package
from lambada_labs.errors import BadInput


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "hello.py").write_text("def handler(event, context): ...\n")
    (tmp_path / "bootstrap").write_text("#!/bin/bash\n")
    return tmp_path


def entries(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}


def test_files_lie_side_by_side_and_scripts_are_executable(folder):
    assert entries(package(folder / "hello.py", str(folder / "bootstrap"))) == {
        "hello.py": 0o644,
        "bootstrap": 0o755,
    }


def test_the_same_files_give_the_same_bytes(folder):
    first = package(folder / "hello.py", folder / "bootstrap")
    (folder / "hello.py").touch()
    assert package(folder / "bootstrap", folder / "hello.py") == first


def test_a_missing_file_says_which_cell_to_run(folder):
    with pytest.raises(BadInput, match=r"nothing\.py cannot be read.*Run the cell that writes it"):
        package(folder / "nothing.py")
