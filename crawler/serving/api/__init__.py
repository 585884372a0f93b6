"""The pages as JSON, for programs; described by OpenAPI."""

from crawler.serving.api.routes import API_ROUTES

__all__ = ["API_ROUTES"]
