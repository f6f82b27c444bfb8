"""The Regions of AWS, as the installed botocore knows them."""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path

MARK = '"regions" :'


@cache
def known() -> frozenset[str]:
    """Region codes of the public partition.

    Cut out of botocore's file, which has that partition first: read whole it would cost 9 MB for good.
    """
    text = _endpoints().read_text("utf-8")
    start = text.index("{", text.index(MARK) + len(MARK))
    return frozenset(json.JSONDecoder().raw_decode(text, start)[0])


def _endpoints() -> Path:
    found = importlib.util.find_spec("botocore")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("botocore")
    return Path(found.origin).parent / "data" / "endpoints.json"
