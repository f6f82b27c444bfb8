// The context object that a handler gets.
'use strict';

function makeContext(headers, settlement) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const variables = process.env;
  rememberTrace(headers['lambda-runtime-trace-id']);
  const context = {
    functionVersion: variables.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: variables.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: variables.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: variables.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: variables.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: parsed(headers['lambda-runtime-client-context']),
    identity: parsed(headers['lambda-runtime-cognito-identity']),
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  return settlement ? withCallbacks(context, settlement) : context;
}

// Until Node.js 22 the context could also answer, and say that nobody waits for what is left in the event loop.
function withCallbacks(context, settlement) {
  Object.assign(context, { succeed: settlement.succeed, fail: settlement.fail, done: settlement.done });
  return Object.defineProperty(context, 'callbackWaitsForEmptyEventLoop', {
    enumerable: true,
    get: () => settlement.waitsForEmptyEventLoop,
    set: (value) => {
      settlement.waitsForEmptyEventLoop = value;
    },
  });
}

function rememberTrace(trace) {
  if (trace) process.env._X_AMZN_TRACE_ID = trace;
  else delete process.env._X_AMZN_TRACE_ID;
}

const parsed = (header) => (header ? JSON.parse(header) : undefined);

module.exports = { makeContext };
