"""The fold: works, versions, aliases."""

from __future__ import annotations

from dataclasses import replace

from archive.model import Capture
from crawler.extract.text import content_digest, simhash
from crawler.items import Block, Brief, Hop, Rejection
from crawler.sites import get_site
from crawler.works.fold import CapturedPage, Fold, work_id_of
from tests.crawler.works.memory_index import MemoryIndex

HOME = "https://insightcrime.org"
TEXT = "Customs officers found forty drums of fuel below the pier. Nobody was arrested. " * 5
OTHER = "The council voted to close the fish market after a fire that destroyed twelve stalls. " * 5
_offsets = iter(range(0, 10**9, 100))


def new_fold() -> Fold:
    site = get_site("insightcrime")
    return Fold(MemoryIndex(), site.scope.canonical, site.name)


def a_brief(url: str, title: str = "Fuel Below the Pier", text: str = TEXT, **fields: object) -> Brief:
    brief = Brief(
        url=url,
        captured_url=url,
        site="insightcrime",
        kind="brief",
        language="en",
        title=title,
        body=(Block(type="paragraph", text=text),),
        text=text,
        content_digest=content_digest(title, text),
        simhash=simhash(text),
    )
    return replace(brief, **fields)  # type: ignore[arg-type]


def page(
    url: str, reading: Brief | Rejection | None = None, location: str | None = None, status: int = 200
) -> CapturedPage:
    capture = Capture(
        warc="a.warc.gz",
        offset=next(_offsets),
        length=100,
        record_id=f"urn:uuid:{next(_offsets)}",
        timestamp="20261124000000",
        payload_digest="sha256:00",
        http_status=301 if location else status,
    )
    return CapturedPage(capture=capture, url=url, run="r", hop=Hop(seed=HOME), location=location, reading=reading)


def lines(fold: Fold, *pages: CapturedPage) -> list[Brief | Rejection]:
    return [line for captured in pages for line in fold.add(captured)]


def captured(brief: Brief) -> CapturedPage:
    return page(brief.captured_url, brief)


def test_a_first_capture_is_version_1_of_a_new_work() -> None:
    brief = a_brief(f"{HOME}/news/brief/fuel/")
    first = captured(brief)
    (line,) = lines(new_fold(), first)
    assert isinstance(line, Brief)
    assert (line.id, line.version, line.change) == (work_id_of("insightcrime", brief.url), 1, "new")
    assert line.capture == first.capture
    assert (line.run, line.seed, line.aliases) == ("r", HOME, ())


def test_a_redirect_to_a_page_is_an_alias_of_its_work() -> None:
    old, new = f"{HOME}/news-briefs/fuel", f"{HOME}/news/brief/fuel/"
    older = f"{HOME}/news/briefs/fuel"
    (line,) = lines(new_fold(), page(older, location=old), page(old, location=new), captured(a_brief(new)))
    assert isinstance(line, Brief)
    assert line.aliases == (old, older)


def test_a_redirect_that_comes_after_the_page_makes_no_line_and_is_known_later() -> None:
    fold = new_fold()
    old, new = f"{HOME}/news-briefs/fuel", f"{HOME}/news/brief/fuel/"
    assert len(lines(fold, captured(a_brief(new)), page(old, location=new))) == 1
    (edited,) = lines(fold, captured(a_brief(new, text=TEXT + "A man was charged later.")))
    assert isinstance(edited, Brief)
    assert edited.aliases == (old,)


def test_an_old_address_with_a_canonical_link_is_the_same_work_and_makes_no_line() -> None:
    old, new = f"{HOME}/news-briefs/fuel", f"{HOME}/news/brief/fuel/"
    first, second = lines(new_fold(), captured(a_brief(new)), page(old, a_brief(new, captured_url=old)))
    assert isinstance(first, Brief)
    assert isinstance(second, Rejection)
    assert second.reason == "duplicate"
    assert first.id in (second.detail or "")


def test_the_old_address_first_gives_the_line_the_canonical_one() -> None:
    old, new = f"{HOME}/news-briefs/fuel", f"{HOME}/news/brief/fuel/"
    first, second = lines(new_fold(), page(old, a_brief(new, captured_url=old)), captured(a_brief(new)))
    assert isinstance(first, Brief)
    assert (first.url, first.captured_url, first.aliases) == (new, old, (old,))
    assert isinstance(second, Rejection)


def test_typography_alone_makes_no_version() -> None:
    url = f"{HOME}/news/brief/fuel/"
    curly = a_brief(url, title="The Pier’s Fuel", text="“Nobody” was there — they said.  " + TEXT)
    straight = a_brief(url, title="The Pier's Fuel", text='"Nobody" was there -- they said. ' + TEXT)
    (first,) = lines(new_fold(), captured(curly), captured(straight))
    assert isinstance(first, Brief)


def test_one_word_makes_a_version_with_its_diff() -> None:
    url = f"{HOME}/news/brief/fuel/"
    _, second = lines(
        new_fold(), captured(a_brief(url)), captured(a_brief(url, text=TEXT.replace("forty", "fifty", 1)))
    )
    assert isinstance(second, Brief)
    assert (second.version, second.change) == (2, "substantive")
    assert second.diff is not None
    (change,) = second.diff
    assert change.field == "body"
    assert change.words is not None
    assert [run for run in change.words if run[0] != "="] == [("-", "forty"), ("+", "fifty")]
    assert "".join(words for mark, words in change.words if mark != "+") == TEXT


