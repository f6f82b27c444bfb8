"""What stands around a function: each part's own cost by hand from the price sheet of us-east-1."""

from decimal import Decimal

import pytest

from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Scenario, bill, measures, price_book, usage
from lambada_labs.pricing.parts import (
    ApiGatewayHttp,
    ApiGatewayRest,
    Durable,
    DynamoDbStreams,
    Egress,
    EventBridge,
    EventPollers,
    Kinesis,
    LoadBalancer,
    Logs,
    Nat,
    Part,
    PublicIpv4,
    Scheduler,
    SnapStart,
    Sns,
    Sqs,
    StepFunctions,
    Streaming,
    Tenants,
    VpcEndpoints,
)

AWS = price_book("aws")
MI = 1024 * 1024  # so many requests of 1 KB are 1 GB


def work(requests: int = 1_000_000, memory_mb: int = 1024, **more: object) -> Workload:
    return Workload(requests=requests, duration_ms=100, memory_mb=memory_mb, **more)


def cost(part: Part, around: Workload) -> Decimal:
    alone = Scenario(workload=around)
    return bill(alone.with_parts(part), AWS).total - bill(alone, AWS).total


@pytest.mark.parametrize(
    ("part", "around", "dollars"),
    [
        # 2 versions x 2,628,000 s x 1 GB x 0.0000015046 = 7.9081776; 10,000 restores of 1 GB x 0.0001397998
        (SnapStart(versions=2), work(), "9.3061756"),
        # a version of an hour is cached for three: 10,800 GB-s
        (SnapStart(hours=1, restore_share=0), work(), "0.01624968"),
        (SnapStart(java=True), work(), "0"),
        # a second attempt restores as well: 2 x 10,000 GB
        (SnapStart(versions=0), work(retry_share=1), "2.795996"),
        # 4 MB beyond 6 MB x 1M = 3,906.25 GB, 100 GB free: 3,806.25 x 0.008
        (Streaming(mb_per_response=10), work(), "30.45"),
        (Streaming(mb_per_response=6), work(), "0"),
        # 1,000 environments x 1.5 GB x 0.000166667
        (Tenants(environments=1000), work(memory_mb=1536), "0.2500005"),
        (Tenants(environments=1000), work(memory_mb=1536, architecture="arm64"), "0.1999995"),
        # 2 x 730 h x 0.185; 3 x 730 h x 0.00925
        (EventPollers(kind="kafka", units=2), work(), "270.1"),
        (EventPollers(units=3), work(), "20.2575"),
        # 5 x 1,048,576 operations x 8/M = 41.94304; 10 GB x 0.25 = 2.5; 73 days are 2.4 months: 24 GB-months x 0.15
        (Durable(operations=5, kb_written=10, days_kept=73), work(MI), "48.04304"),
    ],
)
def test_what_lambda_charges_beside_requests_and_duration(part, around, dollars):
    assert cost(part, around) == Decimal(dollars)


@pytest.mark.parametrize(
    ("part", "around", "dollars"),
    [
        # 333M x 3.50 + 67M x 2.80
        (ApiGatewayRest(), work(400_000_000), "1353.1"),
        # three calls of four are answered from the cache
        (ApiGatewayRest(calls=4), work(), "14"),
        # 300M x 1.00 + 100M x 0.90; 600 KB are two units of 512 KB
        (ApiGatewayHttp(), work(400_000_000), "390"),
        (ApiGatewayHttp(kb_per_call=600), work(), "2"),
        (ApiGatewayHttp(kb_per_call=512), work(), "1"),
        # 730 h x 0.0225 = 16.425; 9M new connections / (25 x 3,600) = 100 LCU-h x 0.008
        (LoadBalancer(kb_per_request=1), work(9_000_000), "17.225"),
        # 60 rules, 10 for nothing: 9M x 50 / (1,000 x 3,600) = 125 LCU-h decide
        (LoadBalancer(kb_per_request=1, rules=60), work(9_000_000), "17.425"),
        # 1 GB / 0.4 GB = 2.5 LCU-h, where one connection carries a thousand requests
        (LoadBalancer(kb_per_request=1, new_connections=Decimal("0.001")), work(MI), "16.445"),
    ],
)
def test_front_doors(part, around, dollars):
    assert cost(part, around) == Decimal(dollars)


def test_the_dimensions_of_a_load_balancer():
    # AWS's example, with a function as target: each second 1 new connection that lasts 2 minutes, 5 requests of
    # 60 KB, 60 rules of which 10 are free: 1/25, 120/3,000, 5 x 60 x 3,600 KB / 0.4 GB, 250/1,000
    door = LoadBalancer(kb_per_request=60, new_connections=Decimal("0.2"), connection_s=120, rules=60)
    an_hour = {name: round(each * 5 * 3600, 4) for name, each in door.dimensions().items()}
    assert an_hour == {
        "new connections": Decimal("0.0400"),
        "open connections": Decimal("0.0400"),
        "bytes processed": Decimal("2.5749"),
        "rule evaluations": Decimal("0.2500"),
    }
    assert next(item.note for item in door.items(work()) if item.note) == "bytes processed decide"


