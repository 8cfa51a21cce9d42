"""What a handler is: the contract with the engine, the bases that fulfil it, and what brings properties to APIs."""
