"""SIGTERM, as a Spot reclaim sends it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.container.conftest import Objects, RunWorker, StartWorker, WriteHandler

WAIT = "    print('ready', flush=True)\n    time.sleep(60)\n"


def stop(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Send SIGTERM as soon as the job says that it is ready; what it says afterwards."""
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGTERM)
    output, errors = process.communicate(timeout=20)
    return process.returncode, output, errors


def test_handler_without_preparation_ends_at_once(start_worker: StartWorker, write_handler: WriteHandler) -> None:
    write_handler(f"import time\ndef handler(item, context):\n{WAIT}")
    assert stop(start_worker("job:handler", ITEMS="[1]")) == (143, "", "")


def test_callbacks_run_in_reverse_order(start_worker: StartWorker, write_handler: WriteHandler) -> None:
    write_handler(
        "import time\n"
        "def handler(item, context):\n"
        "    context.on_stop(lambda: print('first', context.stopping))\n"
        "    context.on_stop(lambda: print('second', context.stopping))\n" + WAIT
    )
    assert stop(start_worker("job:handler", ITEMS="[1]")) == (143, "second True\nfirst True\n", "")


def test_failing_callback_shows_and_does_not_prevent_others(
    start_worker: StartWorker, write_handler: WriteHandler
) -> None:
    write_handler(
        "import time\n"
        "def handler(item, context):\n"
        "    context.on_stop(lambda: print('saved'))\n"
        "    context.on_stop(lambda: 1 / 0)\n" + WAIT
    )
    code, output, errors = stop(start_worker("job:handler", ITEMS="[1]"))
    assert (code, output) == (143, "saved\n")
    assert "ZeroDivisionError" in errors


def test_finally_blocks_run(start_worker: StartWorker, write_handler: WriteHandler) -> None:
    write_handler("import time\ndef handler(item, context):\n  try:\n" + WAIT + "  finally:\n    print('saved')\n")
    assert stop(start_worker("job:handler", ITEMS="[1]")) == (143, "saved\n", "")


def test_deferred_stop_takes_effect_at_the_end_of_the_block(
    start_worker: StartWorker, write_handler: WriteHandler
) -> None:
    write_handler(
        "import time\n"
        "def handler(item, context):\n"
        "    with context.stop_deferred():\n"
        "        print('ready', flush=True)\n"
        "        while not context.stopping:\n"
        "            time.sleep(0.01)\n"
        "        with context.stop_deferred():\n"
        "            print('inner')\n"
        "        print('whole')\n"
        "    print('never')\n"
    )
    assert stop(start_worker("job:handler", ITEMS="[1]")) == (143, "inner\nwhole\n", "")


def test_result_of_a_handler_that_swallowed_the_stop_is_not_written(
    start_worker: StartWorker, write_handler: WriteHandler
) -> None:
    write_handler(
        "import time\ndef handler(item, context):\n  try:\n" + WAIT + "  except BaseException:\n    return 'half'\n"
    )
    assert stop(start_worker("job:handler", ITEMS="[1]")) == (143, "", "")


def test_second_notice_does_not_cut_a_checkpoint_short(start_worker: StartWorker, write_handler: WriteHandler) -> None:
    write_handler(
        "import os, signal, time\n"
        "def save():\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "    print('saved')\n"
        "def handler(item, context):\n"
        "    context.on_stop(save)\n" + WAIT
    )
    assert stop(start_worker("job:handler", ITEMS="[1]")) == (143, "saved\n", "")


def test_programs_started_after_the_notice_can_be_stopped(
    start_worker: StartWorker, write_handler: WriteHandler
) -> None:
    write_handler(
        "import os, signal, subprocess\n"
        "def handler(item, context):\n"
        "    with context.stop_deferred():\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "        ended = subprocess.run(['sh', '-c', 'kill $$; echo survived'])\n"
        "        print(ended.returncode, flush=True)\n"
    )
    process = start_worker("job:handler", ITEMS="[1]")
    output, _ = process.communicate(timeout=20)
    assert (process.returncode, output) == (143, f"{-signal.SIGTERM}\n")


def test_a_copy_that_is_told_to_stop_ends_alone(start_worker: StartWorker, write_handler: WriteHandler) -> None:
    # Many, each as soon as it is there: what it is told before it is a process of its own must not reach the worker.
    write_handler(
        "import os, signal, time\n"
        "def handler(item, context):\n"
        "    context.on_stop(lambda: print('saved', flush=True))\n"
        "    return [ended() for _ in range(100)]\n"
        "def ended():\n"
        "    pid = os.fork()\n"
        "    if pid == 0:\n"
        "        time.sleep(60)\n"
        "    os.kill(pid, signal.SIGTERM)\n"
        "    return os.waitpid(pid, 0)[1]\n"
    )
    output, errors = (process := start_worker("job:handler", ITEMS="[1]")).communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert json.loads(output) == [signal.SIGTERM] * 100


@pytest.mark.parametrize("when", ["context.stop_deferred()", "stopped(context)"])
def test_a_pool_of_copies_ends_whatever_the_worker_defers(
    start_worker: StartWorker, write_handler: WriteHandler, when: str
) -> None:
    write_handler(
        "import contextlib, multiprocessing, os, signal\n"
        "@contextlib.contextmanager\n"
        "def stopped(context):\n"
        "    with context.stop_deferred():\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "        yield\n"
        "def handler(item, context):\n"
        f"    with {when}, multiprocessing.get_context('fork').Pool(2) as pool:\n"
        "        print(pool.map(abs, [-1, -2]), flush=True)\n"
    )
    process = start_worker("job:handler", ITEMS="[1]")
    output, errors = process.communicate(timeout=60)
    code = 143 if "stopped" in when else 0
    assert (process.returncode, output.splitlines()[0], errors) == (code, "[1, 2]", "")


