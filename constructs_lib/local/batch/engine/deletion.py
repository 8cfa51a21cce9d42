"""What happens to queues and environments that are deleted while jobs use them: they go with the last of these.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_DeleteJobQueue.html
"""

from constructs_lib.local.batch.engine import Engine
from constructs_lib.local.batch.resources import JobQueue
from constructs_lib.local.runners import SIGKILL_AFTER_SECONDS


def sweep(engine: Engine) -> None:
    """Remove the queues and environments that are being deleted and that nothing uses any more."""
    with engine.lock:
        queues, environments = engine.registry.queues, engine.registry.environments
        if not any(item.deleting for item in (*queues.values(), *environments.values())):
            return
        alive = [leaf for leaf in engine.leaves() if not leaf.status.final]
        used = {leaf.spec.queue.arn for leaf in alive}
        used |= {leaf.attempts[-1].environment for leaf in alive if leaf.status.placed}
        for arn in [arn for arn, item in queues.items() if item.deleting and arn not in used]:
            queues.pop(arn)
        used |= {arn for queue in queues.values() for arn in queue.environment_arns}
        for arn in [arn for arn, item in environments.items() if item.deleting and arn not in used]:
            engine.registry.remove_environment(arn)


def terminate_jobs(engine: Engine, queue: JobQueue) -> None:
    """End all jobs of a queue."""
    for job in engine.jobs_of(queue):
        if not job.status.final:
            engine.terminate_job(job.id, f"Terminated because job queue {queue.name} is being deleted")


def drain(engine: Engine, queue_arn: str) -> None:
    """Wait until no job of a queue that is being deleted is left, and remove the queue."""
    for job in engine.jobs():
        if job.spec.queue.arn == queue_arn:
            engine.wait_for_job(job.id, 2 * SIGKILL_AFTER_SECONDS)
    sweep(engine)
