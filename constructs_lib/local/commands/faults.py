"""``constructs-lib local faults``: what `--fault` can do."""

import click

from constructs_lib.local.faults.kinds.explanation import explanation

_INTRODUCTION = """\
A fault is written KIND, or KIND:OPTION=VALUE,OPTION=VALUE. Several values of index are 1+3 or 4-7; * means all; a
backslash takes a comma literally. `--fault @plan.json` takes the faults of a file:

  {"seed": 7, "faults": [{"kind": "reclaim", "index": 3}, {"kind": "throttle", "times": 5}]}

An attempt or a call is struck by the first fault that selects it. What has a probability hits the same jobs whenever
the seed is the same.
"""


@click.command(short_help="Explain every fault that --fault can inject.")
def faults() -> None:
    """Explain every fault that `--fault` can inject, with its options.

    \b
    Examples:
      constructs-lib local run MyStack --items items.json --fault reclaim:index=3,force=true
      constructs-lib local run MyStack --items items.json --fault exit-code:code=7,probability=0.1 --fault-seed 7
      constructs-lib local run MyStack --items items.json --fault throttle:times=3,error=Batch.AWSBatchException
      constructs-lib local run MyStack --items items.json --fault @plan.json
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    click.echo(f"{_INTRODUCTION}\n{explanation()}")