@pytest.mark.parametrize(
    ("part", "around", "dollars"),
    [
        # sent, received, deleted: 9M; 5 pollers x 2,628,000 s / 20 s = 657,000; 1M free: 8.657M x 0.40/M
        (Sqs(), work(3_000_000), "3.4628"),
        # ten messages of 10 KB: sent 10, received 2 (100 KB in units of 64 KB), deleted 1; (13M - 1M) x 0.50/M
        (Sqs(kind="fifo", batch=10, kb_per_message=10, idle_polls=0), work(), "6"),
        # 25 small messages take three calls to receive, three to delete: (31M - 1M) x 0.40/M
        (Sqs(batch=25, idle_polls=0), work(), "12"),
        # 100 KB are two units: (6M - 1M) x 0.50/M
        (Sns(kb_per_message=100), work(3_000_000), "2.5"),
        (Sns(kb_per_message=0), work(3_000_000), "1"),  # an empty message is one unit
        (EventBridge(), work(3_000_000), "3"),
        (EventBridge(events=2, kb_per_event=65), work(), "4"),
        # 14M are free
        (Scheduler(), work(20_000_000), "6"),
        (Scheduler(share=Decimal("0.75")), work(20_000_000), "1"),
        # 2 x 730 h x 0.015 = 21.9; 1M x 100 records of 30 KB = 200M units x 0.014/M = 2.8
        (Kinesis(shards=2, kb_per_record=30), work(), "24.7"),
        # 730 h x 0.04 = 29.2; 4.5 KB count as 5 KB: 5 GB in x 0.08 and out x 0.04
        (Kinesis(mode="on_demand", batch=1, kb_per_record=Decimal("4.5")), work(MI), "29.8"),
        # 1M x 10 items of 1.5 KB, two units each: 20M x 0.625/M; Lambda reads the stream for nothing
        (DynamoDbStreams(kb_per_item=Decimal("1.5")), work(), "12.5"),
    ],
)
def test_queues_events_and_streams(part, around, dollars):
    assert cost(part, around) == Decimal(dollars)


@pytest.mark.parametrize(
    ("part", "reads"),
    [
        (DynamoDbStreams(batch=10, other_readers=2), 2_000_000),
        (
            DynamoDbStreams(batch=1500, kb_per_item=Decimal("0.1"), other_readers=1),
            2_000_000,
        ),  # 1,000 records a read
        (DynamoDbStreams(batch=10, kb_per_item=300, other_readers=1), 3_000_000),  # 1 MB a read
    ],
)
def test_others_pay_to_read_a_tables_stream(part, reads):
    made = usage(Scenario(workload=work(), parts=(part,)))
    assert made.quantity("DynamoDB stream reads") == reads


@pytest.mark.parametrize(
    ("part", "requests", "dollars"),
    [
        # 100,000 x 5 transitions x 0.025 per 1,000
        (StepFunctions(), 100_000, "12.5"),
        # AWS's example: 1M express workflows of 30 s and 64 MB: 1.00; 1,875,000 GB-s x 0.00001667 = 31.25625
        (StepFunctions(kind="express", workflow_ms=30_000), 1_000_000, "32.25625"),
        # 1,050 ms and 65 MB count as 1,100 ms and 128 MB: 137,500 GB-s
        (StepFunctions(kind="express", workflow_ms=1050, workflow_mb=65), 1_000_000, "3.292125"),
        # AWS's other example, 100M of 10 s: 62.5M GB-s in three tiers. 3.6M x 0.00001667 = 60.012;
        # 14.4M x 0.00000833 = 119.952; 44.5M x 0.00000456 = 202.92; and 100.00 for requests
        (StepFunctions(kind="express", workflow_ms=10_000), 100_000_000, "482.884"),
    ],
)
def test_workflows(part, requests, dollars):
    plain = Scenario(workload=work(requests), free_tier=False)
    assert bill(plain.with_parts(part), AWS).total - bill(plain, AWS).total == Decimal(dollars)


@pytest.mark.parametrize(
    ("part", "around", "dollars"),
    [
        # 5 of 10 GB x 0.50, and 5 of 10 GB-months x 0.03: the first 5 of each are free
        (Logs(kb_per_request=10), work(MI), "2.65"),
        (Logs(kb_per_request=10, months_kept=0), work(MI), "2.5"),
        # 730 h x 0.045 and 10 GB x 0.045
        (Nat(), work(MI), "33.3"),
        # 2 zones x 730 h x 0.01 and 10 GB x 0.01
        (VpcEndpoints(), work(MI), "14.7"),
        (PublicIpv4(addresses=2), work(), "7.3"),
        # 200 GB, 100 of them free, x 0.09
        (Egress(kb_per_response=200), work(MI), "9"),
    ],
)
def test_logs_and_network(part, around, dollars):
    assert cost(part, around) == Decimal(dollars)


def test_a_scenario_without_a_front_door_has_a_function_url_and_pays_nothing_for_it():
    assert {line.price for line in bill(work(), AWS).lines} == {"requests", "duration.x86_64"}
    assert measures(work()).requests == 1_000_000
