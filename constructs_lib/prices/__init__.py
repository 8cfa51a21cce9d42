"""What AWS charges: a price list with its dates and sources, for plans and for bills of executions."""
