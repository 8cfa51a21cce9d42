"""State machines as pictures: `definitions` finds them in templates, `mermaid` draws them."""
