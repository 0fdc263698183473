"""What must last: the evidence lake, and later the relational store."""
