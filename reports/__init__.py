"""What we keep: reports, suspects' indicators, officers and the audit of their looks."""
