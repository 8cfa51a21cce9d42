"""The items of a fan-out: read, measured, and sent to the jobs inline or through S3.

AWS allows 8,192 characters of container overrides, JSON formatting included, and escapes what is not ASCII. Numbers
inline are written by JSONata with 15 significant digits.
Sources: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerOverride.html and
https://docs.jsonata.org/string-functions#string
"""

from typing import Final

from constructs_lib.limits import MAX_CONTAINER_OVERRIDES_CHARACTERS, STEP_FUNCTIONS_PAYLOAD_BYTES
from constructs_lib.workflows.fan_out.list.bucket import PREFIX
from constructs_lib.workflows.fan_out.list.rerun import CHOSEN_ITEMS, rerun_request
from constructs_lib.workflows.states.expressions import inside, jsonata

# Kept free for what others add to the overrides: RESULTS_URI (up to 350 characters), MANAGED_BY_AWS from Step
# Functions, and from AWS Batch names of queue and environment, job id, attempt and array index (up to 600).
_RESERVED_CHARACTERS: Final = 1_536

# What a list may take of a payload: the rest is for the environment of the jobs and for what is planned for them.
MOST_BYTES: Final = STEP_FUNCTIONS_PAYLOAD_BYTES - 12_288

ROOM: Final = MAX_CONTAINER_OVERRIDES_CHARACTERS - _RESERVED_CHARACTERS

# Characters that a text takes inside of JSON: what is not printable ASCII becomes \uXXXX, at worst twice.
COST: Final = r"""
    $cost := function($text) {(
        $escaped := $string([$text]);
        $length($escaped) + 11 * $length($replace($escaped, /[ -~]+/, ''))
    )};
"""

# Concatenated, because [$item] would merge an item that is an array itself into the list.
_LIST_OF_ONE: Final = """
    $listOfOne := function($item) { $type($item) = 'array' ? '[' & $string($item) & ']' : $string([$item]) };
"""

ALL_FIT: Final = """
    $text := $string($items);
    $fits := $length($text) <= $room ? $cost($text) <= $room : false;
"""

# An item of a twelfth of the room fits whatever its characters are: the usual case costs one look.
_EACH_FITS: Final = f"""
    {_LIST_OF_ONE}
    $fits := $max($map($items, function($item) {{(
        $one := $listOfOne($item);
        $length($one) * 12 <= $room ? 0 : $cost($one)
    )}})) <= $room;
"""


NO_ARRAY: Final = jsonata("$type($states.input.items) != 'array'")
NO_ITEMS: Final = jsonata("$count($states.input.items) = 0")

WRONG_ITEMS_CAUSE: Final = jsonata("""
    'The items of a fan-out must be an array, got '
    & ($states.input.items = null ? 'nothing' : 'a value of type ' & $type($states.input.items))
    & '. Start the execution with {"items": [...]}, or write the expression in brackets: '
    & 'a JSONata path that finds one value returns the value and no array.'
""")

NOT_READ: Final = jsonata("$type($states.input.items) = 'object' and $exists($states.input.items.itemsTooLong)")


def not_read_cause(most_bytes: int) -> str:
    """What to do with a list that is too long."""
    return jsonata(f"""
        'The items take ' & $states.input.items.itemsTooLong & ' bytes of JSON, this fan-out takes up to '
        & '{most_bytes:,} of the {STEP_FUNCTIONS_PAYLOAD_BYTES:,} that Step Functions hands from state to state. '
        & 'Put the list to S3 and read it with a DistributedFanOut, or put what is long about an item to S3.'
    """)


def read_items(items: str) -> str:
    """The user's expression, with null in the place of nothing, so that a guard can tell what is wrong."""
    return jsonata("( $items := <<items>>; $exists($items) ? $items : null )", items=inside(items))


def read_items_of_one_payload(items: str, most_bytes: int) -> str:
    """The same; in the place of a list that is too long for the states that follow, how long it is."""
    text = f"""(
        $items := <<items>>;
        $text := $string($items);
        $others := $replace($text, /[ -~]+/, '');
        $bytes := $length($text) - $length($others) + $length($encodeUrlComponent($others)) / 3;
        $exists($items) ? $bytes > {most_bytes} ? {{"itemsTooLong": $bytes}} : $items : null
    )"""
    return jsonata(text, items=inside(items))


