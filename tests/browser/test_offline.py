"""With no network at all, JupyterLab, the labs and the calculator work, and no packet leaves this host."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
UNSHARE = ["unshare", "--net"]


def may_unshare() -> bool:
    """Whether this user may make a network namespace here, and has `ip` to furnish it."""
    probe = [*UNSHARE, "ip", "link", "add", "out0", "type", "veth", "peer", "name", "out1"]
    try:
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


# Between them these show every script, style and picture of the app; its other tests need no second run.
SHOWN = (
    "test_a_slider_moves_the_bill",
    "test_two_scenarios_stand_side_by_side",
    "test_pictures_are_drawn_when_they_are_looked_at",
    "test_a_range_gives_p10_to_p90_and_its_picture",
    "test_a_day_is_drawn_by_keys_and_by_dragging",
)


@pytest.mark.network
def test_nothing_leaves_the_host(chromium_path, tmp_path):
    if not may_unshare():
        (pytest.fail if os.environ.get("LAMBADA_REQUIRE_BROWSER") else pytest.skip)(
            "no network namespaces here"
        )
    result = tmp_path / "result.json"
    inside = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:xdist",
        str(HERE / "test_browser_lab_00.py"),
        *(f"{HERE / 'test_app.py'}::{name}" for name in SHOWN),
    ]
    room = [*UNSHARE, sys.executable, str(HERE / "quiet_network.py"), str(result), *inside]
    environ = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    with (tmp_path / "output.txt").open("w") as output:  # a pipe would wait for every process that is left
        subprocess.run(room, stdout=output, stderr=output, check=False, env=environ, timeout=300)
    seen = json.loads(result.read_text())
    assert seen["left"] == []
    assert seen["exit"] == 0, (tmp_path / "output.txt").read_text()[-3000:]
