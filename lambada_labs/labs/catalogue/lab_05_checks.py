"""How lab 05 judges its tasks around S3: what is seen in buckets, rules and records."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote_plus

from lambada_labs import facts
from lambada_labs.labs import pictures
from lambada_labs.labs.check import CheckResult, failed, not_yet, passed
from lambada_labs.labs.evidence import Evidence

THUMBS, LOOP, PRICES = "lab05-thumbs", "lab05-loop", "lab05-prices"
CAPITAL, PLAIN, NOTES, BLANK = "IMG_0042.JPG", "beach.jpg", "notes.txt", "red desert.jpg"
# No rule of the lab hears these two: only the check sends their events.
ACCENT, ODD = "café.jpeg", "café, a+b.jpeg"
RECURSIVE = "RecursiveInvocation"
ABOVE = "Run the cells above this task"


def check_capital(evidence: Evidence) -> CheckResult:
    """Some rule hears each spelling, none hears the notes, and the picture has its thumbnail."""
    expected = f"a rule for .jpg, one for .JPG, and a thumbnail of {CAPITAL}"
    found = rules(evidence, bucket(evidence, "uploads"))
    if found is None:
        return not_yet("there is no bucket for uploads", expected, ABOVE)
    suffixes = [bounds(rule).get("suffix", "") for rule in found]
    seen = "rules for " + ", ".join(sorted(one or "every name" for one in suffixes))
    if suffixes == [".jpg"]:
        return not_yet("one rule, for .jpg", expected, "Give notify a second rule")
    if reason := _deaf(found):
        step = "One rule for each suffix, both in one call"
        return failed(reason, seen if found else "no rule", expected=expected, next_step=step)
    if CAPITAL not in keys(evidence, bucket(evidence, "thumbs")):
        step = "Upload it once more: a rule binds events from now on"
        return failed("no-thumbnail", f"{seen}; no thumbnail of {CAPITAL}", expected=expected, next_step=step)
    meaning = "A filter compares the name letter by letter: `.jpg`, `.JPG` and `.jpeg` are three suffixes, and three rules."
    return passed(f"{seen}, and a thumbnail of {CAPITAL}", meaning)


def _deaf(found: list[dict[str, Any]]) -> str:
    """What is wrong with the rules of the uploads: the reason of a hint, or nothing."""
    if _hears(found, NOTES):
        return "everything"
    if not _hears(found, PLAIN):
        return "replaced"
    return "" if _hears(found, CAPITAL) else "misspelt"


def _hears(found: list[dict[str, Any]], key: str) -> bool:
    sides = ((one.get("prefix", ""), one.get("suffix", "")) for one in map(bounds, found))
    return any(key.startswith(prefix) and key.endswith(suffix) for prefix, suffix in sides)


def check_decode(evidence: Evidence) -> CheckResult:
    """The picture with a blank has its thumbnail, and the handler takes other signs, too."""
    expected = f"a thumbnail called “{BLANK}”, and one of every other name"
    if evidence.function(THUMBS) is None:
        return not_yet(f"there is no function {THUMBS}", expected, ABOVE)
    there = keys(evidence, bucket(evidence, "thumbs"))
    if BLANK in there:
        return _decoded(evidence, expected)
    if (encoded := BLANK.replace(" ", "+")) in there:
        seen, step = f"a thumbnail called “{encoded}”", "Use the decoded key for the thumbnail, too"
        return failed("half", seen, expected=expected, next_step=step)
    if any("NameError" in line for line in evidence.log(THUMBS)[-40:]):
        step = "Read the last lines of the log"
        return failed("raised", "a NameError in the log", expected=expected, next_step=step)
    seen = f"no thumbnail of “{BLANK}”"
    if _takes(evidence, ACCENT):
        step = "Which function of urllib.parse knows the plus?"
        return failed("plain", f"{seen}, but one of “{ACCENT}”", expected=expected, next_step=step)
    return not_yet(seen, expected, "Decode the key with unquote_plus before you read the object")


def _decoded(evidence: Evidence, expected: str) -> CheckResult:
    if not _takes(evidence, ODD):
        step = "Decode the whole key, once: not only its blanks"
        return failed("partly", f"no thumbnail of “{ODD}”", expected=expected, next_step=step)
    meaning = "Decode once, where the key comes in. `unquote_plus` knows the `+`; `unquote` alone does not."
    return passed(f"thumbnails called “{BLANK}” and, tried by this check, “{ODD}”", meaning)


def _takes(evidence: Evidence, key: str) -> bool:
    """Whether the handler makes a thumbnail of an upload of this name; both are taken away again."""
    client = evidence.cloud.client("s3")
    uploads, thumbs = bucket(evidence, "uploads"), bucket(evidence, "thumbs")
    try:
        client.put_object(Bucket=uploads, Key=key, Body=pictures.picture("desert"))
    except client.exceptions.NoSuchBucket:
        return False
    about = {"bucket": {"name": uploads}, "object": {"key": quote_plus(key), "sequencer": "00"}}
    record = {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": about}
    evidence.call(THUMBS, {"Records": [record]})
    made = key in keys(evidence, thumbs)
    for place in (uploads, thumbs):
        client.delete_object(Bucket=place, Key=key)
    return made


def check_loop(evidence: Evidence) -> CheckResult:
    """The function has called itself until Lambda stopped it."""
    most = facts.number("recursion.limit")
    expected = f"a circle through the album that Lambda cuts after {most} runs"
    runs = evidence.records(LOOP)
    if not runs:
        return not_yet(f"{LOOP} has not run yet", expected, "Run the cell above")
    if any(one.condition == RECURSIVE for one in _events(evidence, LOOP)):
        meaning = "One upload, sixteen runs, and an event thrown away. The net held; it is not a way to work."
        return passed(f"{len(runs)} runs, then an event that was dropped", meaning)
    seen = f"{len(runs)} run{'s' * (len(runs) != 1)}, and no circle"
    album = keys(evidence, bucket(evidence, "album"))
    if any(run.outcome != "success" for run in runs):
        return failed(
            "raised",
            "a run that failed",
            expected=expected,
            next_step="Read its log: which bucket did it ask for?",
        )
    if len(runs) == 1 and len(album) <= 1:
        return not_yet(seen, expected, 'THUMBS=album, PREFIX="t-"')
    return failed(
        "no-circle",
        seen,
        expected=expected,
        next_step="The thumbnail has to fit the rule: it must end in .jpg",
    )


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


def _events(evidence: Evidence, function: str) -> list[Any]:
    start = evidence.start(function)
    return [one for one in evidence.cloud.events(function) if one.accepted_at >= start]
