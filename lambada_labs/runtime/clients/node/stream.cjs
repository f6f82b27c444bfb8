// Streamed responses: awslambda.streamifyResponse and awslambda.HttpResponseStream.
'use strict';

const { describe, InvalidStreamingOperation } = require('./errors.cjs');

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');
const ERROR_TYPE = 'Lambda-Runtime-Function-Error-Type';
const ERROR_BODY = 'Lambda-Runtime-Function-Error-Body';
const HTTP_RESPONSE = 'application/vnd.awslambda.http-integration-response';
const DELIMITER = new Uint8Array(8);

function streamifyResponse(handler, options) {
  handler[STREAMING] = 'response';
  if (typeof options?.highWaterMark === 'number') handler[HIGH_WATER_MARK] = options.highWaterMark;
  return handler;
}

const HttpResponseStream = {
  // Status, headers and cookies go first, as JSON and eight zero bytes, when the first byte is written.
  from(stream, prelude) {
    stream.setContentType(HTTP_RESPONSE);
    stream._onBeforeFirstWrite = (write) => {
      write(JSON.stringify(prelude));
      write(DELIMITER);
    };
    return stream;
  },
};

// The writable that the handler gets is the request itself; `answered` settles when the API has taken it all.
function openStream(api, requestId) {
  const headers = {
    'Lambda-Runtime-Function-Response-Mode': 'streaming',
    Trailer: [ERROR_TYPE, ERROR_BODY],
    'Content-Type': 'application/octet-stream',
    'Transfer-Encoding': 'chunked',
  };
  let stream;
  const answered = new Promise((resolve, reject) => {
    stream = api.openResponse(requestId, headers, (response) => {
      response.resume();
      response.on('end', resolve);
      response.on('error', reject);
    });
    stream.on('error', reject);
  });
  answered.catch(() => {}); // a handler that fails first is reported for that
  teach(stream);
  return { stream, answered };
}

// Objects are written as JSON; the content type may be set until the first write.
function teach(stream) {
  const write = stream.write.bind(stream);
  const end = stream.end.bind(stream);
  let begun = false;
  const begin = () => {
    if (begun) return;
    begun = true;
    stream._onBeforeFirstWrite?.((chunk) => write(chunk));
  };
  stream.setContentType = (type) => {
    if (begun) throw new InvalidStreamingOperation('Cannot set content-type, too late.');
    stream.setHeader('Content-Type', type);
  };
  stream.write = (chunk, ...rest) => {
    begin();
    return write(bytes(chunk), ...rest);
  };
  stream.end = (chunk, ...rest) => {
    if (chunk === undefined || chunk === null || typeof chunk === 'function') return end(chunk, ...rest);
    begin();
    return end(bytes(chunk), ...rest);
  };
}

const bytes = (chunk) => (typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk : JSON.stringify(chunk));

// The response has begun, so the error travels behind it.
function fail(stream, error) {
  const described = describe(error);
  return new Promise((resolve) => {
    if (stream.writableEnded || stream.destroyed) return resolve();
    stream.addTrailers({
      [ERROR_TYPE]: String(described.errorType).replace(/[^\x20-\x7e]/g, '?'),
      [ERROR_BODY]: Buffer.from(JSON.stringify(described)).toString('base64'),
    });
    stream.end(resolve);
  });
}

module.exports = { HIGH_WATER_MARK, HttpResponseStream, STREAMING, fail, openStream, streamifyResponse };
