"""How our own Python client writes logs: AWS's text and JSON forms, as lines or through the log channel."""

import json
import logging
import os
import sys
import time

LOG_CHANNEL = "_LAMBDA_TELEMETRY_LOG_FD"
TEXT_FORM = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n"
TIME_FORM = "%Y-%m-%dT%H:%M:%S"
NO_BREAK_SPACE = "\u00a0"
TEXT_FRAME, JSON_FRAME = 0xA55A0003, 0xA55A0002

#: The invocation that log records belong to.
current = {"aws_request_id": ""}


class Log:
    """Where messages go: one record each through the channel, else standard output."""

    def __init__(self, channel, json_form):
        self.json_form = json_form
        self.file = os.fdopen(int(channel), "wb", 0) if channel else None

    def write(self, message, level=logging.NOTSET):
        """One message; `level` is a level of the logging module."""
        if self.file is None:
            sys.stdout.write(message)
            return
        body = message.encode("utf-8")
        frame = (JSON_FRAME if self.json_form else TEXT_FRAME) | _frame_level(level)
        stamp = int(time.time() * 1_000_000)
        self.file.write(
            frame.to_bytes(4, "big") + len(body).to_bytes(4, "big") + stamp.to_bytes(8, "big") + body
        )

    def failure(self, described):
        """The error of an invocation."""
        if self.json_form:
            stamp = time.strftime(TIME_FORM + "Z", time.gmtime())
            self.write(json.dumps({"timestamp": stamp, "level": "ERROR", **described}) + "\n", logging.ERROR)
            return
        lines = [
            f"[ERROR] {described['errorType']}: {described['errorMessage']}",
            "Traceback (most recent call last):",
        ]
        for entry in described["stackTrace"]:
            lines += [_indented(line) for line in entry.splitlines()]
        self.write(("\n" if self.file else "\r").join(lines) + ("" if self.file else "\n"), logging.ERROR)


def _frame_level(level):
    """TRACE is 1, DEBUG 2 ... in the third bit and up."""
    steps = min(50, max(0, level)) // 10
    return (steps + 1) << 2 if steps else 0


def _indented(line):
    text = line.lstrip(" ")
    return NO_BREAK_SPACE * (len(line) - len(text)) + text


class _Handler(logging.Handler):
    """Frames tell the level only where levels are configured, as awslambdaric's do."""

    def __init__(self, log, with_levels):
        super().__init__()
        self.log, self.with_levels = log, with_levels

    def emit(self, record):
        record.aws_request_id = current["aws_request_id"]
        self.log.write(self.format(record), record.levelno if self.with_levels else logging.NOTSET)


class _JsonFormatter(logging.Formatter):
    def format(self, record):
        entry = {
            "timestamp": self.formatTime(record, TIME_FORM + "Z"),
            "level": record.levelname,
            "message": record.msg
            if isinstance(record.msg, dict) and not record.args
            else record.getMessage(),
            "logger": record.name,
            "requestId": record.aws_request_id,
        }
        if record.exc_info:
            entry["errorType"], entry["errorMessage"] = record.exc_info[0].__name__, str(record.exc_info[1])
        return json.dumps(entry, default=str) + "\n"


class _Unbuffered:
    def __init__(self, stream):
        self.stream = stream

    def __getattr__(self, name):
        return getattr(self.stream, name)

    def write(self, message):
        self.stream.write(message)
        self.stream.flush()


def install():
    """Set up the root logger and unbuffered output; answers the log."""
    sys.stdout, sys.stderr = _Unbuffered(sys.stdout), _Unbuffered(sys.stderr)
    logging.Formatter.converter = time.gmtime
    json_form = os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"
    log = Log(os.environ.pop(LOG_CHANNEL, None), json_form)
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper().replace("TRACE", "DEBUG")
    handler = _Handler(log, with_levels=bool(json_form or level))
    handler.setFormatter(_JsonFormatter() if json_form else logging.Formatter(TEXT_FORM, TIME_FORM))
    root = logging.getLogger()
    if level:
        root.setLevel(level)
    root.addHandler(handler)
    return log
