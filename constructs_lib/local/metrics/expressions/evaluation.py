"""Calculates an expression."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from constructs_lib.local.metrics.expressions.functions import FUNCTIONS, OF_TIME
from constructs_lib.local.metrics.expressions.grammar import Call, Items, Name, Node, Number, Quoted, tree
from constructs_lib.local.metrics.expressions.operators import OPERATORS, combined
from constructs_lib.local.metrics.expressions.values import Answers, ExpressionError, Text, Times, TimeSeries, Value

_WORDS: Final = frozenset({"ASC", "AVG", "DESC", "LINEAR", "MAX", "MIN", "REPEAT", "STDDEV", "SUM"})


@dataclass(frozen=True)
class Surroundings:
    """What an expression is calculated with.

    Args:
        answers: what it may name.
        times: those of its values.
        search: the time series of a search, by its text, statistic and period. Default: it may not search.
    """

    answers: Answers
    times: Times
    search: Callable[[str, str, int], list[TimeSeries]] | None = None


def evaluate(expression: str, surroundings: Surroundings) -> Value:
    """Calculate an expression.

    Raises:
        ExpressionError: it is none, or what it names is not there.
    """
    found = _value(tree(expression), surroundings)
    if isinstance(found, Text):
        raise ExpressionError(f"Error in expression {expression!r}: {found.text} is no time series")
    return found


def changes_by_itself(expression: str) -> bool:
    """Whether its values change as time goes on, though nothing is put."""
    return any(isinstance(node, Call) and node.function in OF_TIME for node in _nodes(tree(expression)))


def named(expression: str) -> set[str]:
    """The ids that an expression names.

    Raises:
        ExpressionError: it is none.
    """
    return {node.text for node in _nodes(tree(expression)) if isinstance(node, Name)} - _WORDS


def calls(expression: str) -> set[str]:
    """The functions that an expression calls."""
    return {node.function for node in _nodes(tree(expression)) if isinstance(node, Call)}


def _nodes(node: Node) -> Iterable[Node]:
    yield node
    inside = node.given if isinstance(node, Call) else node.items if isinstance(node, Items) else ()
    for each in inside:
        yield from _nodes(each)


def _value(node: Node, around: Surroundings) -> Value | Text:
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Quoted):
        return Text(node.text)
    if isinstance(node, Name):
        return _named(node.text, around)
    if isinstance(node, Items):
        found: list[TimeSeries] = []
        for each in node.items:
            value = _calculated(each, around)
            found += value if isinstance(value, list) else [_no_number(value)]
        return found
    return _called(node, around)


def _called(call: Call, around: Surroundings) -> Value:
    if call.function in OPERATORS:
        left, right = (_calculated(each, around) for each in call.given)
        return combined(call.function, left, right)
    if call.function == "NEGATED":
        return combined("*", -1.0, _calculated(call.given[0], around))
    given = [_value(each, around) for each in call.given]
    if call.function == "METRICS":
        return _metrics(given, around)
    if call.function == "SEARCH":
        return _search(given, around)
    if call.function not in FUNCTIONS:
        raise ExpressionError(f"Unknown function {call.function}")
    function, least, most = FUNCTIONS[call.function]
    if not least <= len(given) <= most:
        raise ExpressionError(f"{call.function} is given {len(given)} arguments")
    return function(around.times, given)


def _named(name: str, around: Surroundings) -> Value | Text:
    if name in around.answers.series:
        return around.answers.series[name]
    if name in _WORDS:
        return Text(name)
    raise ExpressionError(f"Id {name} is not known")


def _metrics(given: list[Value | Text], around: Surroundings) -> list[TimeSeries]:
    part = given[0].text if given and isinstance(given[0], Text) else ""
    found = [around.answers.series[name] for name in around.answers.metrics if part in name]
    return [series for series in found if isinstance(series, TimeSeries)]


def _search(given: list[Value | Text], around: Surroundings) -> list[TimeSeries]:
    if around.search is None:
        raise ExpressionError("SEARCH is not supported here")
    texts = [each.text for each in given if isinstance(each, Text)]
    numbers = [each for each in given if isinstance(each, int | float)]
    if len(texts) != 2 or len(numbers) > 1:  # noqa: PLR2004 the search and the statistic
        raise ExpressionError("SEARCH: expected a search, a statistic and a period")
    return around.search(texts[0], texts[1], int(numbers[0]) if numbers else around.times.period)


def _calculated(node: Node, around: Surroundings) -> Value:
    found = _value(node, around)
    if isinstance(found, Text):
        raise ExpressionError(f"{found.text} is no number and no time series")
    return found


def _no_number(value: Value) -> TimeSeries:
    if not isinstance(value, TimeSeries):
        raise ExpressionError("expected time series between brackets")
    return value
