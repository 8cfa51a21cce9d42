"""Writes docs/errors.md from the registry of rules, each with the error of a wrong call: ``make errors``."""

# ruff: noqa: E501 - a paragraph of the page is one line

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from aws_cdk import App, Stack

from constructs_lib import ConfigurationError
from constructs_lib.rules import PAGE, Caution, Rule
from tests.unit.core.right_calls import Parts
from tests.unit.rules.broken import BROKEN

FILE = Path(__file__).parents[3] / PAGE

_BEGIN = """\
# Errors and warnings

<!-- Written by `make errors` from constructs_lib/rules.py. -->

A mistake is a `ConfigurationError`, raised while the app is built: it says where it is, what was got, what is expected and how to mend it, and its last words are the address of its section here, such as `See docs/errors.md#batch001`, which the examples below leave out.
`error.code` is the code, which keeps its meaning:

```python
from constructs_lib import CapacityReservation, ConfigurationError

try:
    CapacityReservation.of_id("cr-1")
except ConfigurationError as error:
    assert error.code == "COMPUTE016"
    print(error)
```

What may be right is a warning of the CDK, which an app acknowledges by its id where it is right: [Warnings](#warnings). Each example below is the error of a call in `tests/unit/rules/broken.py`.

"""
_WARNINGS = """\
## Warnings

`cdk synth` prints them, and `--strict` makes errors of them. One that is right in your app is acknowledged: `Annotations.of(job).acknowledge_warning("constructs-lib:movingImage", "it is built an hour before")`.
"""


def errors() -> dict[Rule, ConfigurationError]:
    """What the wrong calls raise."""
    return {rule: error_of(rule) for rule in Rule}


def error_of(rule: Rule) -> ConfigurationError:
    """What the wrong call of a rule raises, in a stack of its own: its text depends on no other call."""
    try:
        BROKEN[rule](Parts(Stack(App(analytics_reporting=False), "Stack")), "Example")
    except ConfigurationError as error:
        return error
    message = f"nothing refuses the call for {rule}"
    raise AssertionError(message)


def written() -> str:
    """The whole page."""
    raised = errors()
    wings = "; ".join(f"[{wing}](#{_anchor(wing)})" for wing, _ in groupby(Rule, key=lambda rule: rule.wing))
    sections = [
        line for wing, rules in groupby(Rule, key=lambda rule: rule.wing) for line in _wing(wing, rules, raised)
    ]
    cautions = [line for caution in Caution for line in _caution(caution)]
    return f"{_BEGIN}{wings}.\n\n" + "\n".join(sections) + "\n" + _WARNINGS + "\n" + "\n".join(cautions)


def _wing(wing: str, rules: Iterator[Rule], raised: dict[Rule, ConfigurationError]) -> Iterator[str]:
    yield f"## {wing}\n"
    for rule in rules:
        yield f"### {rule.code}\n"
        yield f"**{_sentence(rule.title)}** {rule.why}{_source(rule.source)}\n"
        error = str(raised[rule]).removesuffix(f" See {rule.address}")
        yield f"```text\n{error}\n```\n"


def _caution(caution: Caution) -> Iterator[str]:
    yield f"### {caution.id.partition(':')[2]}\n"
    yield f"`{caution.id}`: **{_sentence(caution.title)}** {caution.why}{_source(caution.source)}\n"


def _sentence(title: str) -> str:
    first, _, rest = title.partition(" ")
    return f"{first if not first.islower() else first.capitalize()}{' ' if rest else ''}{rest}."


def _source(source: str) -> str:
    return f" [AWS]({source})" if source else ""


def _anchor(heading: str) -> str:
    return heading.lower().replace(" ", "-")


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
