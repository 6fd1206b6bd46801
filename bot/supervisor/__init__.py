"""`lachan run`: everything on one machine, started in order and kept alive."""
