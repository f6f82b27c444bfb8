"""Both ways of isolation, each in a process tree of its own; `bench` starts real runtimes in either."""

from pathlib import Path

import pytest
from runtime_api import Bench, isolation_for_tests


@pytest.fixture(scope="module", params=["remap", "namespaces"])
def isolation(request, tmp_path_factory):
    return isolation_for_tests(tmp_path_factory.mktemp("run"), request.param)


@pytest.fixture
def bench(isolation, tmp_path: Path):
    one = Bench(isolation, tmp_path)
    yield one
    one.close()
