"""What a handler knows about its job besides the item."""

from collections.abc import Callable

from worker import s3, strict_json
from worker.errors import ContractError
from worker.stopping import Stop


class Context:
    """The second argument of a handler.

    When the job is stopped by SIGTERM, :class:`worker.stopping.Stopped` is raised where the handler is, and the job
    ends with exit code 143 and no result. A handler that wants to save its progress has three ways, which can be
    combined: a ``finally`` block; ``context.on_stop(save)``; and ``with context.stop_deferred():`` around each step
    that must not be left halfway.

    Attributes:
        index: index of the item in the whole list; it names the result.
        attempt: 1 for the first attempt of this job, then 2 and so on.
        job_id: AWS Batch's id of this job; None outside of AWS Batch.
        results_uri: where results are written, ``s3://bucket/prefix``; None when the result is printed.
        previous_results_uri: where the stage before has written its results; None without such a stage.
    """

    __slots__ = ("_stop", "attempt", "index", "job_id", "previous_results_uri", "results_uri")

    def __init__(
        self,
        *,
        index: int,
        attempt: int = 1,
        job_id: str | None = None,
        results_uri: str | None = None,
        previous_results_uri: str | None = None,
        stop: Stop | None = None,
    ) -> None:
        self.index = index
        self.attempt = attempt
        self.job_id = job_id
        self.results_uri = results_uri
        self.previous_results_uri = previous_results_uri
        self._stop = stop or Stop()

    def previous_result(self) -> object:
        """What the stage before has made of this item, in a pipeline of stages.

        Raises:
            ContractError: no stage was before.
            S3Error: its result cannot be read.
        """
        if self.previous_results_uri is None:
            raise ContractError("PREVIOUS_RESULTS_URI is not set: no stage was before this job")
        return strict_json.parse(s3.read(f"{self.previous_results_uri}/{self.index}.json"))

    @property
    def stopping(self) -> bool:
        """True once the job was told to stop: inside a deferred stop, in a callback, in the handler's threads."""
        return self._stop.arrived

    def on_stop(self, callback: Callable[[], object]) -> None:
        """Call ``callback()`` when the job is stopped, in the main thread, the callback registered last first.

        It may run between any two steps of the handler: save what is whole, or defer the stop around what is not.
        """
        self._stop.call(callback)

    def stop_deferred(self) -> Stop:
        """A context manager: a stop that arrives inside takes effect at the end of the block."""
        return self._stop
