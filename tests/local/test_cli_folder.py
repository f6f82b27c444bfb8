"""The learner's folder: filled, brought up to date, and nothing of the learner's ever overwritten."""

import json
import os
import re
import signal
import subprocess
import sys

import pytest

from lambada_labs.cli.working_folder import MANIFEST, prepare
from lambada_labs.errors import BadInput


@pytest.fixture
def kit(tmp_path):
    """A kit of two notebooks."""
    home = tmp_path / "kit"
    for name in (
        "notebooks/00_start.ipynb",
        "notebooks/solutions/00_start.ipynb",
        "data/facts.json",
        "notebooks/src/00.py",
    ):
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"first {name}")
    return home


def names(folder):
    return sorted(
        p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST
    )


def test_everything_a_learner_needs_is_copied(kit, tmp_path):
    mine = tmp_path / "mine"
    assert prepare(mine, kit) == []
    assert names(mine) == [
        "data/facts.json",
        "notebooks/00_start.ipynb",
        "notebooks/solutions/00_start.ipynb",
    ]
    assert prepare(mine, kit) == []


def test_a_changed_file_stays_and_nothing_is_said_while_the_kit_is_the_same(kit, tmp_path):
    mine = tmp_path / "mine"
    prepare(mine, kit)
    (mine / "notebooks/00_start.ipynb").write_text("my work")
    assert prepare(mine, kit) == []
    assert (mine / "notebooks/00_start.ipynb").read_text() == "my work"
    assert len(names(mine)) == 3


def test_a_new_release_lies_beside_a_changed_file_and_that_is_said_once(kit, tmp_path):
    mine = tmp_path / "mine"
    prepare(mine, kit)
    (mine / "notebooks/00_start.ipynb").write_text("my work")
    (kit / "notebooks/00_start.ipynb").write_text("second")
    said = prepare(mine, kit)
    target = mine / "notebooks" / "00_start.ipynb"
    assert said == [
        f"You changed {target}, so it stays; the kit's new version is beside it: 00_start.new.ipynb"
    ]
    assert target.read_text() == "my work"
    assert (mine / "notebooks/00_start.new.ipynb").read_text() == "second"
    assert prepare(mine, kit) == []


def test_work_in_the_new_file_is_not_overwritten_either(kit, tmp_path):
    mine = tmp_path / "mine"
    prepare(mine, kit)
    (mine / "notebooks/00_start.ipynb").write_text("my work")
    (kit / "notebooks/00_start.ipynb").write_text("second")
    prepare(mine, kit)
    (mine / "notebooks/00_start.new.ipynb").write_text("my second work")
    (kit / "notebooks/00_start.ipynb").write_text("third")
    prepare(mine, kit)
    assert (mine / "notebooks/00_start.ipynb").read_text() == "my work"
    assert (mine / "notebooks/00_start.new.ipynb").read_text() == "my second work"
    assert (mine / "notebooks/00_start.new2.ipynb").read_text() == "third"


def test_an_untouched_file_follows_the_kit(kit, tmp_path):
    mine = tmp_path / "mine"
    prepare(mine, kit)
    (kit / "notebooks/00_start.ipynb").write_text("second")
    assert prepare(mine, kit) == []
    assert (mine / "notebooks/00_start.ipynb").read_text() == "second"


def test_a_file_of_the_learner_s_that_was_there_before_is_not_overwritten(kit, tmp_path):
    mine = tmp_path / "mine"
    (mine / "notebooks").mkdir(parents=True)
    (mine / "notebooks/00_start.ipynb").write_text("mine since ever")
    assert len(prepare(mine, kit)) == 1
    assert (mine / "notebooks/00_start.ipynb").read_text() == "mine since ever"
    assert (mine / "notebooks/00_start.new.ipynb").read_text().startswith("first")


@pytest.mark.parametrize("damage", ["", "[]", '{"notebooks/00_start.ipynb": 7}', "\x00"])
def test_a_damaged_memory_loses_nothing(kit, tmp_path, damage):
    mine = tmp_path / "mine"
    prepare(mine, kit)
    (mine / "notebooks/00_start.ipynb").write_text("my work")
    (mine / MANIFEST).write_text(damage)
    (kit / "notebooks/00_start.ipynb").write_text("second")
    prepare(mine, kit)
    assert (mine / "notebooks/00_start.ipynb").read_text() == "my work"


def test_a_checkout_is_its_own_folder(kit):
    before = names(kit)
    assert prepare(kit, kit) == []
    assert names(kit) == before
    assert not (kit / MANIFEST).exists()


def test_a_file_where_the_folder_should_be(kit, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="is not a folder"):
        prepare(tmp_path / "file", kit)


def test_a_folder_that_cannot_be_made(kit):
    with pytest.raises(BadInput, match="cannot be written"):
        prepare(kit.parent / ("x" * 300), kit)


def test_lambada_lab_prints_the_address_of_lab_00(tmp_path):
    environ = {**os.environ, "LAMBADA_STATE_DIR": str(tmp_path / "state"), "PYTHONUNBUFFERED": "1"}
    argv = [sys.executable, "-m", "lambada_labs.cli", "lab", str(tmp_path / "mine"), "--no-browser"]
    process = subprocess.Popen(
        argv, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        address = next(found[0] for line in process.stdout if (found := re.search(r"http://127\S+", line)))
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/lab/tree/notebooks/00_start\.ipynb\?token=\w+", address)
    assert (tmp_path / "mine" / "notebooks" / "00_start.ipynb").exists()
    assert json.loads((tmp_path / "state/jupyter/labconfig/page_config.json").read_text())[
        "disabledExtensions"
    ]


def test_lambada_app_serves_the_calculator(tmp_path):
    environ = {**os.environ, "LAMBADA_STATE_DIR": str(tmp_path / "state"), "PYTHONUNBUFFERED": "1"}
    argv = [sys.executable, "-m", "lambada_labs.cli", "app", "--no-browser"]
    process = subprocess.Popen(
        argv, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"http://\S+", line):
                break
        assert found, "".join(said)
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", found[0])
        assert not [line for line in said if "rror" in line]
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
