"""What to do about a job that has failed for want of something that is here, and not in its place."""

import re

_MISSING = re.compile(r"^ModuleNotFoundError: No module named '([^'.]+)", re.MULTILINE)
_WAYS_OUT = """\
{module} is not in the Python of this job, which has what its image installs. Three ways out:
  1. let the image install it, by RUN pip install, requirements.txt or pyproject.toml: the job needs it in AWS, too
  2. run jobs in the containers of their images: --runner container
  3. run them by the Python of this command, with all that is installed for it: --unconfined"""


def advice(text: str) -> str | None:
    """The ways out of what a job has written before it failed; None where we know none.

    Args:
        text: its output, or the end of it.
    """
    missing = _MISSING.findall(text)
    return _WAYS_OUT.format(module=missing[-1]) if missing else None
