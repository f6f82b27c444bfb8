"""How isolation is chosen, what it mounts, and what both ways do on this host."""

import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from lambada_labs.errors import BadInput
from lambada_labs.runtime import mount_namespace
from lambada_labs.runtime.isolation import CHOICE_VARIABLE, Mounts, RemapIsolation, choose

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="mount namespaces are Linux's")


def test_remap_can_be_asked_for(tmp_path, monkeypatch):
    monkeypatch.setenv(CHOICE_VARIABLE, "remap")
    chosen = choose(tmp_path)
    assert (chosen.name, "because it was asked for" in chosen.explanation) == ("remap", True)


def test_an_unknown_isolation_is_refused(tmp_path):
    with pytest.raises(BadInput, match=r"isolation 'docker'\. Expected: namespaces or remap"):
        choose(tmp_path, "docker")


def test_remap_shows_the_real_folders(tmp_path):
    isolation = RemapIsolation(tmp_path / "run", reason="")
    isolation.prepare()
    paths = isolation.paths(Mounts(task_root=tmp_path / "task", tmp=tmp_path / "tmp"))
    assert (paths.task_root, paths.tmp) == (str(tmp_path / "task"), str(tmp_path / "tmp"))
    assert list(Path(paths.opt_root).iterdir()) == []
    assert isolation.shared_path("a") == str(tmp_path / "run/runtime/shared/a")
    assert isolation.exit_status(3) == (3, None)
    assert isolation.exit_status(-9) == (None, 9)


@linux_only
@pytest.mark.parametrize(
    ("returncode", "end"),
    [(0, (0, None)), (1, (1, None)), (127, (127, None)), (128, (128, None)), (129, (129, None))]
    + [(128 + n, (None, n)) for n in (signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT, signal.SIGTERM)]
    + [(-signal.SIGKILL, (None, signal.SIGKILL)), (255, (255, None))],
)
def test_a_shells_status_is_told_from_an_exit_code(returncode, end):
    assert mount_namespace.exit_status(returncode) == end


@linux_only
@pytest.mark.parametrize(
    ("tmp", "order"),
    [
        ("/tmp/state/tmp", ["/var/lang", "/var/task", "/opt", "/tmp"]),
        ("/opt/state/tmp", ["/var/lang", "/var/task", "/tmp", "/opt"]),
    ],
)
def test_what_covers_other_sources_is_mounted_last(tmp, order):
    table = mount_namespace.mount_table(task=Path("/"), opt=Path("/"), tmp=Path(tmp), lang=Path("/usr"))
    assert [line.split()[1] for line in table.splitlines()] == order


@linux_only
def test_a_folder_with_a_space_is_one_word(tmp_path):
    folder = tmp_path / "my state"
    folder.mkdir()
    table = mount_namespace.mount_table(task=folder, opt=folder, tmp=folder, lang=None)
    sources, targets, *_ = zip(*(line.split() for line in table.splitlines()), strict=True)
    assert set(sources) == {str(folder).replace(" ", "\\040")}
    assert targets == ("/var/task", "/opt", "/tmp")


@linux_only
@pytest.mark.parametrize("who", ["root", "user", "stranger"])
def test_each_way_into_namespaces_works_or_says_why_not(who):
    """`stranger` is an ordinary user that this test becomes when it runs as root."""
    import os

    if os.geteuid() != 0 and who != "user":
        pytest.skip("needs root")
    scratch = Path(tempfile.mkdtemp(dir="/tmp"))
    python = (
        shutil.which("python3", path="/usr/local/bin:/usr/bin:/bin") if who == "stranger" else sys.executable
    )
    if python is None:
        pytest.skip("no Python that another user may run")
    try:
        script = shutil.copy(mount_namespace.__file__, scratch)
        (scratch / "work").mkdir()
        become = []
        if who == "stranger":
            for place in (scratch, scratch / "work"):
                shutil.chown(place, 65534, 65534)
            become = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
        argv = [
            *become,
            python,
            "-I",
            "-S",
            script,
            str(scratch / "work"),
            "root" if who == "root" else "user",
        ]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            pytest.skip(f"this host refuses: {done.stdout.strip()}")
        assert (scratch / "work/tmp/written").exists()
        assert not Path("/var/task").exists()
    finally:
        shutil.rmtree(scratch)


def test_macos_imports_and_falls_back(tmp_path):
    """What differs there is taken away: the platform's name and Linux's mount flags."""
    code = (
        "import os, sys; sys.platform = 'darwin'\n"
        "for name in ('ST_NODEV', 'ST_NOEXEC', 'ST_NOATIME', 'ST_NODIRATIME', 'ST_RELATIME'):\n"
        "    vars(os).pop(name, None)\n"
        "from pathlib import Path\n"
        "from lambada_labs.runtime.isolation import Mounts, choose\n"
        f"one = choose(Path({str(tmp_path)!r})); one.prepare()\n"
        "print(one.explanation.split('.')[0], one.command(['a'], Mounts(task_root=Path('/'), tmp=Path('/'))))\n"
    )
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout == "remap, because darwin has no mount namespaces ['a']\n"
