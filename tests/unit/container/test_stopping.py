"""SIGTERM, as a Spot reclaim sends it."""

import os
import signal
import subprocess
from pathlib import Path

from tests.unit.container.conftest import StartWorker, WriteHandler

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
