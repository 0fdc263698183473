"""The GraphQL API: the same figures as the command line, for front ends and for several people at once."""
