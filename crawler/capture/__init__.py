"""Wire-exact capture: what Scrapy sends and receives, byte for byte, on its way into the archive."""
