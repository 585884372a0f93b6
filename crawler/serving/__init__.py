"""Collections as web pages and as JSON, for people who read: nothing is written to but the search index."""