def test_equal_content_at_another_address_is_the_same_work() -> None:
    one, other = f"{HOME}/news/brief/fuel/", f"{HOME}/news/brief/fuel-2/"
    first, second = lines(new_fold(), captured(a_brief(one)), captured(a_brief(other)))
    assert isinstance(second, Rejection)
    assert second.url == one
    assert isinstance(first, Brief)


def test_a_translation_is_another_work_whatever_its_page_declares() -> None:
    english = a_brief(f"{HOME}/news/brief/fuel/")
    address = f"{HOME}/es/noticias/noticias-del-dia/combustible/"
    spanish = replace(a_brief(address, language="es"), url=english.url)
    first, second = lines(new_fold(), captured(english), page(spanish.captured_url, spanish))
    assert isinstance(first, Brief)
    assert isinstance(second, Brief)
    assert first.id != second.id
    assert second.url == spanish.captured_url
    assert second.same_as == ()


def test_a_canonical_link_to_an_unlike_article_is_not_believed() -> None:
    fold = new_fold()
    real, wrong = f"{HOME}/news/brief/fuel/", f"{HOME}/news/brief/fish-market/"
    other = a_brief(real, title="Fish Market to Close", text=OTHER, captured_url=wrong)
    first, second = lines(fold, captured(a_brief(real)), page(wrong, other))
    assert isinstance(first, Brief)
    assert isinstance(second, Brief)
    assert (second.url, second.version, second.same_as) == (wrong, 1, (first.id,))


def test_two_articles_on_one_topic_stay_two_works() -> None:
    one = a_brief(f"{HOME}/news/brief/fuel/")
    other = a_brief(f"{HOME}/news/brief/fuel-again/", title="Fuel Again", text=OTHER)
    assert all(isinstance(line, Brief) for line in lines(new_fold(), captured(one), captured(other)))


def test_a_page_without_a_reading_is_rejected_by_its_status() -> None:
    (line,) = lines(new_fold(), page(f"{HOME}/news/brief/fuel/", status=404))
    assert isinstance(line, Rejection)
    assert line.reason == "http 404"
    assert line.capture is not None


def test_redirects_in_a_circle_come_to_an_end() -> None:
    one, other = f"{HOME}/news/brief/one/", f"{HOME}/news/brief/other/"
    pages = (page(one, location=other), page(other, location=one), captured(a_brief(one)))
    (line,) = lines(new_fold(), *pages)
    assert isinstance(line, Brief)
    assert line.aliases == (other,)


def test_a_page_gone_is_one_tombstone_and_its_return_the_next_version() -> None:
    url = f"{HOME}/news/brief/fuel/"
    fold, brief = new_fold(), a_brief(f"{HOME}/news/brief/fuel/")
    made = lines(
        fold, captured(brief), page(url, status=410), page(url, status=404), captured(brief), page(url, status=304)
    )
    kinds = [(line.version, line.change) for line in made if isinstance(line, Brief)]
    assert kinds == [(1, "new"), (2, "gone"), (3, "substantive")]
    assert len(made) == 3
    assert isinstance(made[1], Brief)
    assert (made[1].id, made[1].text, made[1].body, made[1].diff) == (work_id_of("insightcrime", url), "", (), None)


def test_another_address_that_is_gone_buries_no_work_that_lives_at_its_own() -> None:
    old, new = f"{HOME}/news-briefs/fuel", f"{HOME}/news/brief/fuel/"
    fold = new_fold()
    lines(fold, captured(a_brief(new)), page(old, a_brief(new, captured_url=old)))
    (line,) = lines(fold, page(old, status=404))
    assert isinstance(line, Rejection)
    assert line.reason == "http 404"
    (grave,) = lines(fold, page(new, status=404))
    assert isinstance(grave, Brief)
    assert grave.change == "gone"


def test_a_work_known_only_by_its_old_address_is_gone_with_it() -> None:
    old, new = f"{HOME}/news-briefs/fuel", f"{HOME}/news/brief/fuel/"
    fold = new_fold()
    _, grave = lines(fold, page(old, a_brief(new, captured_url=old)), page(old, status=410))
    assert isinstance(grave, Brief)
    assert (grave.change, grave.url) == ("gone", new)


def test_a_work_whose_address_redirects_to_a_page_that_is_gone_is_gone() -> None:
    first, later = f"{HOME}/news/brief/fuel/", f"{HOME}/news/brief/fuel-2/"
    pages = [captured(a_brief(first)), page(first, location=later), captured(a_brief(later)), page(later, status=404)]
    assert [line.change for line in lines(new_fold(), *pages) if isinstance(line, Brief)] == ["new", "gone"]


def test_the_same_rejection_of_an_address_makes_one_line() -> None:
    url = f"{HOME}/news/brief/fuel/"
    statuses = (404, 404, 410, 410, 404)
    made = lines(new_fold(), *(page(url, status=status) for status in statuses), page(f"{url}x/", status=404))
    assert [line.reason for line in made if isinstance(line, Rejection)] == [
        "http 404",
        "http 410",
        "http 404",
        "http 404",
    ]
