"""Crawlers that gather texts for training models or for answering with them, by product token in small letters."""

AI_AGENTS = frozenset(
    {
        "ai2bot",
        "amazonbot",
        "anthropic-ai",
        "applebot-extended",
        "bytespider",
        "ccbot",
        "chatgpt-user",
        "claude-web",
        "claudebot",
        "cohere-ai",
        "diffbot",
        "facebookbot",
        "google-extended",
        "gptbot",
        "meta-externalagent",
        "oai-searchbot",
        "omgili",
        "omgilibot",
        "perplexitybot",
        "timpibot",
        "youbot",
    }
)
