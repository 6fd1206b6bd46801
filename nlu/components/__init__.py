"""Rasa pipeline components of La Chan."""
