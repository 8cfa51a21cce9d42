"""What griffe reads of options that several constructs share: each one by its name, its type and what is said of it.

A constructor takes them as ``**options: Unpack[SomeOptions]``, and the library lists them when it is imported. The site
is built without importing it.
"""

import ast
from collections.abc import Iterator
from typing import Any, Final

import griffe

_ARGS: Final = "\nArgs:\n"


class SharedOptions(griffe.Extension):
    """Puts shared options into signatures and docstrings, as `constructs_lib.core.checked.options` does."""

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        """Look at all functions of a package that is loaded."""
        for function in _functions(pkg):
            last = [*function.parameters][-1:]
            if not last or last[0].kind is not griffe.ParameterKind.var_keyword:
                continue
            annotation = last[0].annotation
            if not isinstance(annotation, griffe.ExprSubscript) or annotation.canonical_name != "Unpack":
                continue
            options = pkg[annotation.slice.canonical_path.partition(".")[2]]
            described = dict(_options(options))
            del function.parameters[last[0].name]
            for name, (kind, default, _text) in described.items():
                if name not in function.parameters:
                    parameter = griffe.Parameter(
                        name, annotation=kind, default=default, kind=griffe.ParameterKind.keyword_only
                    )
                    function.parameters.add(parameter)
            shown = function.parent if function.name == "__init__" else function
            _describe(shown, {name: text for name, (_kind, _default, text) in described.items()})


def _functions(parent: Any) -> Iterator[griffe.Function]:
    for member in parent.members.values():
        if isinstance(member, griffe.Function):
            yield member
        elif isinstance(member, (griffe.Module, griffe.Class)):
            yield from _functions(member)


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
