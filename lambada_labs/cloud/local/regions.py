"""The Regions of AWS, as the installed botocore knows them."""

from __future__ import annotations

from functools import cache

PARTITION = "aws"


@cache
def known() -> frozenset[str]:
    """Region codes of the public partition; the first call reads a file of botocore's (0.1 s)."""
    from botocore.loaders import Loader

    partitions = Loader().load_data("endpoints")["partitions"]
    return frozenset(
        code for item in partitions if item["partition"] == PARTITION for code in item["regions"]
    )
