"""The command line, ``privity``: a command a module, what it prints, and how it fails."""
