"""How parties did over several months."""
