"""A period's result: what was promised, what was measured, who answers, and what it costs whom."""
