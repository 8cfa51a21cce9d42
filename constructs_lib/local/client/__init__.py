"""How commands see a running instance: by the public AWS APIs over its endpoint, and by nothing else of ours."""
