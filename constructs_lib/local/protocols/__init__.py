"""The protocols of AWS over HTTP: whose request it is, what it asks for, and how errors are told."""
