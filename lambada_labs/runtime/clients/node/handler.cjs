// Finds the function's handler: CommonJS or ES module, in AWS's order of places.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const errors = require('./errors.cjs');
const { streamifyResponse, HttpResponseStream } = require('./stream.cjs');

const TASK_ROOT = '/var/task';
const AWS_RUNTIME = '/var/runtime/index.mjs';
const TYPESCRIPT_FROM = 22;

const same = (text) => text;

// `paths` translates where the folders are only pretended.
async function loadHandler(name, paths = { toReal: same, toShown: same }) {
  globalThis.awslambda = { streamifyResponse, HttpResponseStream };
  const { folder, module, member } = split(name);
  const loaded = await loadModule(folder, module, paths);
  const handler = member.split('.').reduce((from, key) => from?.[key], loaded);
  if (!handler) throw new errors.HandlerNotFound(`${name} is undefined or not exported`);
  if (typeof handler !== 'function') throw new errors.HandlerNotFound(`${name} is not a function`);
  return handler;
}

// 'some/folder/module.object.handler' has a folder, a module and a path to a member.
function split(name) {
  if (name.includes('..')) {
    throw new errors.MalformedHandlerName(
      `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const last = path.basename(name);
  const parts = last.match(/^([^.]*)\.(.*)$/);
  if (!parts) throw new errors.MalformedHandlerName('Bad handler');
  return { folder: name.slice(0, name.indexOf(last)), module: parts[1], member: parts[2] };
}

async function loadModule(folder, module, { toReal, toShown }) {
  const taskRoot = toReal(TASK_ROOT);
  const place = path.resolve(taskRoot, folder, module);
  try {
    const file = findFile(place);
    if (file === undefined) return require(require.resolve(module, { paths: [taskRoot, path.join(taskRoot, folder)] }));
    return isEsModule(file) ? await import(pathToFileURL(file).href) : require(file);
  } catch (error) {
    if (error instanceof SyntaxError) throw new errors.UserCodeSyntaxError(error);
    if (error?.code === 'MODULE_NOT_FOUND') {
      const message = toShown(String(error)).replace(`\n- ${path.join(__dirname, 'bootstrap.cjs')}`, '');
      throw new errors.ImportModuleError(message.replaceAll(__filename, AWS_RUNTIME));
    }
    throw error;
  }
}

function findFile(place) {
  const typescript = Number(process.versions.node.split('.')[0]) >= TYPESCRIPT_FROM;
  const endings = ['', '.js', '.mjs', '.cjs', ...(typescript ? ['.ts', '.mts', '.cts'] : [])];
  return endings.map((ending) => place + ending).find((file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile());
}

function isEsModule(file) {
  if (/\.m[jt]s$/.test(file)) return true;
  return /\.[jt]s$/.test(file) && packageType(path.dirname(file)) === 'module';
}

function packageType(folder) {
  if (folder.endsWith('/node_modules')) return undefined;
  const description = path.join(folder, 'package.json');
  if (fs.existsSync(description)) return readType(description);
  return folder === '/' ? undefined : packageType(path.dirname(folder));
}

function readType(description) {
  try {
    return JSON.parse(fs.readFileSync(description, 'utf8'))?.type;
  } catch (error) {
    console.warn(`${description} cannot be read, it will be ignored for ES module detection purposes.`, error);
    return undefined;
  }
}

module.exports = { loadHandler };
