"""Both ways of isolation, each in a process tree of its own; `bench` starts real runtimes in either."""

from pathlib import Path

import pytest
from runtime_api import Bench

from lambada_labs.runtime.isolation import choose


@pytest.fixture(scope="module", params=["remap"])
def isolation(request, tmp_path_factory):
    chosen = choose(tmp_path_factory.mktemp("run"), request.param)
    chosen.prepare()
    return chosen


@pytest.fixture
def bench(isolation, tmp_path: Path):
    one = Bench(isolation, tmp_path)
    yield one
    one.close()
