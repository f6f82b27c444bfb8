"""The progress file: kept whole, kept across kernels, set aside when damaged, taken along."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from lambada_labs.errors import ProgressDamaged, StateFolderError
from lambada_labs.labs import Progress

LAB = "00_start"
WRITER = """
import sys, pathlib
from lambada_labs.labs import Progress
progress = Progress(pathlib.Path(sys.argv[1]))
for number in range(100000):
    progress.keep_guess("00_start", "q", number)
    if number == 0: print("writing", flush=True)
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "progress.json"


def test_a_new_learner_has_done_nothing(path):
    progress = Progress(path)
    assert (progress.passed(LAB), progress.predictions(LAB), progress.answers(LAB)) == (set(), {}, {})
    assert not path.exists()


def test_another_kernel_finds_everything(path):
    first = Progress(path)
    first.mark_passed(LAB, "your-name")
    first.keep_guess(LAB, "three-ways", 3)
    first.keep_outcome(LAB, "three-ways", truth=1, right=False)
    first.keep_answer(LAB, "where", 1)
    second = Progress(path)
    assert second.passed(LAB) == {"your-name"}
    assert second.predictions(LAB) == {"three-ways": {"guess": 3, "truth": 1, "right": False}}
    assert second.answers(LAB) == {"where": 1}


def test_it_is_one_plain_json_file(path):
    Progress(path).mark_passed(LAB, "your-name")
    document = json.loads(path.read_text())
    assert document["version"] == 1
    assert list(document["labs"][LAB]["tasks"]) == ["your-name"]


def test_the_first_pass_counts(path):
    progress = Progress(path)
    progress.mark_passed(LAB, "your-name")
    before = path.read_text()
    progress.mark_passed(LAB, "your-name")
    assert path.read_text() == before


def test_a_new_guess_forgets_the_old_verdict(path):
    progress = Progress(path)
    progress.keep_guess(LAB, "q", 3)
    progress.keep_outcome(LAB, "q", truth=1, right=False)
    progress.keep_guess(LAB, "q", 3)
    assert progress.predictions(LAB)["q"]["right"] is False
    progress.keep_guess(LAB, "q", 1)
    assert progress.predictions(LAB) == {"q": {"guess": 1}}


def test_hints_are_counted_for_each_reason(path):
    progress = Progress(path)
    counts = [progress.count_hint(LAB, "task", reason) for reason in ("untouched", "untouched", "other")]
    assert counts == [1, 2, 1]
    assert progress.hints(LAB, "task", "untouched") == 2
    assert progress.passed(LAB) == set()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '"text"',
        '{"version": 1}',
        '{"version": 1, "labs": 3}',
        '{"version": 1, "labs": {"x": 3}}',
        '{"version": 99, "labs": {}}',
    ],
)
def test_a_damaged_file_is_set_aside_with_a_message(path, text):
    path.parent.mkdir()
    path.write_text(text)
    progress = Progress(path)
    aside = [each for each in path.parent.iterdir() if ".damaged-" in each.name]
    assert [each.read_text() for each in aside] == [text]
    assert aside[0].name in progress.note
    progress.mark_passed(LAB, "your-name")
    assert Progress(path).passed(LAB) == {"your-name"}
    assert Progress(path).note == ""


def test_two_damaged_files_in_one_second_are_both_kept(path):
    path.parent.mkdir()
    for text in ("one", "two"):
        path.write_text(text)
        Progress(path)
    assert {each.read_text() for each in path.parent.iterdir() if ".damaged-" in each.name} == {"one", "two"}


def test_a_kernel_killed_while_writing_leaves_a_whole_file(path):
    for _ in range(3):
        child = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
        child.stdout.readline()
        deadline = time.monotonic() + 10
        before = path.read_text()
        while path.read_text() == before and time.monotonic() < deadline:
            pass
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
        progress = Progress(path)
        assert progress.note == ""
        assert isinstance(progress.guess(LAB, "q"), int)


def test_two_kernels_lose_nothing_of_each_other(path):
    one, two = Progress(path), Progress(path)
    one.mark_passed(LAB, "your-name")
    two.mark_passed("01_first_function", "first-call")
    one.mark_passed(LAB, "break-it")
    assert (two.passed(LAB), one.passed("01_first_function")) == ({"your-name", "break-it"}, {"first-call"})


def test_forgetting_one_lab_keeps_the_others(path):
    progress = Progress(path)
    progress.mark_passed(LAB, "your-name")
    progress.mark_passed("01_first_function", "first-call")
    progress.forget(LAB)
    assert (progress.passed(LAB), progress.passed("01_first_function")) == (set(), {"first-call"})


def test_export_and_import_move_it_to_another_machine(path, tmp_path):
    Progress(path).mark_passed(LAB, "your-name")
    taken = Progress(path).export(tmp_path / "mine.json")
    elsewhere = Progress(tmp_path / "elsewhere" / "progress.json")
    elsewhere.take_over(taken)
    assert elsewhere.passed(LAB) == {"your-name"}


def test_importing_something_else_changes_nothing(path, tmp_path):
    progress = Progress(path)
    progress.mark_passed(LAB, "your-name")
    (tmp_path / "holiday.json").write_text("{}")
    with pytest.raises(ProgressDamaged, match=r"holiday\.json"):
        progress.take_over(tmp_path / "holiday.json")
    assert progress.passed(LAB) == {"your-name"}


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    progress = Progress(tmp_path / "file" / "progress.json")
    with pytest.raises(StateFolderError, match="LAMBADA_STATE_DIR"):
        progress.mark_passed(LAB, "your-name")


def test_a_deleted_function_starts_a_new_life(path):
    progress = Progress(path)
    before = time.time()
    progress.keep_start(LAB, "lab00-hello")
    assert progress.start(LAB, "lab00-hello") >= before
    assert progress.start(LAB, "lab00-other") == 0
    progress.keep_start(LAB)
    assert progress.start(LAB, "lab00-other") >= before
