"""Options of a submitted job beside its container: name, size, attempts, time, share and tags.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, Self, TypedDict

from aws_cdk import Duration

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import check_range
from constructs_lib.core.checked.options import Option
from constructs_lib.core.names import check_tags
from constructs_lib.core.quantities import check_whole, in_seconds, readable
from constructs_lib.core.tokens import resolved
from constructs_lib.limits import (
    MAX_ARRAY_SIZE,
    MAX_ATTEMPTS,
    MAX_JOB_NAME_CHARACTERS,
    MAX_SCHEDULING_PRIORITY,
    MAX_TAGS,
    MIN_ARRAY_SIZE,
    MIN_ATTEMPTS,
    MIN_TIMEOUT_SECONDS,
    STEP_FUNCTIONS_STATE_NAME_CHARACTERS,
)
from constructs_lib.rules import Rule
from constructs_lib.workflows.states.expressions import check_jsonata, is_jsonata
from constructs_lib.workflows.states.texts import check_texts
from constructs_lib.workflows.submit.permissions import SUBMITTED_BY

_JOB_NAME: Final = re.compile(rf"[A-Za-z0-9][A-Za-z0-9_-]{{0,{MAX_JOB_NAME_CHARACTERS - 1}}}")
_SHARE_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9]{1,255}\*?")


class SubmitOptions(TypedDict, total=False):
    """The options of a submit, or of each submit of a fan-out, that are passed to AWS Batch unchanged."""

    attempts: Annotated[
        int | None,
        Option("of each job or child, 1 to 10; replaces the definition's retry strategy. Default: the definition's."),
    ]
    timeout: Annotated[
        Duration | None,
        Option("of an attempt, at least a minute. Default: the definition's."),
    ]
    tags: Annotated[
        Mapping[str, str] | None,
        Option("of the jobs, beside the tag that marks them. Default: no further tags."),
    ]
    share_identifier: Annotated[
        str | None,
        Option("share identifier of the jobs, on a fair-share queue. Default: no identifier."),
    ]
    scheduling_priority: Annotated[
        int | None,
        Option("within the share, 0 to 9999. Default: the definition's."),
    ]
    propagate_tags: Annotated[
        bool | None,
        Option("also tag the ECS tasks of the jobs. Default: the definition's."),
    ]


@dataclass(frozen=True, kw_only=True)
class JobOptions:
    """The `SubmitOptions` of a submit, with their checks and the form of AWS; None keeps that of the job definition."""

    __constructs_lib_options__: ClassVar[type[Any]] = SubmitOptions

    attempts: int | None = None
    timeout: Duration | None = None
    tags: Mapping[str, str] | None = None
    share_identifier: str | None = None
    scheduling_priority: int | None = None
    propagate_tags: bool | None = None

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """The `SubmitOptions` among the options of a construct."""
        return cls(**{name: options[name] for name in SubmitOptions.__annotations__ if name in options})

    def check(self, place: ArgumentPath) -> None:
        """Refuse what AWS Batch would refuse."""
        seconds = in_seconds(place.within("timeout"), self.timeout) if self.timeout else None
        check_whole(place.within("timeout"), seconds, unit="seconds", rule=Rule.TIMEOUT)
        check_range(place.within("attempts"), self.attempts, MIN_ATTEMPTS, MAX_ATTEMPTS, rule=Rule.ATTEMPTS)
        check_range(place.within("timeout"), seconds, MIN_TIMEOUT_SECONDS, math.inf, rule=Rule.TIMEOUT, unit=" s")
        check_range(
            place.within("scheduling_priority"),
            self.scheduling_priority,
            0,
            MAX_SCHEDULING_PRIORITY,
            rule=Rule.SCHEDULING_PRIORITY,
        )
        _check_tags(place, self.tags or {})
        check_tags(place.within("tags"), self.tags or {})
        check_texts(place.within("tags"), self.tags)
        check_texts(place.within("share_identifier"), self.share_identifier)
        _check_share_identifier(place.within("share_identifier"), self.share_identifier)

    def arguments(self) -> dict[str, Any]:
        """All options but the tags, as arguments of the state."""
        return {
            "RetryStrategy": {"Attempts": self.attempts} if self.attempts is not None else None,
            "Timeout": {"AttemptDurationSeconds": self.timeout.to_seconds()} if self.timeout else None,
            "ShareIdentifier": self.share_identifier,
            "SchedulingPriorityOverride": self.scheduling_priority,
            "PropagateTags": self.propagate_tags,
        }


def valid_job_name(construct_id: str, *, longest: int = MAX_JOB_NAME_CHARACTERS) -> str:
    """A construct id as a job name, with hyphens instead of characters that AWS Batch does not allow."""
    name = re.sub(r"[^A-Za-z0-9_]+", "-", construct_id).strip("-_")
    return name[:longest] or "job"


def check_state_name(place: ArgumentPath, construct_id: str) -> None:
    """Refuse an id that is too long for the name of a state."""
    if len(construct_id) > STEP_FUNCTIONS_STATE_NAME_CHARACTERS:
        raise Rule.STATE_NAME.error(
            place,
            got=f"an id of {len(construct_id)} characters",
            expected=f"it is the name of a state, and Step Functions allows {STEP_FUNCTIONS_STATE_NAME_CHARACTERS}",
            fix="Choose a shorter one.",
        )


def check_job_name(place: ArgumentPath, job_name: str | None) -> None:
    """Refuse a name that AWS Batch would refuse."""
    if resolved(job_name) and not is_jsonata(job_name) and not _JOB_NAME.fullmatch(str(job_name)):
        raise Rule.JOB_NAME.error(
            place.of("job_name"),
            got=repr(job_name),
            expected=f"AWS Batch allows up to {MAX_JOB_NAME_CHARACTERS} letters, digits, hyphens and underscores, "
            "with a letter or digit first",
            fix="Choose such a name, or leave job_name out.",
        )


def check_array_size(place: ArgumentPath, array_size: int | str | None) -> None:
    """Refuse a size that AWS Batch would refuse."""
    if isinstance(array_size, str):
        if resolved(array_size):
            check_jsonata(place.of("array_size"), array_size)
    elif array_size is not None and resolved(array_size) and not MIN_ARRAY_SIZE <= array_size <= MAX_ARRAY_SIZE:
        few = array_size < MIN_ARRAY_SIZE
        raise Rule.ARRAY_SIZE.error(
            place.of("array_size"),
            got=readable(array_size),
            expected=f"AWS Batch allows {MIN_ARRAY_SIZE} to {MAX_ARRAY_SIZE:,} children per array job",
            fix="Leave array_size out for a single job, or use ArrayFanOut, which also accepts 0 or 1 items."
            if few
            else "Split the items over several array jobs.",
        )


def _check_share_identifier(place: ArgumentPath, identifier: str | None) -> None:
    if not resolved(identifier) or is_jsonata(identifier) or _SHARE_IDENTIFIER.fullmatch(str(identifier)):
        return
    raise Rule.SHARE_IDENTIFIER.error(
        place,
        got=repr(identifier),
        expected="a share identifier is 1 to 255 letters and digits",
        fix="Choose such an identifier, or write an expression between {% and %}.",
    )


def _check_tags(place: ArgumentPath, tags: Mapping[str, str]) -> None:
    if SUBMITTED_BY in tags:
        raise Rule.SUBMITTED_BY_TAG.error(
            place.within("tags"),
            got=f"the key {SUBMITTED_BY}",
            expected="it marks the jobs that the state machine may terminate",
            fix="Choose another key, or set submitted_by.",
        )
    if len(tags) >= MAX_TAGS:
        raise Rule.JOB_TAGS.error(
            place.within("tags"),
            got=f"{len(tags)} tags",
            expected=f"AWS Batch allows {MAX_TAGS} per job, and one of them marks the jobs of the state",
            fix=f"Keep {MAX_TAGS - 1}.",
        )
