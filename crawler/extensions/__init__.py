"""Extensions: what happens beside the crawl."""
