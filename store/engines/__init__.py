"""Engines bring partitions of the lake to the rules; `local` does it on this machine, in bounded memory."""
