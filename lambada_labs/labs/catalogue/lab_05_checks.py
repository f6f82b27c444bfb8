"""How lab 05 judges its tasks around S3: what is seen in buckets, rules and records."""

from __future__ import annotations

from typing import Any

from lambada_labs import facts
from lambada_labs.labs.check import CheckResult, failed, not_yet, passed
from lambada_labs.labs.evidence import Evidence

THUMBS, LOOP, PRICES = "lab05-thumbs", "lab05-loop", "lab05-prices"
CAPITAL, BLANK = "IMG_0042.JPG", "red desert.jpg"
RECURSIVE = "RecursiveInvocation"
ABOVE = "Run the cells above this task"


def check_capital(evidence: Evidence) -> CheckResult:
    """Both spellings have a rule, nothing else has, and the picture has its thumbnail."""
    expected = f"a rule for .jpg, one for .JPG, and a thumbnail of {CAPITAL}"
    found = rules(evidence, bucket(evidence, "uploads"))
    if found is None:
        return not_yet("there is no bucket for uploads", expected, ABOVE)
    suffixes = {bounds(rule).get("suffix", "") for rule in found}
    if suffixes == {".jpg"}:
        return not_yet("one rule, for .jpg", expected, "Give notify a second rule")
    seen = (
        "rules for " + ", ".join(sorted(one or "every name" for one in suffixes)) if suffixes else "no rule"
    )
    if "" in suffixes or not suffixes >= {".jpg", ".JPG"}:
        reason = "everything" if "" in suffixes else "replaced"
        return failed(reason, seen, expected=expected, next_step="One rule for each suffix, both in one call")
    if CAPITAL not in keys(evidence, bucket(evidence, "thumbs")):
        step = "Upload it once more: a rule binds events from now on"
        return failed("no-thumbnail", f"{seen}; no thumbnail of {CAPITAL}", expected=expected, next_step=step)
    meaning = "A filter compares the name letter by letter: `.jpg`, `.JPG` and `.jpeg` are three suffixes, and three rules."
    return passed(f"{seen}, and a thumbnail of {CAPITAL}", meaning)


def check_decode(evidence: Evidence) -> CheckResult:
    """The picture with a blank in its name has a thumbnail under that name."""
    expected = f"a thumbnail called “{BLANK}”"
    there = keys(evidence, bucket(evidence, "thumbs"))
    encoded = BLANK.replace(" ", "+")
    if BLANK in there:
        meaning = (
            "Decode once, where the key comes in. `unquote_plus` knows the `+`; `unquote` alone does not."
        )
        return passed(expected, meaning)
    if encoded in there:
        seen = f"a thumbnail called “{encoded}”"
        return failed("half", seen, expected=expected, next_step="Use the decoded key for the thumbnail, too")
    if any("NameError" in line for line in evidence.log(THUMBS)[-40:]):
        return failed(
            "raised", "a NameError in the log", expected=expected, next_step="Read the last lines of the log"
        )
    seen = f"no thumbnail of “{BLANK}”"
    return not_yet(seen, expected, "Decode the key with unquote_plus before you read the object")


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


def check_one_bucket(evidence: Evidence) -> CheckResult:
    """The rule has a prefix that thumbnails lack, and one upload gave one run."""
    expected = "pictures in and thumbnails out in one bucket, and one run for one upload"
    album = bucket(evidence, "album")
    found = rules(evidence, album)
    if not found:
        return not_yet("the album has no rule", expected, ABOVE)
    prefix = bounds(found[0]).get("prefix", "")
    if not prefix:
        return not_yet("the rule hears every name that ends in .jpg", expected, 'Give the rule prefix="in/"')
    made = [key for key in keys(evidence, album) if key.startswith("out/")]
    if "out/".startswith(prefix) or prefix.startswith("out"):
        seen = f"a rule for {prefix}, where the thumbnails go"
        return failed(
            "wrong-side", seen, expected=expected, next_step="The prefix names where pictures come in"
        )
    runs = len(evidence.records(LOOP))
    if not runs or not any(key.startswith(f"out/{prefix}") for key in made):
        seen = f"a rule for {prefix}, and no thumbnail of anything in it"
        return failed("unheard", seen, expected=expected, next_step=f"Upload a picture under {prefix}")
    if runs > 1:
        return failed(
            "again", f"{runs} runs", expected=expected, next_step="Which object has caused the second one?"
        )
    meaning = "What goes out can no longer come in. Two buckets are simpler still, and no prefix can be forgotten there."
    return passed(f"a rule for {prefix}, one run, one thumbnail", meaning)


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
