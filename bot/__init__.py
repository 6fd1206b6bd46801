"""How messages come in and go out: channels, inbox, conversation, outbox, command line."""
