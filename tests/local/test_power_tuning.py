"""Power tuning on the local cloud: real functions, real REPORT lines, and the function as it was afterwards."""

import itertools
import random

import pytest
from botocore.exceptions import ClientError
from functions_kit import ready

from lambada_labs.cloud.power_tuning import MOST_RUNS, _order, measure, tune
from lambada_labs.errors import BadInput, LambadaError

WAITS = "import time\ndef handler(event, context):\n    time.sleep(event['seconds'])\n"
FAILS_WHERE_SMALL = (
    "def handler(event, context):\n"
    "    print('REPORT RequestId: not-the-line Duration: 1 ms')\n"
    "    if int(context.memory_limit_in_mb) < 256:\n"
    "        raise MemoryError('too small')\n"
)
SIZES = (128, 256, 512, 1024)
SETTINGS = ("MemorySize", "Timeout", "Description", "Handler", "Environment", "LastUpdateStatus")


@pytest.fixture(scope="module")
def waiting(cloud):
    ready(
        cloud,
        "waits",
        WAITS,
        MemorySize=384,
        Timeout=20,
        Description="mine",
        Environment={"Variables": {"ONE": "1"}},
    )
    return cloud


def settings(cloud, name):
    found = cloud.client("lambda").get_function_configuration(FunctionName=name)
    return {key: found.get(key) for key in SETTINGS}


def test_each_size_has_one_first_call_and_the_warm_ones(waiting):
    measured = measure(waiting, "waits", sizes=SIZES, runs=3, event={"seconds": 0.01})
    assert (measured.complete, measured.architecture) == (True, "x86_64")
    kinds = {
        size: [run.init_ms is not None for run in measured.runs if run.memory_mb == size] for size in SIZES
    }
    # The first call of a size is cold. On a busy machine a later one may be too: the environment was not back yet.
    assert all(len(cold) == 4 and cold[0] and not all(cold) for cold in kinds.values())
    assert all(run.duration_ms >= 10 for run in measured.runs)


def test_the_order_is_shuffled_and_the_seed_repeats_it(waiting):
    def order(seed):
        runs = measure(waiting, "waits", sizes=SIZES, runs=1, event={"seconds": 0}, seed=seed).runs
        return [run.memory_mb for run in runs[::2]]

    assert order(1) == order(1)
    assert sorted(order(2)) == list(SIZES) != order(2)


def test_in_cold_mode_every_call_starts_an_environment(waiting):
    measured = measure(waiting, "waits", sizes=(128, 512), runs=2, event={"seconds": 0}, mode="cold")
    assert [run.init_ms is not None for run in measured.runs] == [True] * 4


def test_a_tuning_on_the_local_cloud_says_that_its_times_are_not_those_of_aws(waiting):
    tuning = tune(waiting, "waits", sizes=SIZES, runs=3, event={"seconds": 0.05})
    assert [level.memory_mb for level in tuning.levels] == list(SIZES)
    assert tuning.cheapest.memory_mb == 128  # it waits: no size is faster
    assert tuning.caution.startswith("These are times of this computer")
    assert tuning.curve is None  # it would call computing waiting


def test_the_function_is_as_it_was(waiting):
    before = settings(waiting, "waits")
    measure(waiting, "waits", sizes=(128, 512), runs=1, event={"seconds": 0})
    assert settings(waiting, "waits") == before


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, RuntimeError])
def test_the_size_is_put_back_when_it_is_interrupted(waiting, interruption):
    def interrupt(step):
        raise interruption

    before = settings(waiting, "waits")
    with pytest.raises(interruption):
        measure(waiting, "waits", sizes=(128, 512), runs=1, event={"seconds": 0}, progress=interrupt)
    assert settings(waiting, "waits") == before


def test_it_can_be_cancelled_between_two_calls_and_keeps_what_it_has(waiting):
    steps = []
    measured = measure(
        waiting,
        "waits",
        sizes=(128, 512),
        runs=3,
        event={"seconds": 0},
        progress=steps.append,
        cancelled=lambda: len(steps) == 2,
    )
    assert (len(measured.runs), measured.complete) == (2, False)
    assert [(step.done, step.planned) for step in steps] == [(1, 8), (2, 8)]
    assert settings(waiting, "waits")["MemorySize"] == 384


def test_a_size_is_left_at_its_first_failed_call(cloud):
    ready(cloud, "small", FAILS_WHERE_SMALL, MemorySize=512)
    measured = measure(cloud, "small", sizes=(128, 256), runs=2)
    assert [run.failed for run in measured.runs if run.memory_mb == 128] == [True]
    assert [run.failed for run in measured.runs if run.memory_mb == 256] == [False] * 3


def test_json_logs_have_their_report_too(cloud):
    ready(cloud, "json-logs", MemorySize=512, LoggingConfig={"LogFormat": "JSON"})
    measured = measure(cloud, "json-logs", sizes=(128,), runs=1)
    assert [run.memory_mb for run in measured.runs] == [128, 128]


def test_a_silenced_system_log_is_said_and_the_size_put_back(cloud):
    quiet = {"LogFormat": "JSON", "SystemLogLevel": "WARN"}
    ready(cloud, "silent", MemorySize=512, LoggingConfig=quiet)
    with pytest.raises(LambadaError, match="no REPORT line"):
        measure(cloud, "silent", sizes=(128,), runs=1)
    assert settings(cloud, "silent")["MemorySize"] == 512


def test_a_function_that_is_not_there_is_awss_own_refusal(cloud):
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        measure(cloud, "nobody")


@pytest.mark.parametrize(
    ("plan", "seen"),
    [
        ({"sizes": (64,)}, "64 MB"),
        ({"sizes": ()}, "0 memory sizes"),
        ({"sizes": (128, 128), "mode": "cold"}, "1 memory sizes"),
        ({"runs": 0}, "runs=0"),
        ({"runs": MOST_RUNS + 1}, "runs=1001"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(cloud, plan, seen):
    with pytest.raises(BadInput, match=seen):
        measure(cloud, "waits", **plan)


@pytest.mark.parametrize("seed", range(20))
def test_in_cold_mode_no_size_comes_twice_running(seed):
    order = [512, *_order([128, 512, 1024], 5, "cold", random.Random(seed), last=512)]
    assert all(one != next_one for one, next_one in itertools.pairwise(order))
    assert sorted(order[1:]) == sorted([128, 512, 1024] * 5)
