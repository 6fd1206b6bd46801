"""The small HTTP server in front of the model."""
