// One invocation after the other: promise, callback and streaming handlers.
'use strict';

const { current } = require('./console.cjs');
const { makeContext } = require('./context.cjs');
const { CallbackHandlerDeprecated, MalformedStreamingHandler, NodeJsExit, describe } = require('./errors.cjs');
const { STREAMING, fail, openStream } = require('./stream.cjs');

const NO_CALLBACKS_FROM = 24;
const UNSETTLED =
  'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes';
const CALLBACKS_GONE =
  'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later.';

// Its name is what a stack trace shows: "at Runtime.handler".
class Runtime {
  constructor(api, logError) {
    this.api = api;
    this.logError = logError;
    this.requestId = undefined;
    this.nothingLeftToDo = () => {};
  }

  run(handler) {
    this.handler = handler;
    this.streaming = isStreaming(handler);
    this.withCallbacks = runtimeMajor() < NO_CALLBACKS_FROM;
    if (!this.withCallbacks && !this.streaming && handler.length >= 3) throw new CallbackHandlerDeprecated(CALLBACKS_GONE);
    this.scheduleNext();
  }

  // At the start of the next turn, so that what the handler left in the queue comes first.
  scheduleNext() {
    setImmediate(async () => {
      const { headers, event } = await this.api.next();
      this.requestId = current.requestId = headers['lambda-runtime-aws-request-id'];
      await (this.streaming ? this.stream(headers, event) : this.invoke(headers, event));
    });
  }

  async stream(headers, event) {
    const requestId = this.requestId;
    const { stream, answered } = openStream(this.api, requestId);
    this.nothingLeftToDo = () => this.scheduleNext();
    try {
      const result = this.handler(JSON.parse(event), stream, makeContext(headers));
      if (typeof result?.then !== 'function') throw new Error('Streaming does not support non-async handlers.');
      if ((await result) !== undefined) console.warn('Streaming handlers ignore return values.');
      await answered;
    } catch (error) {
      this.logError('Invoke Error', error);
      await fail(stream, error);
      await answered.catch(() => {});
    }
    this.nothingLeftToDo = () => {};
    this.scheduleNext();
  }

  async invoke(headers, event) {
    const settle = new Settlement(this);
    const context = makeContext(headers, this.withCallbacks ? settle : undefined);
    try {
      const result = this.handler(JSON.parse(event), context, ...(this.withCallbacks ? [settle.callback] : []));
      if (typeof result?.then === 'function') result.then(settle.succeed, settle.fail);
      else if (!this.withCallbacks) settle.succeed(result);
    } catch (error) {
      settle.fail(error);
    }
  }
}

// The one answer of one invocation; whatever comes later is ignored.
class Settlement {
  constructor(runtime) {
    this.runtime = runtime;
    this.requestId = runtime.requestId;
    this.settled = false;
    this.waitsForEmptyEventLoop = true;
    for (const name of ['callback', 'succeed', 'fail', 'done']) this[name] = this[name].bind(this);
    runtime.nothingLeftToDo = () => this.abandoned();
  }

  callback(error, result) {
    if (this.settled) return;
    if (error !== undefined && error !== null) return this.fail(error);
    if (!this.waitsForEmptyEventLoop) return this.succeed(result);
    this.settled = true;
    this.runtime.nothingLeftToDo = () => this.answer(result);
  }

  done(error, result) {
    if (error !== undefined && error !== null) this.fail(error);
    else this.succeed(result);
  }

  succeed(result) {
    if (this.settled) return;
    this.settled = true;
    this.answer(result);
  }

  fail(error) {
    if (this.settled) return;
    this.settled = true;
    this.runtime.logError('Invoke Error', error ?? 'handled');
    this.finish(this.runtime.api.postError(this.requestId, describe(error ?? 'handled')));
  }

  // The event loop is empty and nobody answered.
  abandoned() {
    if (this.settled) return;
    if (this.runtime.handler.constructor.name === 'AsyncFunction') return this.fail(new NodeJsExit(UNSETTLED));
    this.succeed(null);
  }

  answer(result) {
    this.runtime.nothingLeftToDo = () => {};
    let text;
    try {
      text = JSON.stringify(result === undefined ? null : result) ?? 'null';
    } catch {
      const error = new Error('Unable to stringify response body');
      this.runtime.logError('Invoke Error', error);
      return this.finish(this.runtime.api.postError(this.requestId, describe(error)));
    }
    this.finish(this.runtime.api.postResponse(this.requestId, text));
  }

  finish(posted) {
    this.runtime.nothingLeftToDo = () => {};
    posted.then(() => this.runtime.scheduleNext());
  }
}

function isStreaming(handler) {
  if (!handler[STREAMING]) return false;
  if (handler[STREAMING] === 'response') return true;
  throw new MalformedStreamingHandler('Only response streaming is supported.');
}

// What the function asks for counts, not the Node.js that happens to be on this machine.
function runtimeMajor() {
  const asked = (process.env.AWS_EXECUTION_ENV ?? '').match(/nodejs(\d+)/);
  return Number(asked ? asked[1] : process.versions.node.split('.')[0]);
}

module.exports = { Runtime };
