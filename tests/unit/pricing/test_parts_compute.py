"""Other ways to pay for the function: totals by hand from the price sheet of us-east-1."""

from decimal import Decimal

import pytest

from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Bill, Scenario, bill, price_book
from lambada_labs.pricing.parts import (
    CloudFrontFunctions,
    Edge,
    ManagedInstances,
    Part,
    Provisioned,
    SavingsPlan,
)

AWS = price_book("aws")
SPECK = Decimal("1e-40")  # what a share such as 1/3 may be off by
LAUNCH = Workload(requests=1_200_000, duration_ms=1000, memory_mb=1024)
ARM = Workload(requests=10_000_000, duration_ms=1000, memory_mb=1024, architecture="arm64")
SMALL = Workload(requests=10_000_000, duration_ms=10, memory_mb=128)


def priced(work: Workload, *parts: Part, free_tier: bool = True) -> Bill:
    return bill(Scenario(workload=work, parts=parts, free_tier=free_tier), AWS)


def amounts(made: Bill) -> dict[str, Decimal]:
    return {line.name: line.amount for line in made.lines}


def test_provisioned_concurrency_on_launch_day():
    # AWS's example: 1,000 environments of 1 GB for 2 hours, 1.2M invocations of a second, no free tier.
    # 1,000 x 7,200 s = 7.2M GB-s x 0.0000041667 = 30.00024; 1.2M x 0.0000097222 = 11.66664; 1.2M requests = 0.24
    made = priced(LAUNCH, Provisioned(environments=1000, hours=2))
    assert made.total == Decimal("41.90688")
    assert not any(line.credit for line in made.lines)


def test_what_provisioned_environments_have_no_time_for_runs_on_demand():
    # one environment, one hour: 3,600 s of capacity for 7,200 s of work, so half of it spills.
    # 0.01500012 capacity + 3,600 x 0.0000097222 = 0.03499992 + 3,600 x 0.0000166667 = 0.06000012 + 0.00144 requests
    work = Workload(requests=7200, duration_ms=1000, memory_mb=1024)
    made = priced(work, Provisioned(hours=1))
    assert made.total == Decimal("0.11144016")
    assert made.line("spillover x86_64").amount == Decimal("0.06000012")
    assert not any(line.credit for line in made.lines)


@pytest.mark.parametrize(
    ("part", "work", "served"),
    [
        (Provisioned(hours=1), Workload(requests=3600, duration_ms=1000, memory_mb=128), "1"),
        (
            Provisioned(hours=1, share=Decimal("0.8")),
            Workload(requests=9, duration_ms=1, memory_mb=128),
            "0.8",
        ),
        # ten requests a second: 36,000 of 100,000 short ones
        (Provisioned(hours=1), Workload(requests=100_000, duration_ms=1, memory_mb=128), "0.36"),
        # retries take their time, too: 3,600 s for 2 x 3,600 s
        (
            Provisioned(hours=1),
            Workload(requests=3600, duration_ms=1000, memory_mb=128, retry_share=1),
            "0.5",
        ),
        (Provisioned(hours=1), Workload(requests=36_000, duration_ms=1, memory_mb=128, retry_share=1), "0.5"),
        (Provisioned(environments=0), LAUNCH, "0"),
        (Provisioned(), Workload(requests=0, duration_ms=1, memory_mb=128), "1"),
    ],
)
def test_the_share_that_provisioned_environments_serve(part, work, served):
    assert part.served(work) == Decimal(served)


@pytest.mark.parametrize(
    ("hours", "stretches", "seconds"),
    [
        (2, 1, 7200),
        (Decimal("0.01"), 1, 300),  # 36 s are billed as 5 minutes
        (1, 7, 4200),  # 514.3 s become 600 s, seven times
        (730, 1, 2_628_000),
        (0, 1, 0),
    ],
)
def test_each_stretch_of_provisioned_time_is_rounded_up_to_five_minutes(hours, stretches, seconds):
    assert Provisioned(hours=hours, stretches=stretches).configured_s == seconds


