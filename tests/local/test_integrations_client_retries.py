"""Errors are the client's: boto3's own retries act on throttles and failures of Invoke as they do against AWS."""

import asyncio
import itertools
import logging
import re
import threading
import time

import boto3
import functions_kit
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from lambada_labs.cloud.local.authenticate import Authenticator
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.functions.throttles import throttled
from lambada_labs.cloud.local.gateway import Gateway
from lambada_labs.cloud.local.identity import Identity
from lambada_labs.cloud.local.message import AwsResponse
from lambada_labs.runtime.ports import Throttled

DELAY = re.compile(r"retrying request after delay of: ([0-9.e-]+)")
KEY, SECRET, REGION = "AKIAROOTROOTROOTROOT", "s" * 40, "us-east-1"
REFUSALS = {
    "throttle": (lambda: throttled(Throttled("ConcurrentInvocationLimitExceeded")), 429),
    "failure": (lambda: AwsError("ServiceException", "An error occurred.", 500, Type="Service"), 500),
    "unavailable": (lambda: AwsError("ServiceUnavailableException", "Try again.", 503), 503),
}


class Nobody:
    """An IAM without users."""

    def access_key(self, _):
        return None

    def role_id(self, _):
        return None


class Refuses:
    """Lambda on a bad day: refuses so many times, then answers; remembers when it was asked."""

    def __init__(self):
        self.asked, self.left, self.refusal = [], 0, None

    async def handle(self, _):
        self.asked.append(time.monotonic())
        if self.left > 0:
            self.left -= 1
            raise self.refusal()
        return AwsResponse.of_json({"well": "done"})


@pytest.fixture(scope="module")
def bad_day():
    """A gateway in a thread, and the service behind it."""
    service, loop = Refuses(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    identity = Identity(account_id="123456789012", access_key_id=KEY, secret=SECRET, directory=Nobody())

    async def start():
        gateway = Gateway(
            Authenticator(identity, region=REGION), services={"lambda": service}, fallback=service
        )
        return gateway, await gateway.start()

    gateway, port = asyncio.run_coroutine_threadsafe(start(), loop).result(30)
    yield service, f"http://127.0.0.1:{port}"
    asyncio.run_coroutine_threadsafe(gateway.stop(), loop).result(30)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


def client(url, mode, attempts):
    return boto3.client(
        "lambda",
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
        config=Config(retries={"mode": mode, "total_max_attempts": attempts}),
    )


@pytest.mark.parametrize("mode", ["standard", "adaptive", "legacy"])
@pytest.mark.parametrize("kind", list(REFUSALS))
def test_it_is_asked_again_until_it_answers(bad_day, mode, kind):
    service, url = bad_day
    service.asked, service.left, service.refusal = [], 2, REFUSALS[kind][0]
    made = client(url, mode, 3)
    try:
        answer = made.invoke(FunctionName="f")
    finally:
        made.close()
    assert (len(service.asked), answer["ResponseMetadata"]["RetryAttempts"]) == (3, 2)
    assert answer["StatusCode"] == 200


@pytest.mark.parametrize("kind", list(REFUSALS))
def test_after_the_last_attempt_the_refusal_is_raised(bad_day, kind):
    service, url = bad_day
    service.asked, service.left, service.refusal = [], 99, REFUSALS[kind][0]
    made = client(url, "standard", 3)
    with pytest.raises(ClientError) as refused:
        made.invoke(FunctionName="f")
    made.close()
    told = refused.value.response
    assert told["ResponseMetadata"]["HTTPStatusCode"] == REFUSALS[kind][1]
    assert (len(service.asked), told["ResponseMetadata"]["RetryAttempts"]) == (3, 2)


def test_each_wait_may_be_twice_as_long(bad_day, caplog):
    """botocore's standard mode: a random share of 1, 2, 4 seconds; what it decided is what we saw."""
    service, url = bad_day
    service.asked, service.left, service.refusal = [], 3, REFUSALS["throttle"][0]
    made = client(url, "standard", 4)
    with caplog.at_level(logging.DEBUG, logger="botocore.retries.standard"):
        made.invoke(FunctionName="f")
    made.close()
    decided = [float(found[1]) for text in caplog.messages if (found := DELAY.search(text))]
    seen = [after - before for before, after in itertools.pairwise(service.asked)]
    assert len(decided) == len(seen) == 3
    for longest, wait, gap in zip((1, 2, 4), decided, seen, strict=True):
        assert 0 <= wait <= longest
        assert gap >= wait


@pytest.mark.parametrize("mode", ["standard", "adaptive"])
def test_a_refusal_of_ours_for_good_is_not_tried_again(bad_day, mode):
    service, url = bad_day
    service.asked, service.left = [], 99
    service.refusal = lambda: AwsError("InvalidRequestContentException", "Could not parse", Type="User")
    made = client(url, mode, 5)
    with pytest.raises(ClientError):
        made.invoke(FunctionName="f")
    made.close()
    assert len(service.asked) == 1


def test_a_real_throttle_carries_its_reason_and_its_attempts(cloud):
    functions_kit.ready(cloud, "closed")
    cloud.client("lambda").put_function_concurrency(FunctionName="closed", ReservedConcurrentExecutions=0)
    patient = cloud.client("lambda", config=Config(retries={"mode": "standard", "total_max_attempts": 3}))
    with pytest.raises(ClientError) as refused:
        patient.invoke(FunctionName="closed")
    told = refused.value.response
    assert told["Error"]["Code"] == "TooManyRequestsException"
    assert told["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert told["ResponseMetadata"]["RetryAttempts"] == 2
    assert "retry-after" in told["ResponseMetadata"]["HTTPHeaders"]


def test_a_function_that_fails_is_no_error_of_the_client(cloud):
    """200 and FunctionError: no retry mode tries that again."""
    functions_kit.ready(cloud, "fails", "def handler(event, context):\n    raise ValueError('no')\n")
    patient = cloud.client("lambda", config=Config(retries={"mode": "standard", "total_max_attempts": 5}))
    answer = patient.invoke(FunctionName="fails")
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    assert answer["ResponseMetadata"]["RetryAttempts"] == 0
    assert len(cloud.records("fails")) == 1
