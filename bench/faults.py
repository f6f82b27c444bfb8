"""10,000 events through a whole cloud, a handler that fails, processes killed with SIGKILL: counted at the queues.

The seed chooses which events always fail and which processes die; the others fail at random. Nothing may be
lost, nothing may end twice, and each of the two queues gets exactly one record of each event it is for.
"""

from __future__ import annotations

import contextlib
import json
import random
import threading
import time
from collections import Counter
from typing import Any, Self

import psutil
from events import CLIENTS, emptied
from figure import Row, limit_row, table
from ours import Cloud, local_cloud

from lambada_labs.cloud import local
from lambada_labs.cloud.local.local_cloud import LocalCloud
from lambada_labs.cloud.local.state import state_folder

EVENTS, KILLS, SEED, SPEED = 10_000, 200, 20261125, 600
HANDLER = """
import random
def handler(event, context):
    if event["always"] or random.random() < 0.2:
        raise ValueError(event["n"])
    return event["n"]
"""
RIGHTS = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}


def prepared(cloud: Cloud) -> dict[str, str]:
    """The URLs of the queues for what succeeded and what failed, once the function sends there."""
    sqs, client = cloud.client("sqs"), cloud.client("lambda")
    urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("good", "bad")}
    cloud.create_function("fails", HANDLER)
    document = json.dumps({"Version": "2012-10-17", "Statement": [RIGHTS]})
    cloud.client("iam").put_role_policy(RoleName="bench", PolicyName="send", PolicyDocument=document)
    arn = "arn:aws:sqs:{region}:{account_id}:".format(**cloud.facts)
    targets = {"OnSuccess": {"Destination": f"{arn}good"}, "OnFailure": {"Destination": f"{arn}bad"}}
    client.put_function_event_invoke_config(FunctionName="fails", DestinationConfig=targets)
    return urls


def sent(cloud: Cloud) -> dict[str, bool]:
    """The ids of the accepted events, and whether each always fails."""
    chance, accepted = random.Random(SEED), {}
    plan = [(number, chance.random() < 0.1) for number in range(EVENTS)]

    def send(mine: list[tuple[int, bool]]) -> None:
        client = cloud.client("lambda")
        for number, always in mine:
            event = json.dumps({"n": number, "always": always})
            answer = client.invoke(FunctionName="fails", InvocationType="Event", Payload=event)
            accepted[answer["ResponseMetadata"]["RequestId"]] = always

    threads = [threading.Thread(target=send, args=(plan[start::CLIENTS],)) for start in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return accepted


class Killer:
    """Kills processes of handlers while events run, so many times."""

    def __init__(self, pid: int) -> None:
        self.killed = 0
        self._cloud, self._over = psutil.Process(pid), threading.Event()
        self._thread = threading.Thread(target=self._kill)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _kill(self) -> None:
        chance = random.Random(SEED)
        while self.killed < KILLS and not self._over.wait(0.05):
            with contextlib.suppress(psutil.Error, IndexError):
                below = self._cloud.children(recursive=True)
                parents = {one.ppid() for one in below}
                chance.choice([one for one in below if one.pid not in parents]).kill()
                self.killed += 1


def told(cloud: Cloud, url: str) -> Counter[str]:
    """How many records of each event came to a queue; empties it."""
    sqs, found = cloud.client("sqs"), Counter[str]()
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found.update(json.loads(one["Body"])["requestContext"]["requestId"] for one in messages)
        entries = [{"Id": str(n), "ReceiptHandle": one["ReceiptHandle"]} for n, one in enumerate(messages)]
        sqs.delete_message_batch(QueueUrl=url, Entries=entries)
    return found


def measured(cloud: Cloud, seen: LocalCloud) -> dict[str, Any]:
    """Counts: accepted, killed, and what came to each queue."""
    urls = prepared(cloud)
    seen.clock(speed=SPEED)
    with Killer(cloud.pid) as killer:
        accepted = sent(cloud)
        while killer.killed < KILLS and seen.status().events_waiting:
            time.sleep(0.1)
        emptied(seen)
    found = {name: told(cloud, url) for name, url in urls.items()}
    return {"accepted": accepted, "killed": killer.killed, **found}


def rows() -> list[Row]:
    """What was lost, told twice, or told to the wrong queue; and how many were killed on the way."""
    with local_cloud() as cloud:
        seen = local.attach_or_start(folder=state_folder({"LAMBADA_STATE_DIR": cloud.state}))
        counts = measured(cloud, seen)
    accepted, good, bad = counts["accepted"], counts["good"], counts["bad"]
    lost = EVENTS - len((good + bad).keys() & accepted.keys())
    twice = sum(count - 1 for count in (good + bad).values())
    wrong = sum(1 for name, always in accepted.items() if always and name in good)
    name = f"of {EVENTS:,} events, {counts['killed']} processes killed:"
    return [
        limit_row(f"{name} lost", lost, 0, "events"),
        limit_row(f"{name} told twice", twice, 0, "records"),
        limit_row(f"{name} told to the wrong queue", wrong, 0, "records"),
        limit_row("processes of the 200 that were not killed", KILLS - counts["killed"], 0, "processes"),
    ]


if __name__ == "__main__":
    print(table(rows()))
