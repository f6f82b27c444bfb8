"""A room of its own for every notebook that a test runs."""

import pytest

from lambada_labs.cloud.local import process
from lambada_labs.cloud.local.state import StateFolder


@pytest.fixture
def room(tmp_path):
    """A folder with a state folder in it; the cloud that was started there is stopped afterwards."""
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    yield tmp_path
    process.stop(StateFolder(path=state))
    assert process.find(StateFolder(path=state)) is None
