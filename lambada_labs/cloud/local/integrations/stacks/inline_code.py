"""Code that a template carries in itself, as a deployment package with the module `cfnresponse` beside it.

Source: AWS CloudFormation user guide, "cfn-response module": it is there for code in `ZipFile` only, and puts the
response to the event's ResponseURL.
"""

from __future__ import annotations

import io
import zipfile

_CFNRESPONSE = '''"""Sends a response of a custom resource; the same calls as AWS's module of this name."""

import json
import urllib.request

SUCCESS, FAILED = "SUCCESS", "FAILED"


def send(event, context, responseStatus, responseData, physicalResourceId=None, noEcho=False, reason=None):
    body = json.dumps({
        "Status": responseStatus,
        "Reason": reason or f"See the details in CloudWatch Log Stream: {context.log_stream_name}",
        "PhysicalResourceId": physicalResourceId or context.log_stream_name,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "NoEcho": noEcho,
        "Data": responseData,
    }).encode()
    request = urllib.request.Request(event["ResponseURL"], data=body, method="PUT", headers={"Content-Type": ""})
    with urllib.request.urlopen(request) as answer:
        print("Status code:", answer.status)
'''


def package(code: str, runtime: str) -> bytes:
    """The archive of inline code: `index.js` for Node.js, otherwise `index.py` and `cfnresponse.py`."""
    files = (
        {"index.js": code}
        if runtime.startswith("nodejs")
        else {"index.py": code, "cfnresponse.py": _CFNRESPONSE}
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            # A fixed moment: the same code is the same package.
            archive.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), text)
    return packed.getvalue()
