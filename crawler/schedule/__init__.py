"""Crawls that begin by themselves: what is due when, one process a crawl, what came of it, who is told."""
