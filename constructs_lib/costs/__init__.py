"""What jobs cost: tags, budgets, a share of Spot."""
