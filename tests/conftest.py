"""What every test may ask for: a local cloud of its own."""

import os

import hypothesis
import pytest

from lambada_labs.cloud import local
from lambada_labs.cloud.local.moto_plug import SWITCHES
from lambada_labs.cloud.local.settings import CloudSettings
from lambada_labs.cloud.local.state import StateFolder
from lambada_labs.runtime import process_tree

# Moto reads its variables when it is first imported, by whichever test that is.
for _name, _value in SWITCHES.items():
    os.environ.setdefault(_name, _value)

# A slow machine proves nothing about a law, and CI asks the same questions each time: here they are new ones.
hypothesis.settings.register_profile(
    "kit",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("kit")


def pytest_configure():
    """Byte code is worth having: dozens of interpreters start in these tests."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    """A running local cloud (a `LocalCloud`) that belongs to this test module alone; stopped with it.

    `cloud.client("lambda")` is a boto3 client for it, `cloud.subprocess_environ()` the variables with which
    the AWS CLI, `lambada` and other programs reach it.
    """
    path = tmp_path_factory.mktemp("cloud")
    path.chmod(0o700)
    cloud = local.attach_or_start(CloudSettings(idle_stop_s=900), folder=StateFolder(path=path))
    yield cloud
    cloud.stop()
    assert process_tree.born(cloud.pid) is None, f"the cloud {cloud.pid} is still there"
