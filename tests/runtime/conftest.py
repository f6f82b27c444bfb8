"""Both ways of isolation, each in a process tree of its own; `bench` starts real runtimes in either."""

from pathlib import Path

import pytest
from runtime_api import Bench

from lambada_labs.errors import ToolMissing
from lambada_labs.runtime.isolation import RemapIsolation, choose


@pytest.fixture(scope="module", params=["remap", "namespaces"])
def isolation(request, tmp_path_factory):
    run_dir = tmp_path_factory.mktemp("run")
    try:
        chosen = choose(run_dir, request.param)
    except ToolMissing as refused:
        pytest.skip(str(refused))
    # Namespaces are entered by each started process; the folders are the same in both.
    RemapIsolation(run_dir, reason="").prepare()
    return chosen


@pytest.fixture
def bench(isolation, tmp_path: Path):
    one = Bench(isolation, tmp_path)
    yield one
    one.close()
