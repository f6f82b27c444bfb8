"""Pretends /var/task, /opt and a private /tmp to Python code where the host permits no mounts.

Maps the paths of file calls that go through Python; knows nothing of native code and of shell commands.
Imported before anything that keeps a reference of its own to `open`.
"""

import _imp
import _io
import builtins
import io
import os
import posix
import sys

READ_ONLY_FILE_SYSTEM = 30
WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

READERS = (
    "stat lstat listdir scandir access readlink statvfs chdir pathconf getxattr listxattr"
    " execv execve posix_spawn posix_spawnp"
).split()
WRITERS = "mkdir rmdir remove unlink chmod utime truncate mkfifo chown lchown setxattr removexattr".split()
PAIRS = "rename replace link symlink".split()


class Folders:
    """AWS's names and the real folders that stand for them."""

    def __init__(self, task_root, opt, tmp):
        self.real = {"/var/task": task_root, "/opt": opt, "/tmp": tmp}  # noqa: S108
        self.read_only = (task_root, opt)
        run_dir = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        self.left_alone = (task_root, opt, tmp, run_dir, sys.base_prefix)

    def to_real(self, path, *, write=False):
        """The real path; file descriptors and other paths as they are."""
        if isinstance(path, int) or path is None:
            return path
        text = os.fspath(path)
        if isinstance(text, bytes):
            return os.fsencode(self.to_real(os.fsdecode(text), write=write))
        mapped = self._mapped(text)
        if write and self._is_read_only(mapped):
            raise OSError(READ_ONLY_FILE_SYSTEM, "Read-only file system", text)
        return mapped

    def to_pretended(self, path):
        """AWS's name of a real path."""
        for name, real in self.real.items():
            if _within(path, real):
                return name + path[len(real) :]
        return path

    def _mapped(self, text):
        if any(_within(text, real) for real in self.left_alone):
            return text
        for name, real in self.real.items():
            if _within(text, name):
                return real + text[len(name) :]
        return text

    def _is_read_only(self, path):
        full = os.path.normpath(os.path.join(_real_getcwd(), path))
        return any(_within(full, root) for root in self.read_only)


def _within(path, folder):
    return path == folder or path.startswith(folder + "/")


_real_getcwd = posix.getcwd


def install(task_root, opt, tmp):
    """Put the mapping between Python and the operating system, once for each process."""
    folders = Folders(task_root, opt, tmp)
    for name in READERS:
        _replace(name, folders, 1, write=False)
    for name in WRITERS:
        _replace(name, folders, 1, write=True)
    for name in PAIRS:
        _replace(name, folders, 2, write=True)
    _replace_open(folders)
    _replace_imports(folders)
    _replace_processes(folders)
    posix.getcwd = os.getcwd = lambda: folders.to_pretended(_real_getcwd())
    _hide_from_tracebacks()


def _replace(name, folders, paths, *, write):
    original = getattr(posix, name, None)
    if original is None:
        return

    def call(*args, **kwargs):
        if any(kwargs.get(key) is not None for key in ("dir_fd", "src_dir_fd", "dst_dir_fd")):
            return original(*args, **kwargs)  # relative to a folder that was opened by its real name
        mapped = [folders.to_real(a, write=write) if i < paths else a for i, a in enumerate(args)]
        for key in ("path", "src", "dst"):
            if key in kwargs:
                kwargs[key] = folders.to_real(kwargs[key], write=write)
        return _said_with_given_names(original, args, mapped, kwargs)

    call.__name__ = name
    setattr(posix, name, call)
    setattr(os, name, call)
    for group in ("supports_fd", "supports_dir_fd", "supports_follow_symlinks", "supports_effective_ids"):
        members = getattr(os, group)
        if original in members:
            members.add(call)


def _said_with_given_names(original, given, mapped, kwargs):
    try:
        return original(*mapped, **kwargs)
    except OSError as error:
        if error.filename is not None and given and not isinstance(given[0], int):
            error.filename = given[0]
        if error.filename2 is not None and len(given) > 1:
            error.filename2 = given[1]
        raise


def _replace_open(folders):
    plain, low, code = _io.open, posix.open, _io.open_code

    def open(file, mode="r", *args, **kwargs):
        write = any(letter in mode for letter in "wax+")
        return _said_with_given_names(
            plain, (file,), (folders.to_real(file, write=write), mode, *args), kwargs
        )

    def low_open(path, flags, *args, **kwargs):
        if kwargs.get("dir_fd") is not None:
            return low(path, flags, *args, **kwargs)
        real = folders.to_real(path, write=bool(flags & WRITE_FLAGS))
        return _said_with_given_names(low, (path,), (real, flags, *args), kwargs)

    builtins.open = io.open = _io.open = open
    posix.open = os.open = low_open
    os.supports_dir_fd.add(low_open)
    _io.open_code = io.open_code = lambda path: code(folders.to_real(path))


def _replace_imports(folders):
    """The import system looks up `posix.stat` and its kin when it uses them; only native modules need help."""
    create = _imp.create_dynamic

    def create_dynamic(spec, *args):
        from importlib.machinery import ModuleSpec

        real = ModuleSpec(spec.name, spec.loader, origin=folders.to_real(spec.origin))
        return create(real, *args)

    _imp.create_dynamic = create_dynamic
    sys.meta_path.insert(0, _DatabaseFinder(folders))


class _DatabaseFinder:
    """SQLite opens its files in native code: its module gets a `connect` that maps the name."""

    def __init__(self, folders):
        self.folders = folders

    def find_spec(self, name, path=None, target=None):  # noqa: ARG002 - the import system's signature
        if name != "_sqlite3":
            return None
        from importlib.machinery import PathFinder

        sys.meta_path.remove(self)
        spec = PathFinder.find_spec(name, path)
        if spec is not None:
            self.create_module, self.exec_original = spec.loader.create_module, spec.loader.exec_module
            spec.loader = self
        return spec

    def exec_module(self, module):
        self.exec_original(module)
        original = module.connect

        def connect(database, *args, **kwargs):
            return original(self.folders.to_real(database), *args, **kwargs)

        module.connect = connect


def _replace_processes(folders):
    """Programs get real names: their own, their folder's, and those that are an argument by themselves."""
    try:
        import _posixsubprocess
    except ImportError:
        return
    original = _posixsubprocess.fork_exec

    def fork_exec(args, executables, close_fds, pass_fds, cwd, *rest):
        args, executables = ([folders.to_real(a) for a in names] for names in (args, executables))
        executables = tuple(os.fsencode(name) for name in executables)
        return original(args, executables, close_fds, pass_fds, folders.to_real(cwd), *rest)

    _posixsubprocess.fork_exec = fork_exec


def _hide_from_tracebacks():
    """A learner's traceback has the frames that it has on AWS."""
    import traceback

    for name in ("walk_tb", "_walk_tb_with_full_positions"):
        original = getattr(traceback, name, None)
        if original is not None:
            setattr(traceback, name, _without_own_frames(original))


def _without_own_frames(walk):
    def walk_without(tb):
        for frame, position in walk(tb):
            if frame.f_code.co_filename != __file__:
                yield frame, position

    return walk_without
