"""The fields of a Distributed Map: their grammar, and what AWS refuses in them."""
