"""A program that starts another one in namespaces of its own, with the view of this machine that it is told.

It runs by itself, with the standard library alone, and understands some words of bubblewrap's: `--ro-bind`, `--bind`,
`--tmpfs`, `--symlink`, `--overlay-src`, `--overlay`, `--dev`, `--proc`, `--remount-ro`, `--chdir` and `--`. It needs
Linux 5.12.

Most of its time Python takes to start. So it can also be held ready: with `--serve` and the number of a socket it makes
a copy of itself for each request, which finds out what it is to do by itself: no copy knows of what others were told.
Sources: https://man7.org/linux/man-pages/man2/mount_setattr.2.html, open_tree(2), move_mount(2), fsopen(2), clone(2),
https://man7.org/linux/man-pages/man7/pid_namespaces.7.html and https://docs.kernel.org/filesystems/overlayfs.html
"""

from __future__ import annotations

import ctypes
import marshal
import os
import signal
import stat
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # this is a module too, and the program waits
    from collections.abc import Callable, Iterator, Mapping

SERVE = "--serve"
_FILES = 4

_LIBC = ctypes.CDLL(None, use_errno=True)

_NEWNS, _NEWUSER, _NEWPID, _SAME_PARENT = 0x00020000, 0x10000000, 0x20000000, 0x00008000
_CLONE3 = 435
_RDONLY, _NOSUID, _NODEV, _NOEXEC = 1, 2, 4, 8
_REC, _PRIVATE = 16384, 1 << 18
_OPEN_TREE, _MOVE_MOUNT, _MOUNT_SETATTR = 428, 429, 442  # the same on every architecture
_FSOPEN, _FSCONFIG, _FSMOUNT = 430, 431, 432
_SET_FLAG, _SET_STRING, _CREATE = 0, 1, 6
_HERE, _RECURSIVE, _EMPTY_PATH, _CLONE, _CLOEXEC, _FROM_EMPTY_PATH = -100, 0x8000, 0x1000, 1, 0o2000000, 4
_SET_PDEATHSIG, _SET_DUMPABLE, _CAPBSET_DROP = 1, 4, 24

_KEPT = {0, 1, 3, 4, 5, 6, 7, 8, 10, 31}
"""Capabilities that root keeps: those of `bubblewrap.CAPABILITIES`, by number."""
_LAST_CAPABILITY = 40
_NOT_STARTED = 127

_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_LINKS = {
    "fd": "/proc/self/fd",
    "stdin": "/proc/self/fd/0",
    "stdout": "/proc/self/fd/1",
    "stderr": "/proc/self/fd/2",
    "ptmx": "pts/ptmx",
}


class _Attributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "userns")]


_CLONE_ARGUMENTS = ("flags", "pidfd", "child_tid", "parent_tid", "exit_signal", "stack", "stack_size", "tls")


class _CloneArguments(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in _CLONE_ARGUMENTS]


def main(words: list[str]) -> int:
    """Start the program behind ``--`` and return how it ended, as a shell does."""
    _die_with_parent()
    uid, gid = os.getuid(), os.getgid()
    if uid or _LIBC.unshare(_NEWNS | _NEWPID):  # root needs no users of its own, where it is the machine's root
        _check(_LIBC.unshare(_NEWUSER | _NEWNS | _NEWPID), "unshare")
        _be_user(uid, gid)
    inner = os.fork()
    if inner:
        return _code(os.waitpid(inner, 0)[1])
    _die_with_parent()
    return _start(words, os.environ)


def serve(number: int) -> int:
    """Make a copy of this process for each request, in namespaces of its own, until nobody is left to ask.

    A request is a byte with four files: a connection, and the three standard files of the program. Over the connection
    the copy gets the words, the directory and the environment, as marshal writes them, and says when it leads a
    session; the kernel tells what process says that. It is a child of who has started us.

    Args:
        number: of the socket, which keeps messages apart.
    """
    from socket import MSG_CMSG_CLOEXEC, recv_fds, socket  # noqa: PLC0415 - it is not small, and only this needs it

    _die_with_parent()
    with socket(fileno=number) as requests:
        while True:
            head, files, *_ = recv_fds(requests, 1, _FILES, MSG_CMSG_CLOEXEC)
            if not head:
                return 0
            if not _clone():
                requests.close()
                return _take(*files)
            for file in files:
                os.close(file)


