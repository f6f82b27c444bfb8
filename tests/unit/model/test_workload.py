"""A workload is refused where Lambda would refuse it, in words that help."""

from decimal import Decimal

import pytest

from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Workload


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"memory_mb": 64}, "memory_mb=64. Expected: whole MB from 128 to 10240. Try 128."),
        ({"memory_mb": 20_000}, "Try 10240."),
        ({"memory_mb": 128.5}, "whole MB"),
        ({"memory_mb": "512"}, "memory_mb='512'"),
        ({"memory_mb": True}, "memory_mb=True"),
        ({"duration_ms": 0}, "duration_ms=0"),
        ({"duration_ms": 900_001}, "up to 900000"),
        ({"duration_ms": float("nan")}, "duration_ms=nan"),
        ({"duration_ms": float("inf")}, "duration_ms=inf"),
        ({"requests": -1}, "requests=-1"),
        ({"requests": 1.5}, "requests=1.5"),
        ({"requests": 2**53 + 1}, "a whole number from 0 to 9007199254740992"),
        ({"memory_mb": 10**5000}, "memory_mb=a whole number without end. Expected: whole MB"),
        ({"duration_ms": 10**400}, "duration_ms=a whole number without end. Expected: milliseconds"),
        ({"duration_ms": Decimal("900000.5")}, "duration_ms=900000.5. Expected"),
        ({"retry_share": Decimal("1e300")}, "0 to 10000"),
        ({"architecture": "arm"}, "x86_64 or arm64"),
    ],
)
def test_refusals(changed, said):
    with pytest.raises(BadInput) as refused:
        Workload(**{"requests": 1, "duration_ms": 100, "memory_mb": 128, **changed})
    assert said in str(refused.value)


def test_each_duration_is_rounded_up_before_it_is_multiplied():
    def billed(duration):
        return Workload(requests=1, duration_ms=duration, memory_mb=128).billed_ms

    assert [billed(each) for each in (0.2, 1, 1.01, Decimal("19.4"), 900_000)] == [1, 1, 2, 20, 900_000]
