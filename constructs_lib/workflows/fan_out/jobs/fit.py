"""The check that the queues of a fan-out can run its job, in every round."""

from aws_cdk import aws_batch as batch

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.jobs.placement.fit import check_fit
from constructs_lib.workflows.fan_out.jobs.retry_tiers import RetryTiers


def check_rounds_fit(place: ArgumentPath, job: batch.IJobDefinition, rounds: RetryTiers) -> None:
    """Refuse a job that one of the queues can never run, with the memory of its definition or of a step."""
    queues = {"queue": rounds.queue, "fallback_queue": rounds.fallback_queue}
    for name, queue in queues.items():
        if queue is None:
            continue
        check_fit(place.of(name), job, queue)
        for index, size in enumerate(rounds.memory_steps or ()):
            check_fit(place.of("memory_steps").at(index), job, queue, memory=size)