def _take(connection: int, *files: int) -> int:
    """In a copy: do what is asked."""
    os.setsid()
    with open(connection, "r+b", buffering=0) as asked:
        words, directory, environment = marshal.loads(asked.read())  # noqa: S302 - from who has started us
        os.chdir(directory)
        for number, file in enumerate(files):
            os.dup2(file, number)
        asked.write(b".")
    return _start(words, environment)


def _clone() -> int:
    """A copy of this process, in namespaces of its own, that is no child of ours: its id, and 0 in there."""
    uid, gid = os.getuid(), os.getgid()
    flags = _NEWNS | _NEWPID | _SAME_PARENT
    pid = _clone_with(flags) if not uid else -1
    if pid < 0:
        pid = _check(_clone_with(flags | _NEWUSER), "clone")
        if not pid:
            _be_user(uid, gid)
    if not pid:
        _die_with_parent()
    return pid


def _clone_with(flags: int) -> int:
    # Python knows nothing of it: this process has one thread, and nothing to be told of a copy.
    arguments = _CloneArguments(flags=flags)
    result: int = _LIBC.syscall(_CLONE3, ctypes.byref(arguments), ctypes.sizeof(arguments))
    return result


def _be_user(uid: int, gid: int) -> None:
    """Be in a namespace of users who one was outside."""
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:  # noqa: PTH123 - pathlib is not small
            file.write(text)


def _start(words: list[str], environment: Mapping[str, str]) -> int:
    """In the namespaces: arrange the view, start the program, and return how it ended."""
    divider = words.index("--")
    options, program = words[:divider], words[divider + 1 :]
    _LIBC.prctl(_SET_DUMPABLE, 0, 0, 0, 0)  # what is in our memory is not for the program
    _arrange(options)
    return _be_init(_found(program[0], environment), program, environment)


def _arrange(options: list[str]) -> None:
    """Make the view: what is to be bound is opened first, because it may be hidden later."""
    _check(_LIBC.mount(None, b"/", None, _REC | _PRIVATE, None), "make / private")
    steps = list(_steps(options))
    trees = {number: _tree(step[1]) for number, step in enumerate(steps) if step[0] in ("--bind", "--ro-bind")}
    sources = [step[1] for step in steps if step[0] == "--overlay-src"]
    overlays = [_overlay(sources.pop(0), step[1], step[2]) for step in steps if step[0] == "--overlay"]
    devices = {name: _tree(f"/dev/{name}") for name in _DEVICES}
    directory = "/"
    for number, (option, *arguments) in enumerate(steps):
        target = arguments[-1]
        if option in ("--bind", "--ro-bind") and target != "/":
            _put(trees[number], target, read_only=option == "--ro-bind")
        elif option == "--ro-bind":
            _read_only(_HERE, b"/", _RECURSIVE)
        elif option == "--overlay":
            _put(overlays.pop(0), target, read_only=False)
        elif option == "--dev":
            _make_devices(target, devices)
        elif option == "--chdir":
            directory = target
        elif option in _ALONE:
            _ALONE[option](*arguments)
    os.chdir(directory)


def _steps(options: list[str]) -> Iterator[list[str]]:
    left = list(options)
    while left:
        count = {"--bind": 3, "--ro-bind": 3, "--symlink": 3, "--overlay": 4}.get(left[0], 2)
        step, left = left[:count], left[count:]
        yield step


def _tree(path: str) -> int:
    flags = _CLONE | _CLOEXEC | _RECURSIVE
    return _check(_LIBC.syscall(_OPEN_TREE, _HERE, os.fsencode(path), flags), path)


def _overlay(lower: str, upper: str, work: str) -> int:
    """An overlay that is nowhere yet."""
    made = _check(_LIBC.syscall(_FSOPEN, b"overlay", 1), "overlay")
    _check(_LIBC.syscall(_FSCONFIG, made, _SET_FLAG, b"userxattr", None, 0), "userxattr")  # users may have no others
    for name, path in (("lowerdir", lower), ("upperdir", upper), ("workdir", work)):
        value = os.fsencode(path)
        _check(_LIBC.syscall(_FSCONFIG, made, _SET_STRING, name.encode(), value, 0), path)
    _check(_LIBC.syscall(_FSCONFIG, made, _CREATE, None, None, 0), lower)
    return _check(_LIBC.syscall(_FSMOUNT, made, 1, 0), lower)


