"""Rule and lexicon entities on messy Vietnamese text."""