def test_a_copy_keeps_the_way_to_stop_that_the_handler_has_chosen(
    start_worker: StartWorker, write_handler: WriteHandler
) -> None:
    write_handler(
        "import os, signal\n"
        "def handler(item, context):\n"
        "    signal.signal(signal.SIGTERM, lambda *_: os._exit(7))\n"
        "    pid = os.fork()\n"
        "    if pid == 0:\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])\n"
    )
    output, _ = start_worker("job:handler", ITEMS="[1]").communicate(timeout=60)
    assert json.loads(output) == 7


def test_program_gets_the_signal(start_worker: StartWorker, tmp_path: Path) -> None:
    script = "trap 'echo saved > checkpoint; exit 9' TERM; echo $$ > pid; echo ready >&2; while :; do sleep 0.02; done"
    process = start_worker("--", "sh", "-c", script, ITEMS="[1]")
    assert process.stderr is not None
    assert process.stderr.readline() == "ready\n"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == 9
    assert (tmp_path / "checkpoint").read_text() == "saved\n"


def test_program_that_ends_well_after_the_signal_has_no_result(start_worker: StartWorker) -> None:
    script = "trap 'echo 1; exit 0' TERM; echo ready >&2; while :; do sleep 0.02; done"
    process = start_worker("--", "sh", "-c", script, ITEMS="[1]")
    assert process.stderr is not None
    assert process.stderr.readline() == "ready\n"
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=20)
    assert (process.returncode, output) == (143, "")


def test_program_that_dies_of_the_signal_takes_its_job_along(start_worker: StartWorker, tmp_path: Path) -> None:
    # The sleep outlives the shell and keeps its standard output open: the job must not wait for that.
    script = "sleep 60 & echo $! > sleeper; echo ready >&2; wait"
    process = start_worker("--", "sh", "-c", script, ITEMS="[1]")
    assert process.stderr is not None
    assert process.stderr.readline() == "ready\n"
    try:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 143
    finally:
        os.kill(int((tmp_path / "sleeper").read_text()), signal.SIGKILL)


LOUD = "import sys; sys.stdout.write('x' * 1_000_000); sys.stdout.flush()"


def _stop_program(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Send SIGTERM as soon as the program says that it is ready; how the job ends."""
    assert process.stderr is not None
    assert process.stderr.readline() == "ready\n"
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=20)
    return process.returncode, output


@pytest.mark.parametrize(("ending", "code"), [("sys.exit(9)", 9), ("sys.exit(0)", 143)])
def test_program_may_write_more_than_a_pipe_holds_after_the_signal(
    start_worker: StartWorker, ending: str, code: int
) -> None:
    save = f"import signal, sys, time\ndef save(*_):\n    {LOUD}\n    {ending}\nsignal.signal(signal.SIGTERM, save)\n"
    program = save + "print('ready', file=sys.stderr, flush=True)\ntime.sleep(60)"
    assert _stop_program(start_worker("--", sys.executable, "-c", program, ITEMS="[1]")) == (code, "")


def test_program_that_was_writing_when_the_signal_came_can_end(start_worker: StartWorker) -> None:
    script = "trap 'head -c 1000000 /dev/zero; exit 9' TERM; echo ready >&2; while :; do head -c 10000 /dev/zero; done"
    assert _stop_program(start_worker("--", "sh", "-c", script, ITEMS="[1]")) == (9, "")


def test_program_gets_the_rest_of_its_item_after_the_signal(
    start_worker: StartWorker, aws: dict[str, str], objects: Objects, tmp_path: Path
) -> None:
    uri = objects.put("stopped/items.json", json.dumps({"items": ["x" * 1_000_000]}))
    script = "trap 'cat | wc -c > length; exit 9' TERM; echo ready >&2; while :; do sleep 0.02; done"
    assert _stop_program(start_worker("--", "sh", "-c", script, ITEMS_URI=uri, **aws)) == (9, "")
    assert int((tmp_path / "length").read_text()) == len('"') + 1_000_000 + len('"')


def test_program_that_reads_nothing_of_a_long_item_ends(
    run_worker: RunWorker, aws: dict[str, str], objects: Objects
) -> None:
    uri = objects.put("unread/items.json", json.dumps({"items": ["x" * 1_000_000]}))
    done = run_worker("--", "sh", "-c", "head -c 1000000 /dev/zero | tr '\\0' y", ITEMS_URI=uri, **aws)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == "y" * 1_000_000


def test_a_signal_that_another_thread_gets_stops_the_handler(start_worker: StartWorker, tmp_path: Path) -> None:
    (tmp_path / "threads.py").write_text(
        "import _thread, signal, time\n"
        "def get_it():\n"
        "    signal.pthread_kill(_thread.get_ident(), signal.SIGTERM)  # as the system may do it\n"
        "    time.sleep(60)\n"
        "def handler(item, context):\n"
        "    _thread.start_new_thread(get_it, ())\n"
        "    time.sleep(60)\n"
    )
    process = start_worker("threads:handler", ITEMS="[1]")
    process.communicate(timeout=20)
    assert process.returncode == 143
