"""What our queues rely on inside moto: when one of these fails, moto moved, and queues/for_moto.py has to follow."""

from __future__ import annotations

import importlib
import inspect

import pytest

from lambada_labs.cloud.local.moto_plug import MotoPlug
from lambada_labs.cloud.local.queues import QueueName, Queues
from lambada_labs.runtime.clock import Clock

ACCOUNT, REGION = "535353535353", "eu-west-1"


@pytest.fixture(scope="module")
def queues():
    return Queues(Clock(speed=0))


@pytest.fixture(scope="module")
def backend(queues):
    plug = MotoPlug(account_id=ACCOUNT, region=REGION)
    plug.deliver_to(queues)
    plug._wired.result(30)
    yield importlib.import_module("moto.sqs.models").sqs_backends[ACCOUNT][REGION]
    plug.close()


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("SQSBackend.create_queue", ["name", "tags", "kwargs"]),
        ("SQSBackend.get_queue", ["queue_name"]),
        ("SQSBackend.delete_queue", ["queue_name"]),
        (
            "SQSBackend.send_message",
            [
                "queue_name",
                "message_body",
                "message_attributes",
                "delay_seconds",
                "deduplication_id",
                "group_id",
                "system_attributes",
                "validate_group_id",
            ],
        ),
        ("Queue.__init__", ["name", "region", "account_id", "kwargs"]),
    ],
)
def test_what_we_stand_in_for_is_called_as_before(path, named):
    found = importlib.import_module("moto.sqs.models")
    for part in path.split("."):
        found = getattr(found, part)
    assert [name for name in inspect.signature(found).parameters if name != "self"] == named


def test_services_of_moto_find_our_queues(queues, backend):
    name = QueueName(account_id=ACCOUNT, region=REGION, name="ours")
    assert backend.queues == {}
    with pytest.raises(importlib.import_module("moto.sqs.exceptions").QueueDoesNotExist):
        backend.get_queue("ours")
    queue = queues.create(name, tags={"a": "b"})
    assert backend.get_queue("ours").queue_arn == queue.name.arn
    assert [one.arn for one in backend.iter_tagged_resources()] == [queue.name.arn]
    backend.get_queue("ours").visibility_timeout = 99
    assert queue.settings.visibility_s == 99


def test_what_cloudformation_gives_becomes_attributes(queues, backend):
    made = backend.create_queue(
        name="made.fifo", region=REGION, FifoQueue=True, DelaySeconds=5,
        RedriveAllowPolicy={"redrivePermission": "denyAll"}, tags={},
    )  # fmt: skip
    settings = queues.find(made.queue_arn).settings
    assert (settings.fifo, settings.delay_s) == (True, 5)
    assert settings.redrive_allow == '{"redrivePermission": "denyAll"}'
    assert made.fifo_queue
    backend.delete_queue("made.fifo")
    assert queues.find(made.queue_arn) is None


def test_messages_of_services_arrive_and_those_for_nobody_are_lost(queues, backend):
    queue = queues.create(QueueName(account_id=ACCOUNT, region=REGION, name="filled"))
    backend.send_message(
        "filled", "text", validate_group_id=False, group_id=None,
        message_attributes={"b": {"DataType": "Binary", "BinaryValue": "AP8="}},
    )  # fmt: skip
    backend.send_message("nobody", "text")
    from lambada_labs.cloud.local.queues.wanted import Wanted

    (found,) = queue.take(Wanted())
    assert (found.body, found.attributes["b"].value) == ("text", b"\x00\xff")


def test_another_account_has_moto_s_own_queues(backend):
    other = importlib.import_module("moto.sqs.models").sqs_backends["646464646464"][REGION]
    assert type(other).__name__ == "SQSBackend"
