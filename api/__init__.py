"""How people and programs reach the product: the command line, its services, and the shapes of results."""
