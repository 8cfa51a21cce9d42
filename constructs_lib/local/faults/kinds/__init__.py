"""Every kind of fault: its options, and the forms in which it is written."""
