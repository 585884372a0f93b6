"""The crawler: sites, extraction, capture and the command line."""

__version__ = "0.1.0"
