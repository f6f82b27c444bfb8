// What console.log and its kin write: AWS's text form, or one JSON object a line.
'use strict';

const fs = require('node:fs');
const { format } = require('node:util');
const { forLog, intoError } = require('./errors.cjs');

const LOG_CHANNEL = '_LAMBDA_TELEMETRY_LOG_FD';
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const METHODS = { trace: 'TRACE', debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR', fatal: 'FATAL' };
const FRAME = { text: 0xa55a0003, json: 0xa55a0002 };
const HEADER_BYTES = 16;

const current = { requestId: undefined };

// Replaces the console's functions; answers the function that logs an error of the client.
function patchConsole() {
  const json = (process.env.AWS_LAMBDA_LOG_FORMAT || '').toUpperCase() === 'JSON';
  const lowest = Math.max(0, LEVELS.indexOf((process.env.AWS_LAMBDA_LOG_LEVEL || '').toUpperCase()));
  const write = writer(json);
  const line = json ? jsonLine : textLine;
  for (const [method, level] of Object.entries(METHODS)) {
    const wanted = LEVELS.indexOf(level) >= lowest || level === 'FATAL';
    console[method] = wanted ? (...params) => write(level, line(level, params)) : () => {};
  }
  if (json) return (title, error) => console.error(intoError(error));
  return (title, error) => console.error(title, forLog(intoError(error)));
}

function textLine(level, params) {
  return [new Date().toISOString(), `${current.requestId}`, level, format(...params)].join('\t');
}

function jsonLine(level, params) {
  const entry = { timestamp: new Date().toISOString(), level, requestId: current.requestId };
  if (params.length === 1) {
    try {
      return JSON.stringify({ ...entry, message: params[0] }, errorsInFull);
    } catch {
      return JSON.stringify({ ...entry, message: format(params[0]) });
    }
  }
  const error = params.find((param) => param instanceof Error);
  return JSON.stringify({ ...entry, message: format(...params), ...(error && inFull(error)) });
}

const inFull = (error) => ({
  errorType: error.constructor?.name ?? 'UnknownError',
  errorMessage: error.message,
  stackTrace: typeof error.stack === 'string' ? error.stack.split('\n') : [],
});

const errorsInFull = (_, value) => (value instanceof Error ? { ...inFull(value), ...value } : value);

// With a log channel every message is one record, line ends and all; without, it is one line.
function writer(json) {
  const channel = process.env[LOG_CHANNEL];
  if (channel === undefined) return (level, text) => process.stdout.write(text.replace(/\n/g, '\r') + '\n');
  delete process.env[LOG_CHANNEL];
  return (level, text) => {
    const message = Buffer.from(json ? text : text + '\n');
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32BE(((json ? FRAME.json : FRAME.text) | ((LEVELS.indexOf(level) + 1) << 2)) >>> 0, 0);
    header.writeUInt32BE(message.length, 4);
    header.writeBigInt64BE(BigInt(Date.now()) * 1000n, 8);
    writeAll(Number(channel), Buffer.concat([header, message]));
  };
}

function writeAll(descriptor, bytes) {
  let done = 0;
  while (done < bytes.length) {
    try {
      done += fs.writeSync(descriptor, bytes, done);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error; // the reader is slow: the pipe empties in a moment
    }
  }
}

module.exports = { current, patchConsole };