def _put(tree: int, target: str, *, read_only: bool) -> None:
    if not os.path.lexists(target):
        directory = target if stat.S_ISDIR(os.fstat(tree).st_mode) else os.path.dirname(target)  # noqa: PTH120 - as above
        os.makedirs(directory, exist_ok=True)  # noqa: PTH103 - as above
        if directory != target:
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o600))
    if read_only:
        _read_only(tree, b"", _RECURSIVE | _EMPTY_PATH)
    _check(_LIBC.syscall(_MOVE_MOUNT, tree, b"", _HERE, os.fsencode(target), _FROM_EMPTY_PATH), target)
    os.close(tree)


def _read_only(directory: int, path: bytes, flags: int) -> None:
    attributes = _Attributes(set=_RDONLY)
    size = ctypes.sizeof(attributes)
    _check(_LIBC.syscall(_MOUNT_SETATTR, directory, path, flags, ctypes.byref(attributes), size), "read-only")


def _mount_tmpfs(target: str, options: bytes = b"mode=0755") -> None:
    if not os.path.isdir(target):  # noqa: PTH112 - as above
        os.makedirs(target)  # noqa: PTH103 - as above
    _check(_LIBC.mount(b"tmpfs", os.fsencode(target), b"tmpfs", _NOSUID | _NODEV, options), target)


def _make_devices(target: str, devices: dict[str, int]) -> None:
    _mount_tmpfs(target)
    for name, tree in devices.items():
        os.close(os.open(f"{target}/{name}", os.O_CREAT | os.O_WRONLY, 0o666))
        _put(tree, f"{target}/{name}", read_only=False)
    for name, there in _LINKS.items():
        os.symlink(there, f"{target}/{name}")  # noqa: PTH211 - as above
    os.mkdir(f"{target}/shm")  # noqa: PTH102 - as above
    os.chmod(f"{target}/shm", 0o1777)  # noqa: PTH101, S103 - as above, and as it is everywhere
    os.mkdir(f"{target}/pts")  # noqa: PTH102 - as above
    options = b"newinstance,ptmxmode=0666,mode=620"
    _check(_LIBC.mount(b"devpts", os.fsencode(f"{target}/pts"), b"devpts", _NOSUID | _NOEXEC, options), "pts")


def _mount_proc(target: str) -> None:
    _check(_LIBC.mount(b"proc", os.fsencode(target), b"proc", _NOSUID | _NODEV | _NOEXEC, None), target)


def _link(path: str, target: str) -> None:
    os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120 - as above
    os.symlink(path, target)  # noqa: PTH211 - as above


def _remount(target: str) -> None:
    _read_only(_HERE, os.fsencode(target), 0)


_ALONE: dict[str, Callable[..., None]] = {
    "--proc": _mount_proc,
    "--remount-ro": _remount,
    "--symlink": _link,
    "--tmpfs": _mount_tmpfs,
}
"""What is done by the words of an option alone."""


def _be_init(path: str, program: list[str], environment: Mapping[str, str]) -> int:
    """Be the first process: what outlives its parent becomes ours, and all of it ends with us."""
    for capability in set(range(_LAST_CAPABILITY + 1)) - _KEPT:
        _LIBC.prctl(_CAPBSET_DROP, capability, 0, 0, 0)
    ignored = (signal.SIGPIPE, signal.SIGXFSZ)  # by Python, and the program would inherit that
    try:
        first = os.posix_spawn(path, program, environment, setsigdef=ignored)
    except OSError as error:
        os.write(2, f"{path}: {error.strerror}\n".encode(errors="surrogateescape"))
        return _NOT_STARTED
    while True:
        ended, status = os.wait()
        if ended == first:
            return _code(status)


def _found(word: str, environment: Mapping[str, str]) -> str:
    if "/" in word:
        return word
    there = (f"{directory}/{word}" for directory in environment.get("PATH", os.defpath).split(os.pathsep))
    return next((path for path in there if os.access(path, os.X_OK)), word)


def _die_with_parent() -> None:
    _check(_LIBC.prctl(_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "prctl")


def _code(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _check(result: int, what: str) -> int:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error), what)
    return result


def _main(words: list[str]) -> int:
    return serve(int(words[1])) if words[0] == SERVE else main(words)


if __name__ == "__main__":
    os._exit(_main(sys.argv[1:]))