def plan_for_array(bucket: str, *, keep_items: bool, can_rerun: bool = True) -> str:
    """What array jobs need; every job reads the whole list, inline or from S3.

    Args:
        bucket: for a list that is not inline.
        keep_items: whether an inline list is also handed on as it is.
        can_rerun: whether only some items may run. Default: true.
    """
    inline = '"environment": [$environment, {"Name": "ITEMS", "Value": $text}]'
    if keep_items:
        inline += ', "items": $items'
    return _plan(bucket, fits=ALL_FIT, inline=inline, can_rerun=can_rerun)


def plan_for_map(bucket: str) -> str:
    """What a Map needs; every iteration adds its own item, or where in the stored list to find it."""
    return _plan(bucket, fits=_EACH_FITS, inline='"environment": [$environment], "items": $items')


_ONCE: Final = "$items := $states.input.items;"
_RESULTS: Final = "$uri & '/results'"

_AGAIN: Final = f"""
    $all := $states.input.items;
    $again := {rerun_request()};
    $indexes := $again.indexes;
    $items := $exists($indexes) ? {CHOSEN_ITEMS} : $all;
"""
_AGAIN_RESULTS: Final = f"$results := $exists($again.resultsUri) ? $again.resultsUri : {_RESULTS};"
_AGAIN_PLANNED: Final = """
    $exists($indexes) ? {"indexes": $indexes, "succeededBefore": $count($all) - $count($items)} : {},
    $not($exists($indexes)) and """


def _plan(bucket: str, *, fits: str, inline: str, can_rerun: bool = True) -> str:
    read, planned = (_AGAIN, _AGAIN_PLANNED) if can_rerun else (_ONCE, "")
    assigned, results = (_AGAIN_RESULTS, "$results") if can_rerun else ("", _RESULTS)
    text = f"""(
        {read}
        $directory := '{PREFIX}' & $states.context.StateMachine.Name & '/' & $states.context.Execution.Name
            & '/' & $uuid();
        $uri := 's3://<<bucket>>/' & $directory;
        {assigned}
        {COST}
        $room := {ROOM} - $cost($string($states.input.environment));
        {fits}
        $environment := [$states.input.environment, {{"Name": "RESULTS_URI", "Value": {results}}}];
        $merge([
            {{"total": $count($items), "directory": $directory, "resultsUri": {results}}},
            {planned}$fits ? {{{inline}}} : {{
                "environment": [$environment, {{"Name": "ITEMS_URI", "Value": $uri & '/items.json'}}],
                "itemsUri": $uri & '/items.json',
                "itemsToStore": $items
            }}
        ])
    )"""
    return jsonata(text, bucket=bucket)


ITERATED: Final = jsonata("""
    $exists($states.input.indexes) ? $states.input.indexes
        : $exists($states.input.items) ? $states.input.items : [0..$states.input.total - 1]
""")
"""What a Map iterates over: the items, or only their indexes when the list is in S3."""

_INDEX: Final = """($exists($states.input.indexes)
    ? $states.context.Map.Item.Value : $states.context.Map.Item.Index)"""

ITERATION_INDEX: Final = jsonata(_INDEX)
"""The index of one iteration's item; its place in a list in S3 is the number of the iteration."""

ITERATED_ITEM: Final = jsonata("""
    $exists($states.input.indexes)
        ? $states.input.items[$states.context.Map.Item.Index] : $states.context.Map.Item.Value
""")
"""The item of one iteration, of a Map whose input has the items."""

ITERATION_ENVIRONMENT: Final = jsonata(
    f"""(
        {_LIST_OF_ONE}
        $item := $states.context.Map.Item;
        $place := $string($item.Index);
        [
            $states.input.environment,
            $exists($states.input.itemsUri)
                ? {{"Name": "ITEMS_OFFSET", "Value": $place}}
                : {{"Name": "ITEMS", "Value": $listOfOne($item.Value)}},
            {{"Name": "ITEM_INDEX", "Value": $string({_INDEX})}}
        ]
    )"""
)
"""The environment of one iteration's job."""
