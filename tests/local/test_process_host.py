"""The cloud's own namespaces show it this machine's /var; ending the cloud must leave every file of it alone."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from lambada_labs.cloud import local
from lambada_labs.cloud.local.run_folder import mounted_inside
from lambada_labs.cloud.local.settings import CloudSettings
from lambada_labs.cloud.local.state import StateFolder

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="mount namespaces are Linux's")


@LINUX
def test_no_folder_of_this_machine_shows_inside_the_state_folder(tmp_path):
    """Of a stage that kept its mounts, ending the cloud as root once emptied the host's /var."""
    tmp_path.chmod(0o700)
    cloud = local.attach_or_start(CloudSettings(idle_stop_s=60), folder=StateFolder(path=tmp_path))
    try:
        seen = Path(f"/proc/{cloud.pid}/mountinfo").read_text("utf-8")
        with tempfile.NamedTemporaryFile(dir="/var/tmp", prefix="lambada-test-") as theirs:
            assert mounted_inside(tmp_path, seen) == []
            cloud.stop()
            assert Path(theirs.name).exists()
    finally:
        cloud.stop()


REMOVE = """
import sys
from pathlib import Path
from lambada_labs.cloud.local import run_folder
run_folder.remove(Path(sys.argv[1]))
"""


@LINUX
@pytest.mark.parametrize("folder", ["run", "run with\ttabs"])
def test_what_is_mounted_inside_a_folder_outlives_its_removal(tmp_path, folder):
    run, theirs = tmp_path / folder, tmp_path / "theirs"
    for place in (run / "var", theirs):
        place.mkdir(parents=True)
    (theirs / "file").write_text("mine")
    script = 'mount --bind "$1" "$2/var" && exec "$0" -c "$3" "$2"'
    argv = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, sys.executable]
    done = subprocess.run([*argv, theirs, run, REMOVE], capture_output=True, text=True, check=False)
    if "unshare" in done.stderr:
        pytest.skip(f"this host refuses: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    assert "would empty what is mounted in it" in done.stderr
    assert (theirs / "file").read_text() == "mine"
    assert run.exists()


def test_the_mounts_inside_a_folder_are_read_from_the_systems_table():
    table = (
        "27 1 254:0 / / rw - ext4 /dev/vda rw\n"
        "28 27 254:0 /var /a/run/var rw - ext4 /dev/vda rw\n"
        "29 27 0:9 / /a/run rw - tmpfs none rw\n"
        "30 27 254:0 / /a/run/with\\040space rw - ext4 /dev/vda rw\n"
        "31 27 254:0 / /a/running rw - ext4 /dev/vda rw\n"
    )
    assert mounted_inside(Path("/a/run"), table) == ["/a/run/var", "/a/run/with space"]
