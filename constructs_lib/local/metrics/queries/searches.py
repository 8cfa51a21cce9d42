"""Search expressions: ``{AWS/States,StateMachineArn} MetricName="ExecutionsFailed" nightly``.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
"""

import re
from collections.abc import Callable, Iterable
from typing import Final

from constructs_lib.local.metrics.expressions.values import ExpressionError
from constructs_lib.local.metrics.series.metric import Metric

Test = Callable[[Metric], bool]

_SCHEMA: Final = re.compile(r"\{([^}]*)\}")
_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<sign>[()]) | (?P<name>[\w:.\-/]+\s*=\s*(?=\())
    | (?P<term>(?:[\w:.\-/]+\s*=\s*)?(?:"[^"]*"|'[^']*'|[^\s()"'=]+)))""",
    re.VERBOSE,
)
_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_QUOTES: Final = "\"'"


def search(text: str, metrics: Iterable[Metric]) -> list[Metric]:
    """The metrics that a search finds, in the order of their names.

    Raises:
        ExpressionError: it is no search.
    """
    schema = _SCHEMA.match(text.strip())
    rest = text.strip()[schema.end() :] if schema else text
    tests = [_of_schema(schema[1])] if schema else []
    if rest.strip():
        tests.append(_Reader(rest).all())
    found = [metric for metric in metrics if all(test(metric) for test in tests)]
    return sorted(found, key=lambda metric: (metric.namespace, metric.name, metric.dimensions))


def _of_schema(text: str) -> Test:
    namespace, *dimensions = [part.strip().strip(_QUOTES) for part in text.split(",")]
    wanted = sorted(dimensions)
    return lambda metric: metric.namespace == namespace and [name for name, _ in metric.dimensions] == wanted


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = [found["sign"] or found["name"] or found["term"] for found in _TOKEN.finditer(text)]
        self._place = 0
        self._property = ""

    def all(self) -> Test:
        test = self._either()
        if self._place < len(self._tokens):
            raise ExpressionError(f"SEARCH: unexpected {self._tokens[self._place]!r}")
        return test

    def _take(self, word: str) -> bool:
        if self._place < len(self._tokens) and self._tokens[self._place] == word:
            self._place += 1
            return True
        return False

    def _either(self) -> Test:
        parts = [self._both()]
        while self._take("OR"):
            parts.append(self._both())
        return lambda metric: any(part(metric) for part in parts)

    def _both(self) -> Test:
        parts = [self._one()]
        while self._place < len(self._tokens) and self._tokens[self._place] not in ("OR", ")"):
            self._take("AND")
            parts.append(self._one())
        return lambda metric: all(part(metric) for part in parts)

    def _one(self) -> Test:
        if self._take("NOT"):
            inner = self._one()
            return lambda metric: not inner(metric)
        if self._take("("):
            inner = self._either()
            if not self._take(")"):
                raise ExpressionError("SEARCH: a parenthesis is not closed")
            return inner
        if self._place == len(self._tokens):
            raise ExpressionError("SEARCH: it ends too early")
        token = self._tokens[self._place]
        self._place += 1
        if token.rstrip().endswith("="):
            self._property = token
            test = self._one()
            self._property = ""
            return test
        return _term(self._property + token)


def _term(text: str) -> Test:
    name, sign, value = text.partition("=") if re.match(r"[\w:.\-/]+\s*=", text) else ("", "", text)
    value = value.strip()
    exact = value[:1] in _QUOTES
    value = value.strip(_QUOTES)
    if not sign:
        return lambda metric: any(_fits(part, value, exact=exact) for part in _parts(metric))
    named = name.strip()
    return lambda metric: any(_fits(part, value, exact=exact) for part in _named(metric, named))


def _parts(metric: Metric) -> list[str]:
    return [metric.namespace, metric.name, *(part for pair in metric.dimensions for part in pair)]


def _named(metric: Metric, name: str) -> list[str]:
    if name.lower() == "metricname":
        return [metric.name]
    if name.lower() == "namespace":
        return [metric.namespace]
    name = name.removeprefix(":dimension.").removeprefix(":")
    return [value for key, value in metric.dimensions if key == name]


def _fits(part: str, value: str, *, exact: bool) -> bool:
    """Whether a part of a metric is a value, or has its words."""
    if exact or part.lower() == value.lower():
        return part == value or part.lower() == value.lower()
    words = [word.lower() for word in _WORD.findall(part)]
    wanted = [word.lower() for word in _WORD.findall(value)]
    return any(words[place : place + len(wanted)] == wanted for place in range(len(words) - len(wanted) + 1))
