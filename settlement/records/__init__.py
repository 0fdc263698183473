"""Statements as documents of record: how far each has come, what an adjustment note says, and what caused it."""
