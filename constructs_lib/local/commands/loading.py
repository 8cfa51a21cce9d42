"""The import of the embedded AWS: a second of computing, mostly moto's, which is done once and in good time."""

import atexit
import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from constructs_lib.local.account import REGION

_STEPS = (
    "moto.server",
    "moto.ec2.models",
    "moto.cloudformation.models",
    "constructs_lib.local.aws",
    "constructs_lib.local.runs.session",
)
"""What is imported, a part at a time, so that whoever is told to stop need not wait long."""

_FIRST_CALLED = ("cloudformation", "ssm", "s3", "stepfunctions")

_lock = threading.Lock()
_loaded = False


def load(stop: threading.Event | None = None) -> None:
    """Import the embedded AWS; what is imported already costs nothing.

    Args:
        stop: when it is set, the rest is left for another call. Default: never.
    """
    global _loaded  # noqa: PLW0603 - as modules are, it is loaded or not for the whole process
    with _lock:
        if not _loaded:
            _loaded = _import(stop or threading.Event())


@contextmanager
def loading() -> Iterator[None]:
    """Import the embedded AWS in a thread, while the app is synthesized in a process of its own."""
    stop = threading.Event()
    thread = threading.Thread(target=_try_to_load, args=[stop], name="loading")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _try_to_load(stop: threading.Event) -> None:
    try:
        load(stop)
        _read_models(stop)
    except Exception:  # noqa: BLE001 - whoever needs it does it again, and tells
        return


def _read_models(stop: threading.Event) -> None:
    """Read the models of what a run calls first: boto3 keeps them for its clients, moto for its answers."""
    import boto3  # noqa: PLC0415 - not for --help and errors
    from moto.core.utils import get_service_model  # noqa: PLC0415 - as above

    for service in _FIRST_CALLED:
        if stop.is_set():
            return
        boto3.client(service, REGION, aws_access_key_id="none", aws_secret_access_key="none")  # noqa: S106 - never used
        get_service_model(service)


def _import(stop: threading.Event) -> bool:
    # Imports make hundreds of thousands of objects that stay. Python's garbage collector would look at them again and
    # again, which takes a third of the time.
    enabled = gc.isenabled()
    gc.disable()
    try:
        for name in _STEPS:
            if stop.is_set():
                return False
            import_module(name)
        import_module("constructs_lib.local.states").load()
        gc.freeze()
        atexit.register(gc.freeze)  # nor need it look for garbage in what ends with the process
    finally:
        if enabled:
            gc.enable()
    return True
