"""WordPress' own list of posts: `wp-json/wp/v2/posts`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import orjson

from crawler.discovery.addresses import resolved
from crawler.discovery.moments import latest_moment
from crawler.discovery.named import Named

END = 400
"""What a page behind the last one is answered with (`rest_post_invalid_page_number`)."""
_PAGE = re.compile(r"([?&]page=)(\d+)")


def read_posts(body: bytes, url: str) -> Iterator[Named]:
    """Yield the posts of one page; raise ValueError, with what was found, when it is no list of posts."""
    try:
        posts = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ValueError("no JSON") from error
    if not isinstance(posts, list):
        raise ValueError(f"no list of posts but {_found(posts)}")
    for post in posts:
        address = resolved(url, _text(post, "link")) if isinstance(post, dict) else None
        if address is not None:
            yield Named(address=address, changed=_changed(post))


def page_of(url: str) -> int:
    """Return which page of the list an address asks for."""
    found = _PAGE.search(url)
    return int(found[2][:6]) if found else 1


def following(url: str, total: str | None) -> str | None:
    """Return the address of the next page; None behind the last one, which X-WP-TotalPages names."""
    page = page_of(url)
    if total is not None and total.strip().isdigit() and page >= int(total.strip()[:9]):
        return None
    if _PAGE.search(url):
        return _PAGE.sub(rf"\g<1>{page + 1}", url, count=1)
    return f"{url}{'&' if '?' in url else '?'}page=2"


def _changed(post: dict[str, Any]) -> float | None:
    # `…_gmt` is in UTC and has no zone; the others are the site's clocks, whichever these are.
    exact = [f"{text}Z" for name in ("modified_gmt", "date_gmt") if (text := _text(post, name))]
    local = [text for name in ("modified", "date") if (text := _text(post, name))]
    moments = [latest_moment(text) for text in exact or local]
    return max((moment for moment in moments if moment is not None), default=None)


def _text(post: dict[str, Any], name: str) -> str:
    value = post.get(name)
    return value if isinstance(value, str) else ""


def _found(posts: object) -> str:
    return f"{posts['code']}" if isinstance(posts, dict) and isinstance(posts.get("code"), str) else "something else"
