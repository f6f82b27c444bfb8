"""How lab 05 judges its first tasks, around S3: what is seen in buckets, rules and records."""

from __future__ import annotations

from typing import Any

from lambada_labs.labs.check import CheckResult, failed, not_yet, passed
from lambada_labs.labs.evidence import Evidence

THUMBS = "lab05-thumbs"
CAPITAL = "IMG_0042.JPG"


def check_capital(evidence: Evidence) -> CheckResult:
    """Both spellings have a rule, nothing else has, and the picture has its thumbnail."""
    expected = f"a rule for .jpg, one for .JPG, and a thumbnail of {CAPITAL}"
    suffixes = _suffixes(evidence, bucket(evidence, "uploads"))
    if suffixes is None:
        return not_yet("there is no bucket for uploads", expected, "Run the cells above this task")
    if suffixes == {".jpg"}:
        return not_yet("one rule, for .jpg", expected, "Put a second rule into the list")
    seen = (
        "rules for " + ", ".join(sorted(one or "every name" for one in suffixes)) if suffixes else "no rule"
    )
    if "" in suffixes or not suffixes >= {".jpg", ".JPG"}:
        reason = "everything" if "" in suffixes else "replaced"
        return failed(reason, seen, expected=expected, next_step='rules = [rule(".jpg"), rule(".JPG")]')
    if CAPITAL not in keys(evidence, bucket(evidence, "thumbs")):
        step = "Upload it once more: a rule binds events from now on"
        return failed(
            "no-thumbnail", f"{seen}, and no thumbnail of {CAPITAL}", expected=expected, next_step=step
        )
    meaning = "A filter compares the name letter by letter: `.jpg`, `.JPG` and `.jpeg` are three suffixes, and three rules."
    return passed(f"{seen}, and a thumbnail of {CAPITAL}", meaning)


def bucket(evidence: Evidence, name: str) -> str:
    """The full name of one of the lab's buckets: on AWS it must differ from everybody else's."""
    return f"lab05-{name}-{evidence.cloud.account_id}"


def keys(evidence: Evidence, name: str) -> list[str]:
    """The keys in a bucket, none where there is no such bucket."""
    client = evidence.cloud.client("s3")
    try:
        found = client.list_objects_v2(Bucket=name).get("Contents", ())
    except client.exceptions.NoSuchBucket:
        return []
    return [str(each["Key"]) for each in found]


def rules(evidence: Evidence, name: str) -> list[dict[str, Any]] | None:
    """The function rules of a bucket; None where there is no such bucket."""
    client = evidence.cloud.client("s3")
    try:
        found = client.get_bucket_notification_configuration(Bucket=name)
    except client.exceptions.ClientError:
        return None
    return list(found.get("LambdaFunctionConfigurations", ()))


def bounds(rule: dict[str, Any]) -> dict[str, str]:
    """The `prefix` and `suffix` of a rule, those that it has."""
    named = rule.get("Filter", {}).get("Key", {}).get("FilterRules", ())
    return {each["Name"].lower(): each["Value"] for each in named}


def _suffixes(evidence: Evidence, name: str) -> set[str] | None:
    found = rules(evidence, name)
    return None if found is None else {bounds(rule).get("suffix", "") for rule in found}
