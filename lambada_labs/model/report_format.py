"""How Lambda spells its reports: the one place where names, units and JSON keys of these lines are known.

Three kinds of patterns, all from the same names:

- `LOOKS_LIKE` finds whatever looks like a report in a log, also broken by a terminal's line ends;
- `ORDINARY_TEXT` and `ORDINARY_JSON` read the common line whole and exactly, on bytes, for speed;
- `FIELD`, `WORDS` and `HEADS` read a *squeezed* text (no blanks at all), whatever stood between the fields.

Sources: REPORT lines of 2017-2026 (tests/unit/model/report_samples); Telemetry API `Event` schema reference.
"""

from __future__ import annotations

import re

REPORT_EVENT = "platform.report"
EVENTS = {REPORT_EVENT: "report", "platform.initReport": "init", "platform.restoreReport": "restore"}

NUMBERS = {
    "Duration": "duration_ms",
    "BilledDuration": "billed_ms",
    "MemorySize": "memory_mb",
    "MaxMemoryUsed": "max_memory_used_mb",
    "InitDuration": "init_ms",
    "RestoreDuration": "restore_ms",
    "BilledRestoreDuration": "billed_restore_ms",
}
METRICS = {
    "durationMs": "duration_ms",
    "billedDurationMs": "billed_ms",
    "memorySizeMB": "memory_mb",
    "maxMemoryUsedMB": "max_memory_used_mb",
    "initDurationMs": "init_ms",
    "restoreDurationMs": "restore_ms",
    "billedRestoreDurationMs": "billed_restore_ms",
}
WHOLE = {"billed_ms", "memory_mb", "max_memory_used_mb", "billed_restore_ms"}
REQUIRED = ("request_id", "duration_ms", "billed_ms", "memory_mb", "max_memory_used_mb")

_ERRORS = (
    "Runtime.BadFunctionCode|Runtime.ExitError|Runtime.HandlerNotFound|Runtime.ImportModuleError|"
    "Runtime.InvalidEntrypoint|Runtime.InvalidTaskConfig|Runtime.InvalidWorkingDir|Runtime.InvalidWorkingDirectory|"
    "Runtime.MalformedHandlerName|Runtime.MarshalError|Runtime.NoSuchHandler|Runtime.OutOfMemory|"
    "Runtime.SandboxFailure|Runtime.SandboxTimeout|Runtime.TruncatedResponse|Runtime.Unknown|"
    "Runtime.UnmarshalError|Runtime.UserCodeSyntaxError|Function.ResponseSizeTooLarge|Function.Unknown|"
    "Extension.Crash|Extension.ExitError|Extension.InitError|Extension.LaunchError|Extension.RegistrationError|"
    "Sandbox.Failure|Sandbox.Timedout"
)
ERROR_TYPES = tuple(sorted(_ERRORS.split("|"), key=len, reverse=True))
STATUSES = ("timeout", "success", "failure", "error")

_NUMBER = r"(\d{1,12}(?:\.\d{1,9})?)"
FIELD = re.compile(rf"({'|'.join(sorted(NUMBERS, key=len, reverse=True))}):{_NUMBER}(?:ms|MB)")
FIELD_AHEAD = re.compile(rf"(?:{'|'.join(NUMBERS)}):")
UNKNOWN = re.compile(r"[A-Z][A-Za-z]*:(?:[\d.]+(?:ms|MB|GB|KB|s)|[^:]*?)(?=[A-Z][A-Za-z]*:|$)")
WORDS = {
    "Status:": ("status", re.compile("|".join(STATUSES))),
    "ErrorType:": ("error_type", re.compile("|".join(map(re.escape, ERROR_TYPES)))),
    "Phase:": ("phase", re.compile("init|invoke|snap-start")),
    "XRAYTraceId:": ("trace_id", re.compile(r"\d-[0-9a-z]{8}-[0-9a-z]{24}")),
    "SegmentId:": ("segment_id", re.compile(r"[0-9a-z]{16}")),
    "Sampled:": ("sampled", re.compile("true|false")),
}
WORD = re.compile("|".join(WORDS))
HEADS = {"INIT_REPORT": "init", "RESTORE_REPORT": "restore", "REPORTRequestId:": "report", "REPORT": "report"}
NEXT_HEAD = re.compile(r"(?:START|END|REPORT)RequestId:|INIT_START|(?:INIT|RESTORE)_REPORT|RESTORE_START")
REQUEST_ID = re.compile(r"[0-9a-z]{8}(?:-[0-9a-z]{4}){3}-[0-9a-z]{12}", re.IGNORECASE)
BLANK = re.compile(r"(?:\s|[#*|>/`]|\\{1,8}\s{0,2}[tnr]|\x1b\[[\d;]*m)+")
"""What may stand between or within fields: white space, comment and quotation signs, `\\t` in JSON, colours."""

TIME = re.compile(
    rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?|(?<!\d)[1-9]\d{12}(?!\d)"
)
"""A timestamp beside a line: ISO 8601, or milliseconds since the epoch as `aws logs filter-log-events` prints them."""


def _broken(word: str) -> str:
    """This word with line ends of a terminal anywhere inside."""
    return r"\s{0,2}".join(re.escape(letter) for letter in word)


