"""A collection in a browser: its briefs as a list, each capture opened in an engine that is a program of its own."""
