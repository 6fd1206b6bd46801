"""Measuring the model on messages of authors it has not read."""
