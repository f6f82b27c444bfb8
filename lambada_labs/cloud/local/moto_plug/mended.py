"""Moto's modules handed to those who mend them, once, before the first request that needs them."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Install = Callable[[Mapping[str, Any]], None]


def modules(paths: Sequence[str]) -> dict[str, Any]:
    """These modules below `moto.`, by their last name."""
    return {path.rpartition(".")[2]: importlib.import_module(f"moto.{path}") for path in paths}


def run_state_machines() -> None:
    """Have Step Functions interpret its machines, not only keep them."""
    from moto.core.config import default_user_config

    default_user_config["stepfunctions"]["execute_state_machine"] = True


def once(work: Callable[[], None]) -> Callable[[], None]:
    """The same work, done by the first caller only; the others wait for it."""
    lock, done = threading.Lock(), threading.Event()

    def do() -> None:
        if done.is_set():
            return
        with lock:
            if not done.is_set():
                work()
                done.set()

    return do
