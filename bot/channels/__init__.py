"""Where messages come in and go out: one module per channel."""
