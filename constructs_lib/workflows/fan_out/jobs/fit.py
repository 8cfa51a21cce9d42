"""Whether the queues of a fan-out can run its job, in every round."""

from aws_cdk import aws_batch as batch

from constructs_lib.core.place import Place
from constructs_lib.jobs.placement.fit import check_fit
from constructs_lib.workflows.fan_out.jobs.rounds import Rounds


def check_rounds_fit(place: Place, job: batch.IJobDefinition, rounds: Rounds) -> None:
    """Refuse a job that one of the queues can never run, with the memory of its definition or with that of a step."""
    queues = {"queue": rounds.queue, "fallback_queue": rounds.fallback_queue}
    for name, queue in queues.items():
        if queue is None:
            continue
        check_fit(place.of(name), job, queue)
        for index, size in enumerate(rounds.memory_steps or ()):
            check_fit(place.of("memory_steps").at(index), job, queue, memory=size)
