"""A program that starts another one in namespaces of its own, with the view of this machine that it is told.

It runs by itself, with the standard library alone, and understands some words of bubblewrap's: `--ro-bind`, `--bind`,
`--tmpfs`, `--overlay-src`, `--overlay`, `--dev`, `--proc`, `--remount-ro`, `--chdir` and `--`. It needs Linux 5.12.
Sources: https://man7.org/linux/man-pages/man2/mount_setattr.2.html, open_tree(2), move_mount(2), fsopen(2),
https://man7.org/linux/man-pages/man7/pid_namespaces.7.html and https://docs.kernel.org/filesystems/overlayfs.html
"""

from __future__ import annotations

import ctypes
import os
import signal
import stat
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # this is a module too, and the program waits
    from collections.abc import Iterator

_LIBC = ctypes.CDLL(None, use_errno=True)

_NEWNS, _NEWUSER, _NEWPID = 0x00020000, 0x10000000, 0x20000000
_RDONLY, _NOSUID, _NODEV, _NOEXEC = 1, 2, 4, 8
_REC, _PRIVATE = 16384, 1 << 18
_OPEN_TREE, _MOVE_MOUNT, _MOUNT_SETATTR = 428, 429, 442  # the same on every architecture
_FSOPEN, _FSCONFIG, _FSMOUNT = 430, 431, 432
_SET_FLAG, _SET_STRING, _CREATE = 0, 1, 6
_HERE, _RECURSIVE, _EMPTY_PATH, _CLONE, _CLOEXEC, _FROM_EMPTY_PATH = -100, 0x8000, 0x1000, 1, 0o2000000, 4
_SET_PDEATHSIG, _CAPBSET_DROP = 1, 24

_KEPT = {0, 1, 3, 4, 5, 6, 7, 8, 10, 31}
"""Capabilities that root keeps: those of `bubblewrap.CAPABILITIES`, by number."""
_LAST_CAPABILITY = 40

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


def main(words: list[str]) -> int:
    """Start the program behind ``--`` and return how it ended, as a shell does."""
    divider = words.index("--")
    options, program = words[:divider], words[divider + 1 :]
    path = _found(program[0])  # now: it takes modules of Python, which may be hidden later
    _die_with_parent()
    _unshare()
    inner = os.fork()
    if inner:
        return _code(os.waitpid(inner, 0)[1])
    _die_with_parent()
    _arrange(options)
    return _be_init(path, program)


def _unshare() -> None:
    """Leave the namespaces of this machine; root needs no users of its own, where it is the machine's root."""
    uid, gid = os.getuid(), os.getgid()
    if uid == 0 and not _LIBC.unshare(_NEWNS | _NEWPID):
        return
    _check(_LIBC.unshare(_NEWUSER | _NEWNS | _NEWPID), "unshare")
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:  # noqa: PTH123 - pathlib is not small
            file.write(text)


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
        elif option == "--tmpfs":
            _mount_tmpfs(target)
        elif option == "--dev":
            _make_devices(target, devices)
        elif option == "--proc":
            _mount_proc(target)
        elif option == "--remount-ro":
            _read_only(_HERE, os.fsencode(target), 0)
        elif option == "--chdir":
            directory = target
    os.chdir(directory)


def _steps(options: list[str]) -> Iterator[list[str]]:
    left = list(options)
    while left:
        count = {"--bind": 3, "--ro-bind": 3, "--overlay": 4}.get(left[0], 2)
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


def _be_init(path: str, program: list[str]) -> int:
    """Be the first process: what outlives its parent becomes ours, and all of it ends with us."""
    first = os.fork()
    if not first:
        for number in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)  # Python ignores them, and a program would inherit that
        for capability in set(range(_LAST_CAPABILITY + 1)) - _KEPT:
            _LIBC.prctl(_CAPBSET_DROP, capability, 0, 0, 0)
        os.execv(path, program)  # noqa: S606 - what we are here for
    while True:
        ended, status = os.wait()
        if ended == first:
            return _code(status)


def _found(word: str) -> str:
    if "/" in word:
        return word
    there = (f"{directory}/{word}" for directory in os.environ.get("PATH", os.defpath).split(os.pathsep))
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


if __name__ == "__main__":
    os._exit(main(sys.argv[1:]))
