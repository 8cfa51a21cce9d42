"""What refers to what in a template, and the order in which its resources are made.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-dependson.html
"""

import heapq
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple

from constructs_lib.templates.conditions import Truth
from constructs_lib.templates.errors import TemplateError, refuses_depth
from constructs_lib.templates.substitutions import Variable, arguments, pieces

Taken = Callable[[str], Truth]
"""Whether a condition is true, which says the branch of ``Fn::If`` that counts."""


class Reference(NamedTuple):
    """A reference to a parameter, a pseudo parameter or a resource.

    Args:
        name: what it refers to.
        attribute: the attribute of a resource; None if it is the thing itself.
        function: the function that refers to it.
    """

    name: str
    attribute: str | None = None
    function: Literal["Ref", "Fn::GetAtt", "Fn::Sub"] = "Ref"


def references(value: Any, taken: Taken | None = None) -> set[str]:
    """The names that a value refers to: logical ids of resources and parameters, and pseudo parameters.

    Args:
        value: any value of a template.
        taken: whether a condition is true; without it, both branches of each ``Fn::If`` count.
    """
    return {reference.name for reference in found_in(value, taken)}


def found_in(value: Any, taken: Taken | None = None) -> Iterator[Reference]:
    """Each reference in a value, as often as it is there; what is malformed refers to nothing."""
    if isinstance(value, list):
        for item in value:
            yield from found_in(item, taken)
    elif isinstance(value, dict):
        function = next(iter(value)) if len(value) == 1 else None
        if function in _FINDERS:
            yield from _FINDERS[function](value[function], taken)
        else:
            for member in value.values():
                yield from found_in(member, taken)


@refuses_depth
def dependencies(
    template: Mapping[str, Any],
    active: Collection[str] | None = None,
    taken: Taken | None = None,
) -> dict[str, set[str]]:
    """What each resource has to wait for: the other resources that it refers to or names in ``DependsOn``.

    Args:
        template: the template.
        active: the logical ids of the resources that are made; all by default.
        taken: whether a condition is true; without it, both branches of each ``Fn::If`` count.
    """
    entries = template.get("Resources")
    entries = entries if isinstance(entries, dict) else {}
    made = entries.keys() if active is None else {*active} & entries.keys()
    return {
        logical_id: (references(entry, taken) | depends_on(entry)) & made
        for logical_id, entry in entries.items()
        if logical_id in made
    }


def depends_on(entry: Any) -> set[str]:
    """The logical ids that a resource names in ``DependsOn``."""
    named = entry.get("DependsOn") if isinstance(entry, dict) else None
    return {named} if isinstance(named, str) else {name for name in named or () if isinstance(name, str)}


def order(template: Mapping[str, Any], active: Collection[str] | None = None, taken: Taken | None = None) -> list[str]:
    """The logical ids of the resources in the order in which they are made, dependencies first.

    Those that do not depend on each other stand in the template's order.

    Args:
        template: the template.
        active: the logical ids of the resources that are made; all by default.
        taken: whether a condition is true; without it, both branches of each ``Fn::If`` count.

    Raises:
        TemplateError: resources depend on each other in a circle.
    """
    return ordered(dependencies(template, active, taken))


def ordered(graph: Mapping[str, Collection[str]]) -> list[str]:
    """The keys of a graph, each after those that it depends on, and otherwise in the order that they have.

    Raises:
        TemplateError: some depend on each other in a circle.
    """
    names = [*graph]
    place = {name: index for index, name in enumerate(names)}
    waiting = {name: len({*graph[name]}) for name in names}
    dependents: dict[str, list[str]] = {name: [] for name in names}
    for name in names:
        for dependency in {*graph[name]}:
            dependents[dependency].append(name)
    ready = [place[name] for name in names if not waiting[name]]
    made: list[str] = []
    while ready:
        name = names[heapq.heappop(ready)]
        made.append(name)
        for dependent in dependents[name]:
            waiting[dependent] -= 1
            if not waiting[dependent]:
                heapq.heappush(ready, place[dependent])
    if len(made) < len(names):
        raise TemplateError(f"Circular dependency between resources: [{', '.join(_circular(graph, {*made}))}]")
    return made


def _circular(graph: Mapping[str, Collection[str]], made: set[str]) -> list[str]:
    """Those of which each depends on itself by way of others, in the graph's order."""
    left = {name: {*graph[name]} - made for name in graph if name not in made}
    while True:  # those that nobody left depends on only wait for a circle
        needed = set().union(*left.values())
        if needed >= left.keys():
            return [*left]
        left = {name: below for name, below in left.items() if name in needed}


def _in_ref(argument: Any, taken: Taken | None) -> Iterator[Reference]:
    if isinstance(argument, str):
        yield Reference(argument)
    else:
        yield from found_in(argument, taken)


def _in_if(argument: Any, taken: Taken | None) -> Iterator[Reference]:
    match argument:
        case [str(condition), held, otherwise] if taken:
            truth = taken(condition)
            yield from found_in(
                [otherwise] if truth is False else [held] if truth is True else [held, otherwise], taken
            )
        case _:
            yield from found_in(argument, taken)


def _in_get_att(argument: Any, taken: Taken | None) -> Iterator[Reference]:
    match argument:
        case str(text):
            name, _, attribute = text.partition(".")
            yield Reference(name, attribute, "Fn::GetAtt")
        case [str(name), str(attribute)]:
            yield Reference(name, attribute, "Fn::GetAtt")
        case [str(name), attribute]:  # an attribute that depends on a parameter
            yield Reference(name, "", "Fn::GetAtt")
            yield from found_in(attribute, taken)


def _in_sub(argument: Any, taken: Taken | None) -> Iterator[Reference]:
    try:
        text, variables = arguments(argument)
        found = [piece.name for piece in pieces(text) if isinstance(piece, Variable)]
    except TemplateError:
        return
    for name in found:
        if name not in variables:
            logical_id, _, attribute = name.partition(".")
            yield Reference(logical_id, attribute or None, "Fn::Sub")
    yield from found_in(variables, taken)


_FINDERS: Final[dict[str | None, Callable[[Any, Taken | None], Iterator[Reference]]]] = {
    "Ref": _in_ref,
    "Fn::GetAtt": _in_get_att,
    "Fn::Sub": _in_sub,
    "Fn::If": _in_if,
}
