"""Whether policies allow more than before: computed over what they allow, and not over their text."""
