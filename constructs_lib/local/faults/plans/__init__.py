"""Which faults are to happen when, and what came of them."""
