"""What a list costs by each strategy, and by the forms that are found in articles: the tables of docs/choosing.md."""
