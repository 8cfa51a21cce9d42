r"""Gap: moto keeps escapes in texts of a definition (``\"``, ``\n``), and reads -1 and 1e3 as -1.0 and 1000.0."""

import json
from typing import Any

from moto.stepfunctions.parser.asl.component.common.assign.assign_template_value_terminal import (
    AssignTemplateValueTerminalLit,
)
from moto.stepfunctions.parser.asl.component.common.jsonata.jsonata_template_value_terminal import (
    JSONataTemplateValueTerminalLit,
)
from moto.stepfunctions.parser.asl.component.common.payload.payloadvalue.payloadvaluelit.payload_value_float import (
    PayloadValueFloat,
)
from moto.stepfunctions.parser.asl.parse import preprocessor
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor

from constructs_lib.local.patching import Patch

_inner_string_of = Preprocessor._inner_string_of  # noqa: SLF001 this is what gets replaced


def patches() -> list[Patch]:
    """Read texts and numbers as JSON."""
    return [
        Patch(preprocessor, "from_string_literal", _text),
        Patch(Preprocessor, "_inner_string_of", staticmethod(_text)),
        Patch(Preprocessor, "visitAssign_template_value_terminal_float", _assigned_number),
        Patch(Preprocessor, "visitJsonata_template_value_terminal_float", _jsonata_number),
        Patch(Preprocessor, "visitPayload_value_float", _payload_number),
    ]


def _text(parser_rule_context: Any) -> str | None:
    source = parser_rule_context.getText()
    is_text = source.startswith('"')
    text: str | None = json.loads(source, strict=False) if is_text else _inner_string_of(parser_rule_context)
    return text


def _number(ctx: Any) -> float:
    number: float = json.loads(ctx.NUMBER().getText())
    return int(number) if float(number).is_integer() else number


def _assigned_number(self: Any, ctx: Any) -> Any:  # noqa: ARG001 moto's signature
    return AssignTemplateValueTerminalLit(value=_number(ctx))


def _jsonata_number(self: Any, ctx: Any) -> Any:  # noqa: ARG001
    return JSONataTemplateValueTerminalLit(value=_number(ctx))


def _payload_number(self: Any, ctx: Any) -> Any:  # noqa: ARG001
    return PayloadValueFloat(val=_number(ctx))
