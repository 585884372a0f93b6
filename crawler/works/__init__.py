"""Works: which captures are one article, which version of it each is, and the line that says so.

One sequential fold in the order of the captures decides; the crawl and a rebuild run the same one.
"""
