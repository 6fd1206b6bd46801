"""What we do for a person: one module per service, blind to channels."""
