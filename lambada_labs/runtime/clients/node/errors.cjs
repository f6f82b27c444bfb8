// The errors that the client itself reports, in AWS's names, and the shape in which errors travel.
'use strict';

const { types } = require('node:util');

function named(name) {
  const kind = { [name]: class extends Error {} }[name];
  kind.prototype.name = `Runtime.${name}`;
  return kind;
}

const ImportModuleError = named('ImportModuleError');
const HandlerNotFound = named('HandlerNotFound');
const MalformedHandlerName = named('MalformedHandlerName');
const MalformedStreamingHandler = named('MalformedStreamingHandler');
const InvalidStreamingOperation = named('InvalidStreamingOperation');
const UserCodeSyntaxError = named('UserCodeSyntaxError');
const NodeJsExit = named('NodeJsExit');
const CallbackHandlerDeprecated = named('CallbackHandlerDeprecated');

class UnhandledPromiseRejection extends named('UnhandledPromiseRejection') {
  constructor(reason, promise) {
    super(reason);
    this.reason = reason;
    this.promise = promise;
  }
}

const isError = (value) =>
  types.isNativeError(value) ||
  Boolean(value && [value.name, value.message, value.stack].every((part) => part && typeof part === 'string'));

// What the caller gets: {errorType, errorMessage, trace}.
function describe(error) {
  try {
    if (isError(error)) {
      return { errorType: error.name, errorMessage: error.message, trace: String(error.stack).split('\n') };
    }
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  } catch {
    return {
      errorType: 'handled',
      errorMessage:
        'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
    };
  }
}

// What the log gets: the error with everything that was put on it, after a tab.
function forLog(error) {
  const withHidden = (_, value) => {
    if (!(value instanceof Error)) return value;
    const shown = { errorType: value.name, errorMessage: value.message, code: value.code, ...value };
    if (typeof value.stack === 'string') shown.stack = value.stack.split('\n');
    return shown;
  };
  try {
    return '\t' + JSON.stringify(error, withHidden);
  } catch {
    return '\t' + JSON.stringify(describe(error));
  }
}

const intoError = (value) => (value instanceof Error ? value : new Error(value));

module.exports = {
  CallbackHandlerDeprecated,
  HandlerNotFound,
  ImportModuleError,
  InvalidStreamingOperation,
  MalformedHandlerName,
  MalformedStreamingHandler,
  NodeJsExit,
  UnhandledPromiseRejection,
  UserCodeSyntaxError,
  describe,
  forLog,
  intoError,
};
