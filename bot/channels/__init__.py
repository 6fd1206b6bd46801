"""One module a channel; each verifies, parses, and hands over to the inbox."""
