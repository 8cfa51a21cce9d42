"""Names with values, as options of commands."""

import click


def pairs(_: click.Context, param: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """Names and values, each as ``NAME=VALUE``; the last one of a name counts."""
    split = [text.partition("=") for text in given]
    for text, (name, equals, _value) in zip(given, split, strict=True):
        if not name or not equals:
            raise click.BadParameter(f"{text!r}: expected NAME=VALUE", param=param)
    return {name: value for name, _, value in split}