def test_init_is_billed_to_provisioned_environments_when_they_are_allocated_and_to_spillover_when_cold():
    # 2 environments x 3 stretches x 0.5 s x 2 GB = 6 GB-s at the provisioned duration's price
    work = Workload(requests=7200, duration_ms=1000, memory_mb=2048, cold_share=Decimal("0.1"), init_ms=500)
    made = priced(work, Provisioned(environments=2, hours=Decimal("0.5"), stretches=3))
    assert made.line("INIT of provisioned x86_64").quantity == 6
    assert made.line("INIT of provisioned x86_64").price == "provisioned.duration.x86_64"
    # half spills: 3,600 runs x 0.1 x 0.5 s x 2 GB = 360 GB-s
    assert made.line("INIT of spillover x86_64").quantity == 360
    assert "INIT of spillover x86_64" not in amounts(priced(work, Provisioned(environments=4)))


def test_ephemeral_storage_beside_provisioned_concurrency_counts_the_seconds_that_ran():
    # 7,200 s of runs, and half of the cold ones' Init: 7,200 x 0.1 x 0.5 s x 1/2 = 180 s; x 0.5 GB
    work = Workload(
        requests=7200,
        duration_ms=1000,
        memory_mb=128,
        cold_share=Decimal("0.1"),
        init_ms=500,
        ephemeral_mb=1024,
    )
    used = priced(work, Provisioned(hours=1)).line("ephemeral storage").quantity
    assert abs(used - (7200 + 180) / Decimal(2)) < SPECK


def test_a_savings_plan_covers_a_share_after_the_free_tier():
    # 5M GB-s on demand, 400,000 of them free: 4.6M x 0.0000133334 = 61.33364; 5M x 0.0000117 = 58.5; requests 1.80
    assert priced(ARM, SavingsPlan(share=Decimal("0.5"))).total == Decimal("121.63364")


def test_a_savings_plan_over_everything_still_leaves_the_free_tier():
    # (10M - 400,000) x 0.0000117 = 112.32; all upfront x 0.0000111 = 106.56; requests 1.80
    assert priced(ARM, SavingsPlan(share=1)).total == Decimal("114.12")
    assert priced(ARM, SavingsPlan(share=1, payment="all_upfront")).total == Decimal("108.36")
    assert priced(ARM, SavingsPlan(share=1), free_tier=False).total == Decimal("119.00")


def test_a_savings_plan_over_nothing_changes_nothing():
    assert priced(ARM, SavingsPlan(share=0)).lines == priced(ARM).lines


def test_lambda_at_edge():
    # AWS's example: 10M x 0.60/M = 6.00; 10M x 0.01 s x 0.125 GB = 12,500 GB-s x 0.00005001 = 0.625125
    made = priced(SMALL, Edge())
    assert made.total == Decimal("6.625125")
    assert not any(line.credit for line in made.lines)


def test_lambda_at_edge_says_that_it_knows_no_arm():
    assert "x86_64 only" in next(item.note for item in Edge().items(ARM) if item.note)


def test_cloudfront_functions():
    # 10M, of which 2M are free: 8M x 0.10/M
    assert priced(SMALL, CloudFrontFunctions()).total == Decimal("0.80")


def test_managed_instances():
    # 3 x 730 h x 0.1632 = 357.408; 15 % of it 53.6112; 99M requests x 0.20/M = 19.80
    work = Workload(requests=100_000_000, duration_ms=50, memory_mb=2048)
    made = priced(work, ManagedInstances(instance="m7g.xlarge", instances=3))
    assert made.total == Decimal("430.8192")
    assert made.line("management fee").note == "15% of the On-Demand price"


def test_managed_instances_as_many_as_the_mean_load_needs():
    # 1,000M x 0.2 s over 2,628,000 s keep 76.1 requests at work; half a vCPU each, half of the vCPUs busy:
    # 76.1 vCPU, at 4 an instance 19.03, so 20; little work still takes three
    work = Workload(requests=1_000_000_000, duration_ms=200, memory_mb=2048)
    assert ManagedInstances().needed(work) == 20
    assert ManagedInstances(target_share=1).needed(work) == 10
    assert ManagedInstances().needed(SMALL) == 3


def test_managed_instances_say_when_the_function_is_too_small_for_them():
    assert priced(SMALL, ManagedInstances()).line("EC2 m7g.xlarge").note == "smaller than the 2 GB it takes"
