"""The history says what was run and the definition what will run next, each in its version."""

from typing import Any

import pytest

from constructs_lib.core.protocol import FAN_OUT, VERSION, Identity
from constructs_lib.ops.errors import OperationError
from tests.unit.ops.test_rerun import RESULTS, Aws, _began, _ended, _entries, _left

MARK = "Evaluates items once. ArrayFanOut of constructs-lib 7.3.0, states 0123abcd, options {}."


def aws_of(executed: Identity | None, now: Identity | None, comment: str = MARK) -> Aws:
    """An execution of the fan-out ``Tiles`` whose item 7 of 9 has failed, and the machine as it is now."""
    began = _began()
    if executed:
        began[2] = _left("Tiles: Read items", {"items": [], FAN_OUT: executed.to_json()})
    aws = Aws(*began, _ended("Tiles", 9, [7]))
    if now:
        output = {FAN_OUT: {**now.to_json(), "name": "{% $states.context.State.Name %}"}}
        first: Any = {"Type": "Pass", "Comment": comment, "Output": output}
        aws.definition = {"States": {"Tiles: Read items": first, "Tiles: Plan jobs": {"Type": "Pass"}}}
    return aws


OURS = Identity("Tiles")


@pytest.mark.parametrize("executed", [None, OURS], ids=["unversioned", "ours"])
@pytest.mark.parametrize("now", [None, OURS], ids=["unversioned", "ours"])
def test_a_deployment_between_an_execution_and_its_rerun_changes_nothing(
    executed: Identity | None, now: Identity | None
) -> None:
    assert _entries(aws_of(executed, now).plan()) == {"Tiles": {"resultsUri": RESULTS, "indexes": [7]}}


@pytest.mark.parametrize("executed", [None, OURS], ids=["unversioned", "ours"])
def test_whether_some_items_can_run_is_said_by_the_machine_that_will_run_them(executed: Identity | None) -> None:
    with pytest.raises(OperationError, match="no fan-out began in monday that can run some items only"):
        aws_of(executed, Identity("Tiles", can_rerun=False)).plan()


@pytest.mark.parametrize(("made_by", "install"), [("7.3.0", "constructs-lib>=7.3.0"), ("unknown", "constructs-lib")])
def test_of_a_newer_machine_it_is_said_which_version_it_is_and_what_to_install(made_by: str, install: str) -> None:
    comment = MARK.replace("7.3.0", made_by)
    with pytest.raises(OperationError) as refused:
        aws_of(OURS, Identity("Tiles", VERSION + 1), comment).plan()
    assert str(refused.value) == (
        f"Tiles: its fan-out speaks version {VERSION + 1} of the protocol of reruns, and this constructs-lib knows "
        f"versions up to {VERSION}. Install the one that the state machine was deployed with, or a newer one: "
        f"pip install --upgrade '{install}'"
    )


def test_a_newer_execution_of_a_machine_that_was_rolled_back_is_refused_too() -> None:
    with pytest.raises(OperationError, match=f"Tiles: its fan-out speaks version {VERSION + 1} of"):
        aws_of(Identity("Tiles", VERSION + 1), OURS).plan()


def test_what_users_call_alike_in_their_own_states_is_theirs() -> None:
    aws = aws_of(OURS, OURS)
    aws.events.insert(0, _left("Prepare", {FAN_OUT: {"name": "Tiles", "version": 99}}))
    assert aws.plan().lines == ["Tiles: 1 of 9 items run again: 7"]
