"""La Chan's Vietnamese language understanding: a Rasa project with its own environment."""
