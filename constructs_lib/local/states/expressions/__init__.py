"""The expressions of a definition: JSONata, JSONPath, literals, and where each stands."""