_TEXT_MARK = (
    rf"(?:{_broken('INIT_')}|{_broken('RESTORE_')})?{_broken('REPORT')}[\s#*|>/]{{1,40}}"
    rf"(?:{_broken('RequestId:')}|{_broken('Duration:')}|{_broken('Init')}\s*{_broken('Duration:')}|"
    rf"{_broken('Restore')}\s*{_broken('Duration:')})"
)
_JSON_MARK = (
    rf"{_broken('type')}\s*(?:\\+\s*)?\"{{1,2}}\s*:\s*(?:\\+\s*)?\"{{1,2}}\s*{_broken('platform.')}"
    rf"\s{{0,2}}(?:{_broken('report')}|{_broken('initReport')}|{_broken('restoreReport')})\s*(?:\\+\s*)?\""
)
LOOKS_LIKE = re.compile(f"{_TEXT_MARK}|{_JSON_MARK}".encode())


def _ordinary(gap: bytes, end: bytes) -> bytes:
    """The common line after its word REPORT, with this between fields and this at each line's end."""
    return (
        rb"(?:(?<!\nREPORT)())? RequestId: ([0-9a-f-]{36})" + gap + rb"Duration: (\d{1,9}\.\d{1,6}) ms" + gap
        + rb"Billed Duration: (\d{1,9}) ms" + gap + rb"Memory Size: (\d{1,6}) MB" + gap
        + rb"Max Memory Used: (\d{1,6}) MB"
        + rb"(?:" + gap + rb"Init Duration: (\d{1,9}\.\d{1,6}) ms)?"
        + rb"(?:" + gap + rb"Status: (timeout|error|failure)(?:" + gap + rb"Error Type: ([\w.]+))?)?"
        + end
        + rb"(?:XRAY TraceId: ([0-9a-z-]+)" + gap + rb"SegmentId: ([0-9a-z]+)" + gap
        + rb"Sampled: (true|false)" + end + rb")?"
    )  # fmt: skip


_TEXT = _ordinary(rb"[ \t]+", rb"[ \t]*(?:\r?\n)+") + rb"(?=[0-9{\"\[]|START |END |REPORT |INIT_START|\Z)"
ORDINARY_TEXT = re.compile(b"REPORT" + _TEXT)
"""Groups: time (here: empty where something stands before REPORT on its line), request id, duration, billed,
memory, most used, Init, status, error type, trace, segment, sampled. It must end before something that cannot
belong to it."""
ORDINARY_ESCAPED = re.compile(b"REPORT" + _ordinary(rb"\\t", rb"(?:\\t)?(?:\\n)+") + rb'(?=\\?")')
"""The same inside a JSON string, as `aws logs filter-log-events` prints it."""
ORDINARY_JSON = re.compile(
    rb'\{"time":"([^"\\]{1,40})","type":"platform\.report","record":\{"requestId":"([^"\\]{1,64})",'
    rb'"metrics":\{"durationMs":(\d{1,9}(?:\.\d{1,9})?),"billedDurationMs":(\d{1,9}),"memorySizeMB":(\d{1,6}),'
    rb'"maxMemoryUsedMB":(\d{1,6})(?:,"initDurationMs":(\d{1,9}(?:\.\d{1,9})?))?\},'
    rb'"status":"(?:success|(timeout|error|failure))"(?:,"errorType":"([^"\\]{1,64})")?(?:(?!)()()())?\}\}'
)
"""The same groups, in AWS's own key order and compact."""
JSON_START = b'{"time":"'


def _break(word: str, place: int) -> tuple[str, str]:
    """The letter after a line end that breaks this word here, and the pattern for what surrounds it."""
    letters = [re.escape(letter) for letter in word[place : place + 3]]
    before = re.escape(word[max(0, place - 3) : place])
    after = "".join(rf"(?:\r?\n|{letter}" for letter in letters[1:]) + ")" * (len(letters) - 1)
    return letters[0], rf"(?:(?<={before}\n{letters[0]})|(?<={before}\r\n{letters[0]})){after}"


def _breaks(*words: str) -> str:
    """A line end within one of these words: tested at every line end, so sorted by the next letter."""
    found: dict[str, set[str]] = {}
    for word in words:
        for place in range(1, len(word)):
            letter, around = _break(word, place)
            found.setdefault(letter, set()).add(around)
    return r"\n(?:" + "|".join(f"{one}(?:{'|'.join(sorted(found[one]))})" for one in sorted(found)) + ")"


BROKEN = re.compile(_breaks("INIT_REPORT", "RESTORE_REPORT", "REPORT", "type", *EVENTS).encode())
"""Whether a terminal has broken a word that the quick patterns below look for; then `THOROUGH` must look."""
QUICK_TEXT = re.compile(b"REPORT(?:" + _TEXT + rb"|(?=[\s#*|>/]{1,40}[RDI]))")
QUICK_EVENT = re.compile(b"|".join(re.escape(event).encode() for event in EVENTS))
THOROUGH = re.compile(ORDINARY_TEXT.pattern + b"|" + LOOKS_LIKE.pattern)
"""Ordinary text lines with their groups; places to look at closely with none."""
