"""What happened in an execution is read from its history, whatever is nested in what."""

from constructs_lib.ops.histories.course import Course
from tests.unit.ops.histories_of_tests import Written


def course_of(written: Written) -> Course:
    return Course().take_all(written.events)


def a_map_over_two_jobs() -> Written:
    """Two iterations at once: their events are mixed, and the first one fails and is caught."""
    written = Written()
    written.start()
    written.enter("Map", "Each", 0)
    begun = written.add("MapStateStarted", length=2)
    one = written.submit(
        "a", written.enter("Task", "Run", written.add("MapIterationStarted", begun, name="Each", index=0))
    )
    two = written.submit(
        "b", written.enter("Task", "Run", written.add("MapIterationStarted", begun, name="Each", index=1))
    )
    written.later(10)
    failed = written.fail("a", one, StatusReason="Host EC2 terminated", Container={"ExitCode": 9})
    written.enter("Pass", "Note", written.leave("Task", "Run", failed))
    written.leave("Pass", "Note")
    end = written.add("MapIterationSucceeded", name="Each", index=0)
    written.succeed("b", two)
    written.leave("Task", "Run")
    assert end < written.add("MapIterationSucceeded", name="Each", index=1)
    return written


def test_events_of_iterations_at_once_are_told_apart() -> None:
    course = course_of(a_map_over_two_jobs())
    found = [(task.job, task.status, visit.parent and visit.parent.index) for visit, task in course.tasks()]
    assert found == [("a", "FAILED", 0), ("b", "SUCCEEDED", 1)]
    assert {course.stage(visit) for visit in course.visits} == {"Each"}
    assert course.current() == ["Each"]


def test_a_task_that_is_tried_again_has_each_try() -> None:
    written = Written()
    written.start()
    first = written.submit("a", written.enter("Task", "Run", 0))
    again = written.submit("b", written.fail("a", first))
    written.leave("Task", "Run", written.succeed("b", again))
    written.add("ExecutionSucceeded", output={"done": True})
    course = course_of(written)
    [visit] = course.visits
    assert [(task.job, task.status) for task in visit.tasks] == [("a", "FAILED"), ("b", "SUCCEEDED")]
    assert (visit.status, course.status, course.output) == ("SUCCEEDED", "SUCCEEDED", '{"done": true}')


def test_what_is_open_when_an_execution_is_stopped_ends_with_it() -> None:
    written = Written()
    written.start()
    written.submit("a", written.enter("Task", "Run", written.enter("Parallel", "Both", 0)))
    assert course_of(written).current() == ["Run"]
    written.later(5)
    written.add("ExecutionAborted", 0, error="", cause="enough")
    course = course_of(written)
    assert (course.status, course.cause, course.current()) == ("ABORTED", "enough", [])
    assert {visit.left for visit in course.visits} == {written.now}


def test_an_execution_that_is_redriven_runs_again() -> None:
    written = Written()
    written.start()
    written.submit("a", written.enter("Task", "Run", 0))
    written.add("ExecutionFailed", written.fail("a"), error="States.TaskFailed", cause="no")
    written.add("ExecutionRedriven", redriveCount=1)
    written.submit("b", written.add("TaskStateEntered", 2, name="Run", input={}))
    course = course_of(written)
    assert (course.status, course.error, course.current()) == ("RUNNING", "", ["Run"])


def test_what_a_submit_without_waiting_and_a_nested_execution_started_is_known() -> None:
    written = Written()
    written.start()
    written.enter("Task", "Submit", 0)
    of = {"resourceType": "aws-sdk:batch", "resource": "submitJob"}
    written.add("TaskScheduled", **of, region="eu-west-1", parameters={"JobName": "j", "ArrayProperties": {"Size": 3}})
    written.add("TaskSucceeded", **of, output={"JobId": "a"})
    written.enter("Task", "Nested", written.leave("Task", "Submit"))
    of = {"resourceType": "states", "resource": "startExecution.sync:2"}
    written.add("TaskScheduled", **of, region="eu-west-1", parameters={})
    written.add("TaskSubmitted", **of, output={"ExecutionArn": "arn:inner"})
    tasks = [task for _, task in course_of(written).tasks()]
    assert [(task.job, task.size, task.execution) for task in tasks] == [("a", 3, None), (None, None, "arn:inner")]
