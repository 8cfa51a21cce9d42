"""Arguments of public constructors and functions against their annotations: one mechanism, at the call."""
