"""Credits: one file a scheme, and the rules over all the credits of an agreement."""
