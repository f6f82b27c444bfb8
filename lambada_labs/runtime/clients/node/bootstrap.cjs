// Starts the Node.js runtime client: node bootstrap.cjs HANDLER [REAL_TASK_ROOT REAL_OPT REAL_TMP]
// The last three are given where the host permits no mounts: then a guard pretends AWS's paths.
'use strict';

const [handlerName, ...realFolders] = process.argv.splice(2);
const paths = realFolders.length ? require('./guard.cjs').install(...realFolders) : undefined;

const { RuntimeApi } = require('./runtime_api.cjs');
const { patchConsole } = require('./console.cjs');
const { describe, UnhandledPromiseRejection } = require('./errors.cjs');
const { loadHandler } = require('./handler.cjs');
const { Runtime } = require('./runtime.cjs');

const EXIT_UNCAUGHT = 129;
const EXIT_UNHANDLED = 128;

async function main() {
  const logError = patchConsole();
  const api = new RuntimeApi(process.env.AWS_LAMBDA_RUNTIME_API);
  const runtime = new Runtime(api, logError);

  // Before the first invocation an error is one of the Init phase; later it belongs to the current invocation.
  const giveUp = (title, error, code) => {
    logError(title, error);
    const posted = runtime.requestId
      ? api.postError(runtime.requestId, describe(error))
      : api.postInitError(describe(error));
    posted.catch(() => {}).finally(() => process.exit(code));
  };
  process.on('uncaughtException', (error) => giveUp('Uncaught Exception', error, EXIT_UNCAUGHT));
  process.on('unhandledRejection', (reason, promise) => {
    giveUp('Unhandled Promise Rejection', new UnhandledPromiseRejection(reason, promise), EXIT_UNHANDLED);
  });
  process.on('beforeExit', () => runtime.nothingLeftToDo());

  try {
    runtime.run(await loadHandler(handlerName, paths));
  } catch (error) {
    giveUp('Uncaught Exception', error, EXIT_UNCAUGHT);
  }
}

main();
