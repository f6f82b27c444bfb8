"""Whose folder it is: created private, refused when it is somebody else's, elsewhere when home cannot be written."""

import json
import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from lambada_labs.cloud.local.state import StateFolder, state_folder
from lambada_labs.errors import StateFolderError

NOBODY, SOMEBODY = 54321, 54322
ROOT_ONLY = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="becoming another user takes root"
)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_the_named_folder_is_made_private(tmp_path):
    found = state_folder({"LAMBADA_STATE_DIR": str(tmp_path / "a" / "b")})
    assert found == StateFolder(path=tmp_path / "a" / "b")
    assert mode(found.path) == 0o700


def test_xdg_and_home_are_where_it_is_looked_for(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert state_folder({"XDG_STATE_HOME": str(tmp_path / "xdg")}).path == tmp_path / "xdg" / "lambada_labs"
    assert state_folder({"XDG_STATE_HOME": "relative"}).path == tmp_path / ".local/state/lambada_labs"
    assert state_folder({}).path == tmp_path / ".local/state/lambada_labs"


def test_an_open_folder_of_ours_is_closed(tmp_path):
    tmp_path.chmod(0o755)
    state_folder({"LAMBADA_STATE_DIR": str(tmp_path)})
    assert mode(tmp_path) == 0o700


def test_a_file_in_its_place_is_told(tmp_path):
    there = tmp_path / "file"
    there.write_text("mine")
    with pytest.raises(StateFolderError) as told:
        state_folder({"LAMBADA_STATE_DIR": str(there)})
    assert str(told.value) == (
        f"{there} is not a folder. Expected: a folder for the cloud's state. "
        "Name a folder of your own in LAMBADA_STATE_DIR."
    )
    assert there.read_text() == "mine"


LOOK = """
import json, os, sys
from lambada_labs.cloud.local.state import state_folder
from lambada_labs.errors import StateFolderError
try:
    found = state_folder()
    print(json.dumps({"path": str(found.path), "note": found.note}))
except StateFolderError as error:
    print(json.dumps({"refused": str(error)}))
"""


def as_user(uid, code, **variables):
    """What `code` prints when another user of this machine runs it."""
    modules = [path for path in sys.path if path]
    program = (
        f"import os, sys; sys.path[:] = {modules!r}; {_forget_home()}"
        f"os.setgroups([]); os.setgid({uid}); os.setuid({uid}); exec({code!r})"
    )
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LAMBADA_")},
        **variables,
    }
    done = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=False, timeout=60
    )
    if "PermissionError" in done.stderr and "site-packages" in done.stderr:
        pytest.skip("another user cannot read this Python's packages")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _forget_home():
    """What must be imported before the rights to read it are given up."""
    return "import lambada_labs.cloud.local.state, lambada_labs.errors, tempfile, json, random; "


