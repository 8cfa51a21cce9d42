"""What is deployed together, and what goes from one stack to another.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
"""

from typing import Final
from weakref import WeakKeyDictionary

from aws_cdk import CfnOutput, Fn, Names, Stack
from constructs import IConstruct

_ROOTS: Final[WeakKeyDictionary[IConstruct, tuple[Stack, str]]] = WeakKeyDictionary()
"""The stack that constructs are deployed with, and its path: to ask takes some calls to another process."""


def same_deployment(one: IConstruct, other: IConstruct) -> bool:
    """Whether two constructs are in one stack, or in stacks that are nested in one."""
    return _root(one)[1] == _root(other)[1]


def exported(scope: IConstruct, owner: IConstruct, value: str) -> str:
    """A value of another stack that aws-cdk-lib would not export, because it is made of an attribute.

    Args:
        scope: what uses it; its stack is deployed after the other.
        owner: the construct in the other stack whose value it is.
        value: the value.
    """
    root, _ = _root(owner)
    name = f"{root.stack_name}:{Names.unique_id(owner)}Name"
    output_id = f"Name{owner.node.addr}"
    if root.node.try_find_child(output_id) is None:
        CfnOutput(root, output_id, value=value, export_name=name, description=f"For stacks that use {owner.node.path}")
    _root(scope)[0].add_dependency(root)
    return Fn.import_value(name)


def _root(construct: IConstruct) -> tuple[Stack, str]:
    if construct not in _ROOTS:
        stack = Stack.of(construct)
        if stack not in _ROOTS:
            root = stack
            while root.nested_stack_parent:
                root = root.nested_stack_parent
            _ROOTS[stack] = root, root.node.path
        _ROOTS[construct] = _ROOTS[stack]
    return _ROOTS[construct]
