"""What became of a plan of faults, for a person at a terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from constructs_lib.local.faults.kinds.forms import to_text
from constructs_lib.local.faults.plans.plan import FaultPlan
from constructs_lib.terminal import visible

PLACES_SHOWN = 5


def show_faults(console: Console, plan: FaultPlan) -> None:
    """Print how often each fault struck and where, and why others never did."""
    injected, unmet = plan.injected, plan.unmet()
    table = Table("fault", "struck", "where")
    table.columns[0].overflow = "fold"
    table.columns[1].justify = "right"
    for number, fault in enumerate(plan.faults, 1):
        places = [item.place for item in injected if item.number == number]
        more = [f"… and {len(places) - PLACES_SHOWN} more"] if len(places) > PLACES_SHOWN else []
        where = "\n".join([*places[:PLACES_SHOWN], *more])
        table.add_row(Text(visible(to_text(fault))), str(len(places)), Text(visible(where)))
    console.print(table)
    for line in unmet:
        console.print(Text(visible(line), "yellow"), soft_wrap=True)
