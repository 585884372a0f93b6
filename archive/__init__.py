"""The archive library: WARC files, digests and addresses. It knows nothing of Scrapy."""
