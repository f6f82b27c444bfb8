#!/bin/bash
# A custom runtime in bash and curl, as in AWS's tutorial: the handler is a function in a file of the package.
set -euo pipefail
source "$LAMBDA_TASK_ROOT/${_HANDLER%.*}.sh"
API="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while true; do
  HEADERS="$(mktemp)"
  EVENT="$(curl -sS -LD "$HEADERS" "$API/next")"
  REQUEST_ID="$(grep -Fi Lambda-Runtime-Aws-Request-Id "$HEADERS" | tr -d '[:space:]' | cut -d: -f2)"
  RESPONSE="$("${_HANDLER##*.}" "$EVENT")"
  curl -sS "$API/$REQUEST_ID/response" -d "$RESPONSE" > /dev/null
done