@pytest.fixture
def public():
    """A folder that everybody can enter, as /tmp is; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="lambada-test-") as name:
        os.chmod(name, 0o755)
        yield Path(name)


@ROOT_ONLY
def test_somebody_else_s_folder_is_refused(public):
    theirs = public / "theirs"
    theirs.mkdir()
    os.chown(theirs, SOMEBODY, SOMEBODY)
    os.chmod(theirs, 0o777)
    said = as_user(NOBODY, LOOK, LAMBADA_STATE_DIR=str(theirs))
    assert said == {
        "refused": f"{theirs} belongs to user {SOMEBODY}. Expected: a folder of yours (user {NOBODY}). "
        "Name a folder of your own in LAMBADA_STATE_DIR."
    }
    assert list(theirs.iterdir()) == []


@ROOT_ONLY
def test_a_link_that_somebody_else_laid_is_refused(public):
    mine = public / "mine"
    mine.mkdir()
    os.chown(mine, NOBODY, NOBODY)
    trap = public / "trap"
    trap.symlink_to(mine)
    os.chown(trap, SOMEBODY, SOMEBODY, follow_symlinks=False)
    assert f"belongs to user {SOMEBODY}" in as_user(NOBODY, LOOK, LAMBADA_STATE_DIR=str(trap))["refused"]


@ROOT_ONLY
def test_a_named_folder_that_cannot_be_written_is_told(public):
    locked = public / "locked"
    locked.mkdir(mode=0o555)
    said = as_user(NOBODY, LOOK, LAMBADA_STATE_DIR=str(locked / "state"))
    assert said == {
        "refused": f"{locked / 'state'} cannot be written (Permission denied). Expected: a folder that can be written. "
        "Name a folder of your own in LAMBADA_STATE_DIR."
    }


@ROOT_ONLY
def test_a_home_that_cannot_be_written_means_a_private_temporary_folder(public):
    home, temporary = public / "home", public / "tmp"
    home.mkdir(mode=0o555)
    temporary.mkdir()
    temporary.chmod(0o1777)
    said = as_user(NOBODY, LOOK, HOME=str(home), TMPDIR=str(temporary), XDG_STATE_HOME="")
    where = temporary / f"lambada-labs-{NOBODY}"
    assert said["path"] == str(where)
    assert said["note"] == (
        f"{home}/.local/state/lambada_labs cannot be written (Permission denied), so the cloud's state is in "
        f"{where} until this machine empties it."
    )
    assert mode(where) == 0o700
    assert where.stat().st_uid == NOBODY


@ROOT_ONLY
def test_the_temporary_folder_that_somebody_else_made_first_is_refused(public):
    home, temporary = public / "home", public / "tmp"
    home.mkdir(mode=0o555)
    temporary.mkdir()
    temporary.chmod(0o1777)
    trap = temporary / f"lambada-labs-{NOBODY}"
    trap.mkdir()
    trap.chmod(0o777)
    os.chown(trap, SOMEBODY, SOMEBODY)
    said = as_user(NOBODY, LOOK, HOME=str(home), TMPDIR=str(temporary), XDG_STATE_HOME="")
    assert f"{trap} belongs to user {SOMEBODY}" in said["refused"]


REACH = """
import json
from pathlib import Path
told = {{}}
for name in ("cloud.json", "cloud.log", "shell/config", "run"):
    path = Path({folder!r}) / name
    try:
        told[name] = "listed" if [*path.iterdir()] else "empty"
    except NotADirectoryError:
        told[name] = path.read_text()
    except OSError as error:
        told[name] = error.strerror
print(json.dumps(told))
"""


@ROOT_ONLY
def test_another_user_reads_nothing_of_a_running_cloud(public):
    """Two learners on one host: the other one sees neither keys nor logs, and without keys reaches nothing."""
    from lambada_labs.cloud import local
    from lambada_labs.cloud.local import process
    from lambada_labs.cloud.local.settings import CloudSettings

    folder = state_folder({"LAMBADA_STATE_DIR": str(public / "state")})
    cloud = local.attach_or_start(CloudSettings(), folder=folder)
    try:
        cloud.environment()
        seen = as_user(NOBODY, REACH.format(folder=str(folder.path)))
        assert set(seen.values()) == {"Permission denied"}
        assert environment_of(NOBODY, cloud.pid) == "Permission denied"
    finally:
        process.stop(folder)


def environment_of(uid, pid):
    code = f"""
import json
try:
    print(json.dumps(open("/proc/{pid}/environ").read()))
except OSError as error:
    print(json.dumps(error.strerror))
"""
    return as_user(uid, code)


def test_the_keys_are_on_no_command_line(tmp_path):
    import psutil

    from lambada_labs.cloud import local
    from lambada_labs.cloud.local import process
    from lambada_labs.cloud.local.settings import CloudSettings

    folder = state_folder({"LAMBADA_STATE_DIR": str(tmp_path / "state")})
    cloud = local.attach_or_start(CloudSettings(), folder=folder)
    try:
        told = " ".join(psutil.Process(cloud.pid).cmdline())
        keys = cloud.connection()
        assert keys["secret_access_key"] not in told
        assert keys["access_key_id"] not in told
    finally:
        process.stop(folder)
