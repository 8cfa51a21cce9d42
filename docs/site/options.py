"""What griffe reads of options that several constructs share: each one by its name, its type and what is said of it.

A constructor takes them as ``**options: Unpack[SomeOptions]``, and the library lists them when it is imported. The site
is built without importing it.
"""

import ast
import re
from collections.abc import Iterator
from typing import Any, Final

import griffe

_DOCUMENTED: Final = {"documented", "dataclass"}
_ARGS: Final = "\nArgs:\n"
_ENTRY: Final = re.compile(r"^    (?P<name>\w+): (?P<text>.*(?:\n {8}.*)*)", re.MULTILINE)


class SharedOptions(griffe.Extension):
    """Puts shared options into signatures and docstrings, as `constructs_lib.core.checked.options` does."""

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        """Look at all functions and classes of a package that is loaded."""
        for each in [*_members(pkg)]:
            if isinstance(each, griffe.Function):
                _unpack(each, pkg)
            elif {str(decorator.value).partition("(")[0] for decorator in each.decorators} >= _DOCUMENTED:
                _describe(each, dict(_of_bases(each, pkg)))


def _members(parent: Any) -> Iterator[griffe.Function | griffe.Class]:
    """The functions and classes of a module or class, and theirs."""
    for member in parent.members.values():
        if isinstance(member, (griffe.Function, griffe.Class)):
            yield member
        if isinstance(member, (griffe.Module, griffe.Class)):
            yield from _members(member)


def _unpack(function: griffe.Function, pkg: griffe.Module) -> None:
    """Give a function the options that it takes as ``**options``, and what is said of them."""
    last = [*function.parameters][-1:]
    if not last or last[0].kind is not griffe.ParameterKind.var_keyword:
        return
    annotation = last[0].annotation
    if not isinstance(annotation, griffe.ExprSubscript) or annotation.canonical_name != "Unpack":
        return
    described = dict(_options(_class(pkg, annotation.slice)))
    del function.parameters[last[0].name]
    for name, (kind, default, _text) in described.items():
        if name not in function.parameters:
            keyword = griffe.ParameterKind.keyword_only
            function.parameters.add(griffe.Parameter(name, annotation=kind, default=default, kind=keyword))
    shown = function.parent if function.name == "__init__" else function
    _describe(shown, {name: text for name, (_kind, _default, text) in described.items()})


def _of_bases(cls: griffe.Class, pkg: griffe.Module) -> Iterator[tuple[str, str]]:
    """What is said of the fields of a dataclass that it has from its bases, or from the options that these name."""
    for base in reversed(cls.mro()):
        if base.docstring is not None:
            section = base.docstring.value.partition(_ARGS)[2].partition("\n\n")[0]
            yield from ((entry["name"], entry["text"]) for entry in _ENTRY.finditer(section))
        if named := base.members.get("__constructs_lib_options__"):
            yield from ((name, text) for name, (_kind, _default, text) in _options(_class(pkg, named.value)))


def _class(pkg: griffe.Module, expression: Any) -> griffe.Class:
    """The class of the package that an expression names."""
    found = pkg[expression.canonical_path.partition(".")[2]]
    return found.final_target if isinstance(found, griffe.Alias) else found


def _options(options: griffe.Class) -> Iterator[tuple[str, tuple[Any, str, str]]]:
    """The options of a TypedDict and of those that it extends: the type, the default and the text of each."""
    for each in (*reversed(options.mro()), options):
        for name, attribute in each.members.items():
            annotation = attribute.annotation if isinstance(attribute, griffe.Attribute) else None
            if isinstance(annotation, griffe.ExprSubscript) and annotation.canonical_name == "Annotated":
                kind, option = annotation.slice.elements
                yield name, (kind, _default(option), _text(option))


def _default(option: griffe.ExprCall) -> str:
    named = {each.name: each.value for each in option.arguments if isinstance(each, griffe.ExprKeyword)}
    return str(named.get("default", "None"))


def _text(option: griffe.ExprCall) -> str:
    first = next(each for each in option.arguments if not isinstance(each, griffe.ExprKeyword))
    return ast.literal_eval(str(first))


def _describe(shown: Any, texts: dict[str, str]) -> None:
    """Add what is said of options to a docstring, where it does not say its own."""
    if shown.docstring is None:
        return
    before, title, rest = shown.docstring.value.partition(_ARGS)
    entries, blank, after = rest.partition("\n\n")
    missing = [f"    {name}: {text}" for name, text in texts.items() if f"\n    {name}: " not in f"\n{entries}"]
    said = "\n".join(filter(None, [entries, *missing]))
    shown.docstring.value = f"{before}{title or _ARGS}{said}{blank}{after}"
