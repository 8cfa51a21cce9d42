"""The stacks of each account and region, and what their templates get from outside of them."""
