"""Programs that ended by themselves, with another exit code than 0.

Sources: https://docs.docker.com/engine/containers/run/#exit-status and
https://docs.aws.amazon.com/batch/latest/userguide/job_retries.html
"""

from typing import Final

from constructs_lib.ops.reasons.explanations import Cause, Finding, Fix
from constructs_lib.ops.reasons.failed.failed_job import FailedJob

_PAGE = "https://docs.docker.com/engine/containers/run/#exit-status"
_SIGNALS = 128
_LINUX_SIGNALS: Final = {
    1: "SIGHUP",
    2: "SIGINT",
    3: "SIGQUIT",
    4: "SIGILL",
    5: "SIGTRAP",
    6: "SIGABRT",
    7: "SIGBUS",
    8: "SIGFPE",
    9: "SIGKILL",
    10: "SIGUSR1",
    11: "SIGSEGV",
    12: "SIGUSR2",
    13: "SIGPIPE",
    14: "SIGALRM",
    15: "SIGTERM",
    24: "SIGXCPU",
    25: "SIGXFSZ",
    31: "SIGSYS",
}
"""Those that end a program, by the numbers of where jobs run: they are others on macOS, and fewer on Windows."""

_MEANINGS: Final = {
    125: (
        Cause.START_FAILED,
        "The container could not be run (exit code 125).",
        Fix("Look at mounts, user and capabilities of the job definition."),
    ),
    126: (
        Cause.NOT_EXECUTABLE,
        "The command of the job was found, and may not be executed (exit code 126).",
        Fix("Make it executable in the image (chmod +x), or give it to its interpreter: ['python', 'work.py']."),
    ),
    127: (
        Cause.NO_COMMAND,
        "The command of the job was not found (exit code 127): the image has no such program, or not on its PATH.",
        Fix("Name a program that the image has, by its whole path, or install it in the image."),
    ),
    134: (
        Cause.EXIT_CODE,
        "The program aborted itself (exit code 134, SIGABRT), as a failed assertion or a broken heap makes it.",
        Fix("Run it with the same input where a debugger is."),
    ),
    139: (
        Cause.SEGMENTATION_FAULT,
        (
            "The program used memory that is not its own (exit code 139, SIGSEGV), by an error in native code or a "
            "library that was built for another processor."
        ),
        Fix("Run it with the same input where a debugger is; compare the versions of native libraries."),
    ),
    143: (
        Cause.STOPPED,
        (
            "The program was asked to end (exit code 143, SIGTERM), and nobody says by whom: an instance that is being "
            "stopped does so, and so does a program within the container."
        ),
        Fix("Let it try again, and let the program save what is done when it gets SIGTERM."),
    ),
}


def by_exit_code(job: FailedJob) -> Finding | None:
    """What its exit code says; None for a job without one, or with 0."""
    code = job.exit_code
    if not code:
        return None
    cause, sentence, fix = _MEANINGS.get(code, (Cause.EXIT_CODE, _ended(code), None))
    log = job.last_lines or ("It wrote nothing that could be read.",)
    return Finding(
        cause,
        sentence,
        (f"exit code {code}", *log),
        (*([fix] if fix else []), Fix("See all that it wrote.", job.more_log)),
        _PAGE,
    )


def _ended(code: int) -> str:
    name = _LINUX_SIGNALS.get(code - _SIGNALS)
    if name:
        return f"The program was ended by a signal (exit code {code}, {name})."
    return f"The program ended with exit code {code}. What it means, the program knows: look at its last lines."
