"""The errors that end a job with one line instead of a traceback."""


class WorkerError(Exception):
    """One clear line for the log, and the exit code that goes with it."""

    exit_code = 1


class ContractError(WorkerError):
    """The job cannot be run as it was asked for: a variable, an item or a handler is not what it must be."""

    exit_code = 2


class ResultError(WorkerError):
    """The work was done and its result cannot be kept."""


class S3Error(Exception):
    """S3 refused a request, or could not be reached: one line that says which object and why.

    The worker turns its own into one of the above; a handler's ends the job as any exception of a handler does.
    """


class S3RefusalError(Exception):
    """Why a request to S3 failed, in one line, without the object: what becomes an S3Error."""


class BrokenOffError(S3RefusalError):
    """An object began to come and its end did not: it can be read again."""


class OverwritingError(Exception):
    """An object is not what a conditional write expects to replace: somebody else has written it, or deleted it."""


class UnconditionalError(Exception):
    """A store that takes the place of S3 knows no conditional writes."""


class BeyondObstoreError(Exception):
    """What a request needs and obstore does not have, in one line; botocore may.

    Args:
        reason: what it is.
        package: what to install where botocore is not installed either.
    """

    def __init__(self, reason: str, package: str = "boto3") -> None:
        super().__init__(reason)
        self.package = package
