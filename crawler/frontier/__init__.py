"""The frontier: every address that was seen, and the one state it is in."""
