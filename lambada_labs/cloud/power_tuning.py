"""Run a function at several memory sizes, on the local cloud or in an account, and put its size back.

Plain boto3 through the port: the size is changed, waited for, and the function called one call after
another with `LogType="Tail"`; what counts is the REPORT line. The sizes come in a shuffled order, so that
a machine that gets slower meanwhile does not favour the small ones. Whatever happens, an error or an
interrupt, the function gets its own size back.
"""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lambada_labs.cloud.port import Cloud
from lambada_labs.errors import BadInput, LambadaError
from lambada_labs.model import Architecture, report_line
from lambada_labs.pricing.cpu_share import ONE_VCPU_MB, checked_memory
from lambada_labs.pricing.price_book import PriceBook, price_book
from lambada_labs.pricing.tuning import WEIGHT, Tuning, recommend
from lambada_labs.pricing.tuning_level import Mode, Run, run_of

SIZES = (128, 256, 512, 1024, ONE_VCPU_MB, 3008)  # not AWS's: the sizes one would try
RUNS = 10
MOST_RUNS = 1000
_PATIENCE = {"Delay": 0.2, "MaxAttempts": 300}
_ANSWER_LATE_S = 30
_MARKS = ("REPORT RequestId:", report_line.REPORT_EVENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call is through: `done` of `planned`, and what it was."""

    done: int
    planned: int
    run: Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was run: every call in its order. `complete` is false where it was cancelled before the end."""

    function: str
    architecture: Architecture
    runs: tuple[Run, ...]
    complete: bool


def tune(
    cloud: Cloud,
    function: str,
    *,
    mode: Mode = "warm",
    weight: float = WEIGHT,
    book: PriceBook | None = None,
    **plan: Any,
) -> Tuning:
    """Measure a function (`plan` as `measure` takes it) and recommend a size, at the prices of the cloud's Region.

    Raises what `measure` and `recommend` raise.
    """
    prices = book or price_book("aws", region=cloud.region)  # first: no call is billed that has no price
    measured = measure(cloud, function, mode=mode, **plan)
    return recommend(
        measured.runs,
        architecture=measured.architecture,
        book=prices,
        where="local" if cloud.name == "local" else "account",
        mode=mode,
        weight=weight,
    )


def measure(
    cloud: Cloud,
    function: str,
    *,
    sizes: Sequence[int] = SIZES,
    runs: int = RUNS,
    event: Any = None,
    mode: Mode = "warm",
    seed: int = 0,
    progress: Callable[[Step], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Measured:
    """Call `function` with `event` at each of these sizes (MB), and give it its own size back.

    In warm mode each size has one call that starts an environment and then `runs` warm ones. In cold mode
    the size changes before every call, so that each of the `runs` calls a size starts an environment;
    that takes two sizes. A size is left at its first failed call. `progress` hears of each call; where
    `cancelled` says true, no further call is made. On an account, every call is billed.

    Raises `BadInput` for sizes or a number of runs that make no sense, `LambadaError` where an answer has
    no REPORT line or the size could not be put back, botocore's `ClientError` where AWS refuses.
    """
    chosen = _checked(sizes, runs, mode)
    control = cloud.client("lambda")
    before = control.get_function_configuration(FunctionName=function)
    chance = random.Random(seed)  # noqa: S311 (an order, no secret)
    order = list(_order(chosen, runs, mode, chance, last=before["MemorySize"]))
    caller = _patient_client(cloud, before["Timeout"])
    subject = _Subject(control=control, caller=caller, name=function, payload=json.dumps(event))
    found: list[Run] = []
    try:
        complete = _call_all(subject, order, found, progress, cancelled)
    finally:
        subject.restore(before["MemorySize"])
    return Measured(
        function=function, architecture=before["Architectures"][0], runs=tuple(found), complete=complete
    )


def _call_all(
    subject: _Subject,
    order: Sequence[int],
    found: list[Run],
    progress: Callable[[Step], None] | None,
    cancelled: Callable[[], bool],
) -> bool:
    """Make the calls, each into `found`; false where it was cancelled."""
    left: set[int] = set()
    for done, size in enumerate(order, start=1):
        if cancelled():
            return False
        if size in left:
            continue
        found.append(subject.run(size))
        if found[-1].failed:
            left.add(size)
        if progress is not None:
            progress(Step(done=done, planned=len(order), run=found[-1]))
    return True


class _Subject:
    """The function while it is measured: it knows which size it has."""

    def __init__(self, *, control: Any, caller: Any, name: str, payload: str) -> None:
        self._control, self._caller = control, caller
        self._name, self._payload = name, payload
        self._size: int | None = None

    def run(self, size: int) -> Run:
        """One call at this size."""
        if self._size != size:
            self._resize(size)
        answer = self._caller.invoke(FunctionName=self._name, Payload=self._payload, LogType="Tail")
        answer["Payload"].read()
        line = report_line.read(
            _report(base64.b64decode(answer.get("LogResult", "")).decode(errors="replace"), self._name)
        )
        return run_of(line, failed="FunctionError" in answer)

    def restore(self, size: int) -> None:
        """The size it had before; raises `LambadaError` with the command to type where that is refused."""
        if self._size in {None, size}:
            return
        try:
            self._wait()
            self._resize(size)
        except Exception as error:
            command = (
                f"aws lambda update-function-configuration --function-name {self._name} --memory-size {size}"
            )
            raise LambadaError(
                f"{self._name} could not get its {size} MB back: {error}",
                expected=f"{size} MB as before",
                todo=f"Run {command}",
            ) from error

    def _resize(self, size: int) -> None:
        # Remembered before the call: where an interrupt falls into it, there is something to put back.
        self._size = size
        self._control.update_function_configuration(FunctionName=self._name, MemorySize=size)
        self._wait()

    def _wait(self) -> None:
        self._control.get_waiter("function_updated_v2").wait(FunctionName=self._name, WaiterConfig=_PATIENCE)


def _checked(sizes: Sequence[int], runs: int, mode: Mode) -> list[int]:
    chosen = sorted({checked_memory(size) for size in sizes})
    if not 1 <= runs <= MOST_RUNS:
        raise BadInput(f"runs={runs!r}", expected=f"a whole number from 1 to {MOST_RUNS}")
    if len(chosen) < (2 if mode == "cold" else 1):
        seen = f"{len(chosen)} memory sizes"
        raise BadInput(
            seen,
            expected="at least two in cold mode: the change of size makes the call a cold one, one otherwise",
        )
    return chosen


def _order(sizes: list[int], runs: int, mode: Mode, chance: random.Random, *, last: int) -> Iterator[int]:
    """The size of each call: in warm mode all calls of a size together, in cold mode never one size twice running.

    `last` is the size before the first call.
    """
    if mode == "warm":
        for size in chance.sample(sizes, len(sizes)):
            yield from [size] * (1 + runs)
        return
    for _ in range(runs):
        turn = chance.sample(sizes, len(sizes))
        if turn[0] == last:
            turn.append(turn.pop(0))
        yield from turn
        last = turn[-1]


def _patient_client(cloud: Cloud, timeout_s: int) -> Any:
    """A client that waits as long as the function may run, and never calls it a second time by itself."""
    from botocore.config import Config

    patient = Config(read_timeout=timeout_s + _ANSWER_LATE_S, retries={"total_max_attempts": 1})
    return cloud.client("lambda", config=patient)


def _report(tail: str, name: str) -> str:
    """The line of a log tail that Lambda itself wrote last."""
    found = [line for line in tail.splitlines() if any(mark in line for mark in _MARKS)]
    if not found:
        raise LambadaError(
            f"The answer of {name} has no REPORT line: {tail[-80:]!r}",
            expected="a log tail that ends with it",
            todo="Set the function's system log level to INFO",
        )
    return found[-1]
