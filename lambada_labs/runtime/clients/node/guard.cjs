// Pretends /var/task, /opt and a private /tmp to JavaScript where the host permits no mounts.
// Maps the paths of file calls that go through node:fs; knows nothing of native add-ons and of shell commands.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { ChildProcess } = require('node:child_process');
const Module = require('node:module');
const { fileURLToPath } = require('node:url');

const READERS =
  'access createReadStream exists glob lstat lutimes open openAsBlob opendir readFile readdir readlink realpath stat statfs watch watchFile unwatchFile';
const WRITERS = 'appendFile chmod chown createWriteStream lchown mkdir mkdtemp rm rmdir truncate unlink utimes writeFile';
const PAIRS = 'copyFile cp link rename symlink';
const WRITE_FLAGS = fs.constants.O_WRONLY | fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_TRUNC;

let folders;
let leftAlone;

// Answers two functions: a path as it really is, and a text as AWS would show it.
function install(taskRoot, opt, tmp) {
  folders = [['/var/task', taskRoot], ['/opt', opt], ['/tmp', tmp], ['/var/runtime', path.dirname(__dirname)]];
  leftAlone = [taskRoot, opt, tmp, path.resolve(__dirname, '../..')];
  for (const target of [fs, fs.promises]) {
    for (const name of READERS.split(' ')) replace(target, name, 1, (args) => name === 'open' && opensForWriting(args[1]));
    for (const name of WRITERS.split(' ')) replace(target, name, 1, () => true);
    for (const name of PAIRS.split(' ')) replace(target, name, 2, () => true);
  }
  Module.syncBuiltinESMExports();
  replaceModules();
  replaceProcesses();
  const cwd = process.cwd.bind(process);
  process.cwd = () => pretended(cwd());
  Error.prepareStackTrace = (error, frames) => pretendedText([String(error), ...frames].join('\n    at '));
  return { toReal: real, toShown: pretendedText };
}

const within = (place, folder) => place === folder || place.startsWith(folder + '/');

function real(place) {
  if (place instanceof URL) return real(fileURLToPath(place));
  if (Buffer.isBuffer(place)) return Buffer.from(real(place.toString()));
  if (typeof place !== 'string' || leftAlone.some((folder) => within(place, folder))) return place;
  const found = folders.find(([name]) => within(place, name));
  return found ? found[1] + place.slice(found[0].length) : place;
}

function pretended(place) {
  const found = folders.find(([, folder]) => within(place, folder));
  return found ? found[0] + place.slice(found[1].length) : place;
}

const pretendedText = (text) => folders.reduce((shown, [name, folder]) => shown.replaceAll(folder, name), text);

function isReadOnly(place) {
  const full = path.resolve(String(place));
  return [folders[0], folders[1]].some(([name, folder]) => within(full, folder) || within(full, name));
}

function opensForWriting(flags) {
  return typeof flags === 'number' ? Boolean(flags & WRITE_FLAGS) : /[wa+]/.test(flags ?? 'r');
}

// A function, its ...Sync and its promise; each fails in its own way.
function replace(target, name, paths, writes) {
  for (const [member, fails] of [[name, target === fs ? failBack : failLater], [name + 'Sync', failNow]]) {
    const original = target[member];
    if (typeof original !== 'function') continue;
    const replaced = function (...args) {
      const changed = paths === 2 ? args[1] : args[0];
      if (writes(args) && typeof changed !== 'number' && isReadOnly(real(changed))) return fails(readOnly(name, changed), args);
      return original.apply(this, args.map((value, index) => (index < paths ? real(value) : value)));
    };
    target[member] = Object.assign(replaced, original);
  }
}

function readOnly(syscall, place) {
  const error = new Error(`EROFS: read-only file system, ${syscall === 'writeFile' ? 'open' : syscall} '${place}'`);
  return Object.assign(error, { errno: -30, code: 'EROFS', syscall, path: String(place) });
}

function failNow(error) {
  throw error;
}
const failLater = (error) => Promise.reject(error);
function failBack(error, args) {
  const callback = args.findLast((value) => typeof value === 'function');
  if (!callback) throw error;
  process.nextTick(callback, error);
}

// Modules are found by their real names and believe in AWS's: __filename, __dirname, stack traces.
function replaceModules() {
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, isMain, options) {
    const paths = options?.paths?.map((folder) => real(folder));
    return resolve.call(this, real(request), parent, isMain, paths ? { ...options, paths } : options);
  };
  const compile = Module.prototype._compile;
  Module.prototype._compile = function (content, filename, ...rest) {
    return compile.call(this, content, pretended(filename), ...rest);
  };
}

// Programs get real names: their own, their folder's, and those that are an argument by themselves.
function replaceProcesses() {
  const spawn = ChildProcess.prototype.spawn;
  ChildProcess.prototype.spawn = function (options) {
    const { file, args, cwd } = options;
    return spawn.call(this, { ...options, file: real(file), args: args?.map(real), cwd: cwd && real(cwd) });
  };
}

module.exports = { install };
