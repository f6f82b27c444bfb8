"""What tests of integrations need: a function that answers as it is told, and the permission a service wants."""

from __future__ import annotations

from typing import Any

from functions_kit import ready

#: Answers with the JSON that somewhere in its event stands as text under one of these names; the word `raise`
#: there makes it raise, `sleep` makes it too slow.
ANSWERING = """
import json, time
NAMES = {"inputTranscript", "said", "subject", "value"}

def told(value):
    if isinstance(value, dict):
        for name, held in value.items():
            if name in NAMES and isinstance(held, str) and (held[:1] in '{["' or held in ("raise", "sleep")):
                return held
            found = told(held)
            if found is not None:
                return found
    if isinstance(value, list):
        for one in value:
            found = told(one)
            if found is not None:
                return found
    return None

def handler(event, context):
    print("SEEN " + json.dumps(event))
    text = told(event)
    if text == "raise":
        raise ValueError("no thanks")
    if text == "sleep":
        time.sleep(30)
    return json.loads(text) if text else event
"""


def answering(cloud: Any, name: str, **settings: Any) -> str:
    """The name of a function that answers what its event says."""
    ready(cloud, name, ANSWERING, **settings)
    return name


def permitted(cloud: Any, name: str, integration: str) -> str:
    """The same function, open to a service's sample."""
    ran = cloud.run_integration(integration, name)
    assert ran.permission, f"{integration} may call {name} already"
    cloud.client("lambda").add_permission(**ran.permission)
    return name


__all__ = ["answering", "permitted"]
