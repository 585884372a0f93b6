"""`briefs serve` over HTTP: pages and JSON, evidence, captures, who may read, and what cannot be had."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jsonschema
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate

from archive.collection import Collection, WriteLock
from tests.crawler.cli.conftest import briefs
from tests.crawler.serving.conftest import (
    EDITED,
    HOSTILE,
    REMOVED,
    Answer,
    Served,
    append,
    made_line,
    serving,
    written,
)

TOKEN = "a-token-for-tests-only"
BRIEFS = "/c/harbour/briefs"
API = "/api/collections/harbour"


def url_of(slug: str) -> str:
    return f"https://harbour.example/news/brief/{slug}/"


def line_of(root: Path, slug: str, change: str) -> dict[str, Any]:
    lines = [orjson.loads(line) for line in (root / "briefs.jsonl").read_bytes().splitlines()]
    return next(line for line in lines if line["url"] == url_of(slug) and line["change"] == change)


def marked(html: str) -> list[str]:
    return re.findall(r"<mark[^>]*>(.*?)</mark>", html, re.DOTALL)


# --- pages ------------------------------------------------------------------------------------------------------------


def test_one_collection_begins_at_its_own_page_with_its_runs(served: Served) -> None:
    assert served.get("/").headers["location"] == "/c/harbour/"
    page = served.get("/c/harbour/").text
    assert "The Harbour Ledger" in page
    assert page.count('<tr><th scope="row">') == 2
    assert '<dd><a href="/c/harbour/briefs">27</a></dd>' in page


def test_a_run_shows_what_it_changed_and_its_own_page_can_do_nothing(served: Served) -> None:
    newest = served.get(f"{API}/runs").json["runs"][0]["run"]
    page = served.get(f"/c/harbour/runs/{newest}").text
    assert "Changed (1)" in page
    assert "Gone from the site (1)" in page
    assert "<ins>" in page
    report = served.get(f"/c/harbour/runs/{newest}/report.html")
    assert report.status == 200
    assert "sandbox" in report.headers["content-security-policy"]
    assert "default-src 'none'" in report.headers["content-security-policy"]


def test_the_list_searches_without_accents_and_narrows(served: Served) -> None:
    page = served.get(f"{BRIEFS}?q=platanos+cocaina&language=es-ES").text
    assert "1 brief<" in page
    assert "Plátanos" in marked(page) or "plátanos" in marked(page)
    assert served.get(f"{BRIEFS}?page=2&per_page=10").text.count("<li><h3>") == 10


def test_a_parameter_that_cannot_be_used_is_said_and_the_others_are_kept(served: Served) -> None:
    answer = served.get(f"{BRIEFS}?q=fuel&since=yesterday")
    assert answer.status == 400
    assert "since is &#39;yesterday&#39;, expected a day, month or year such as 2014-03-25 or 2014." in answer.text
    assert 'name="q" value="fuel"' in answer.text


def test_a_brief_shows_its_versions_and_their_word_difference(served: Served, crawled: Path) -> None:
    work = line_of(crawled, EDITED, "substantive")["id"]
    page = served.get(f"{BRIEFS}/{work}").text
    assert "2 versions" in page
    assert "<ins>The port has confirmed the figures.</ins>" in page or "<ins>" in page
    older = served.get(f"{BRIEFS}/{work}?version=1").text
    assert "This is version 1 of 2." in older
    assert "The port has since confirmed the figures." not in older
    assert served.get(f"{BRIEFS}/{work}?version=3").status == 404


def test_a_work_that_is_gone_says_so_and_keeps_what_it_was(served: Served, crawled: Path) -> None:
    work = line_of(crawled, REMOVED, "gone")["id"]
    page = served.get(f"{BRIEFS}/{work}").text
    assert "The site answers HTTP 410 at its address." in page
    assert "Nothing was read for this version." in page
    assert "Copper" in served.get(f"{BRIEFS}/{work}?version=1").text


def test_an_address_or_the_beginning_of_an_id_leads_to_the_brief(served: Served, crawled: Path) -> None:
    work = line_of(crawled, EDITED, "new")["id"]
    for path in (f"{BRIEFS}/{work[:7]}", f"{BRIEFS}?q={url_of(EDITED)}", f"{BRIEFS}?q={url_of(EDITED)}?utm_source=x"):
        assert served.get(path).headers.get("location") == f"{BRIEFS}/{work}", path
    assert served.get(f"{API}/address?url={url_of(EDITED)}").json["id"] == work
    assert served.get(f"{API}/address?url=x").status == 400


def test_links_of_the_graph_lead_to_briefs_both_ways(served: Served, crawled: Path) -> None:
    work = line_of(crawled, EDITED, "new")["id"]
    links = served.get(f"{API}/briefs/{work}/links").json
    assert links["links_to"]
    assert {link["place"] for link in links["links_from"]} >= {"related"}
    there = next(link["work"] for link in links["links_from"] if link["work"] and link["place"] == "related")
    back = served.get(f"{API}/briefs/{there}/links").json["links_to"]
    assert work in [link["work"] for link in back]
    assert f'href="{BRIEFS}/{there}"' in served.get(f"{BRIEFS}/{work}").text


# --- evidence ---------------------------------------------------------------------------------------------------------


def test_a_date_is_marked_where_its_rule_read_it_in_the_captured_page(served: Served, crawled: Path) -> None:
    line = line_of(crawled, EDITED, "new")
    page = served.get(f"{BRIEFS}/{line['id']}/evidence/published?version=1").text
    assert f"<code>{line['evidence']['published']['rule'].replace('&', '&amp;')}</code>" in page
    (place,) = re.findall(r'<(mark|span class="holder") id="place-1">(.*?)</', page)
    assert place == ("mark", line["evidence"]["published"]["raw"])
    assert page.count('<tr id="L') > 50


def test_the_place_is_where_the_json_says_in_the_bytes_of_the_capture(served: Served, crawled: Path) -> None:
    for line in map(orjson.loads, (crawled / "briefs.jsonl").read_bytes().splitlines()):
        if not line["evidence"]:
            continue
        told = served.get(f"{API}/briefs/{line['id']}/evidence?version={line['version']}").json
        capture = line["capture"]
        body = served.get(f"/c/harbour/captures/{capture['warc']}/{capture['offset']}/body").text
        for name, entry in told["evidence"].items():
            assert entry["places"] or entry["sentence"], (line["url"], name)
            assert entry["today"] is None
        (place,) = told["evidence"]["published"]["places"]
        value = body[place["value"]["start"] : place["value"]["end"]]
        assert " ".join(re.sub(r"<[^>]*>", "", value).split()) == line["evidence"]["published"]["raw"]
        assert place["line"] == body.count("\n", 0, place["value"]["start"]) + 1


def test_what_todays_rules_read_otherwise_is_said(crawled: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(crawled, tmp_path / "harbour"))
    path = root / "briefs.jsonl"
    line = line_of(root, EDITED, "new")
    raw = line["evidence"]["title"]["raw"].encode()
    path.write_bytes(path.read_bytes().replace(b'"raw":"' + raw, b'"raw":"' + b"X" * len(raw)))
    with serving(root) as running:
        page = running.get(f"{BRIEFS}/{line['id']}?version=1").text
    assert "The rule was run again on the captured page, and what it read then was not found there." in page
    assert "Today&#39;s rules read" in page


def test_a_capture_that_cannot_be_read_leaves_the_brief_and_its_rules(tmp_path: Path) -> None:
    entry = {"title": {"rule": "css h1", "raw": "Title a"}}
    with serving(written(tmp_path / "c", made_line("a", evidence=entry)).root) as running:
        page = running.get("/c/c/briefs/a")
        source = running.get("/c/c/briefs/a/source")
    assert page.status == 200
    assert "the capture cannot be read" in page.text
    assert "css h1" in page.text
    assert (source.status, "the capture cannot be read" in source.text) == (503, True)


def test_a_text_from_the_network_is_text_and_nothing_else(tmp_path: Path) -> None:
    line = made_line(
        "a",
        **dict.fromkeys(("title", "byline", "text"), HOSTILE),
        tags=[HOSTILE],
        url="javascript:alert(1)",
        body=[{"type": "paragraph", "text": HOSTILE}],
        related=[{"url": "data:x,y", "title": HOSTILE}],
    )
    with serving(written(tmp_path / "c", line).root) as running:
        pages = [running.get(f"/c/c/briefs{path}").text for path in ("", "?q=sons", "/a", "?tag=%3Cscript%3E")]
    for page in pages:
        assert "<script" not in page
        assert "<img" not in page
        assert not re.search(r'href="(?:javascript|data):(?!,")', page)


# --- captures ---------------------------------------------------------------------------------------------------------


def test_a_capture_is_handed_out_as_text_whatever_it_is(served: Served, crawled: Path) -> None:
    work = line_of(crawled, EDITED, "new")["id"]
    first = served.get(f"{API}/briefs/{work}/captures").json["captures"][0]
    for what, begin in (("headers", b"HTTP/1.1 200"), ("raw", b"HTTP/1.1 200"), ("body", b"<!doctype html")):
        answer = served.get(first["files"] + what)
        assert answer.body.startswith(begin)
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "sandbox"


@pytest.mark.parametrize(
    "path",
    ["..%2Fledger.sqlite/0/raw", "x.warc.gz/0/raw", "{warc}/1/raw", "{warc}/99999999/raw", "{warc}/0/all"],
)
def test_nothing_but_a_capture_is_handed_out(path: str, served: Served, crawled: Path) -> None:
    warc = line_of(crawled, EDITED, "new")["capture"]["warc"]
    assert served.get(f"/c/harbour/captures/{path.format(warc=warc)}").status == 404


def test_without_an_engine_the_page_says_how_to_replay(crawled: Path, tmp_path: Path) -> None:
    with serving(crawled, XDG_CACHE_HOME=str(tmp_path)) as running:
        work = line_of(crawled, EDITED, "new")["id"]
        page = running.get(f"{BRIEFS}/{work}/captures").text
        assert f"<code>briefs replay {crawled}</code>" in page
        assert "/replay?" not in page
        capture = running.get(f"{API}/briefs/{work}/captures").json["captures"][0]
        refused = running.get(f"/c/harbour/replay?url={capture['url']}&timestamp={capture['timestamp']}")
        assert (refused.status, "briefs replay" in refused.text) == (503, True)
    assert served_nothing(tmp_path)


def served_nothing(cache: Path) -> bool:
    """Return whether no engine was fetched."""
    return list(cache.rglob("pywb-*")) == []


# --- JSON -------------------------------------------------------------------------------------------------------------


def resolved(description: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "components": description["components"]}


def test_the_api_is_what_its_description_says(served: Served, crawled: Path) -> None:
    description = served.get("/api/openapi.json").json
    validate(description)
    run = served.get(f"{API}/runs").json["runs"][0]["run"]
    brief = line_of(crawled, EDITED, "new")["id"]
    for path, item in description["paths"].items():
        query = f"?url={url_of(EDITED)}" if path.endswith("/address") else ""
        answer = served.get(path.format(collection="harbour", run=run, brief=brief) + query)
        assert answer.status == 200, path
        schema = item["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        jsonschema.Draft202012Validator(resolved(description, schema)).validate(answer.json)
    found = served.get(f"{API}/briefs?q=fuel&tag=Fuel+Smuggling&per_page=1").json
    schema = description["paths"]["/api/collections/{collection}/briefs"]["get"]["responses"]["200"]
    jsonschema.Draft202012Validator(resolved(description, schema["content"]["application/json"]["schema"])).validate(
        found
    )


def test_every_page_of_the_api_leads_to_the_next(served: Served) -> None:
    first = served.get(f"{API}/runs?per_page=1").json
    second = served.get(first["next"]).json
    assert (first["count"], len(first["runs"]), len(second["runs"]), second["next"]) == (2, 1, 1, None)
    assert first["runs"][0]["run"] > second["runs"][0]["run"]
    seen, path = [], f"{API}/briefs?per_page=10&sort=title"
    while path:
        page = served.get(path).json
        seen += [work["id"] for work in page["briefs"]]
        path = page["next"]
    assert len(seen) == len(set(seen)) == page["count"] == 27


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        (f"{API}/briefs?page=none", 400, "page is 'none', expected a whole number from 1 to 100000."),
        ("/api/collections/other", 404, "collection is 'other', expected one of: harbour."),
        (f"{API}/briefs/none", 404, "brief is 'none', expected the id or an address of one in harbour."),
        (f"{API}/runs/none", 404, "run is 'none', expected one of the runs of harbour."),
        ("/api/none", 404, "There is nothing at this address."),
    ],
)
def test_a_program_gets_a_problem_in_one_sentence(path: str, status: int, sentence: str, served: Served) -> None:
    answer = served.get(path)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status, answer.json["status"], answer.json["detail"]) == (status, status, sentence)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.sampled_from(("q", "since", "page", "sort", "tag", "language", "x")), st.text(max_size=12)))
def test_no_query_is_a_mistake_of_the_program(served: Served, parameters: dict[str, str]) -> None:
    query = urlencode({name: value.encode("utf-8", "replace") for name, value in parameters.items()})
    page, answer = served.get(f"{BRIEFS}?{query}"), served.get(f"{API}/briefs?{query}")
    assert page.status == answer.status
    assert answer.status in (200, 400)


# --- who may read -----------------------------------------------------------------------------------------------------


def test_another_name_for_loopback_is_not_answered(served: Served) -> None:
    for host in ("evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1.evil.example", ""):
        assert served.get("/", Host=host).status == 421, host
    assert served.get("/", Host=served.address.split("/")[2].replace("127.0.0.1", "LOCALHOST")).status == 303


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_no_method_changes_anything(method: str, served: Served) -> None:
    answer = served.get(BRIEFS, method)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


def test_every_answer_forbids_scripts_frames_and_other_hosts(served: Served) -> None:
    for path in ("/c/harbour/", BRIEFS, "/nothing", "/style.css", "/static/live.js", "/api/collections"):
        headers = served.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers


def test_head_has_the_headers_alone(served: Served) -> None:
    answer = served.get(BRIEFS, "HEAD")
    assert (answer.status, answer.body) == (200, b"")


def test_elsewhere_a_token_is_printed_and_asked_for(crawled: Path) -> None:
    with serving(crawled, "--host", "0.0.0.0") as running:
        token = running.address.partition("?token=")[2]
        assert len(token) >= 32
        assert refused(running.get("/c/harbour/"))
        assert refused(running.get(f"/c/harbour/?token={token[:-1]}"))
        assert refused(running.get("/api/collections", Authorization=f"Bearer {token}x"))
        assert refused(
            running.get("/style.css", Cookie=f"briefs-{running.address.split(':')[2].split('/')[0]}={token}")
        )
        assert running.get("/api/collections", Authorization=f"Bearer {token}").status == 200
        admitted = running.get(f"{BRIEFS}?q=a&token={token}&page=1")
        assert (admitted.status, admitted.headers["location"]) == (303, f"{BRIEFS}?q=a&page=1")
        cookie = admitted.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert token not in cookie
        assert running.get(BRIEFS, Cookie=cookie.partition(";")[0]).status == 200
        assert running.get(f"//evil.example/%2e%2e?token={token}").headers["location"].startswith("/evil.example")


def refused(answer: Answer) -> bool:
    return answer.status == 401 and answer.headers["www-authenticate"].startswith("Bearer")


def test_a_token_of_the_environment_holds_on_loopback_too(crawled: Path) -> None:
    with serving(crawled, BRIEFS_TOKEN=TOKEN) as running:
        assert running.address.endswith(f"?token={TOKEN}")
        assert refused(running.get("/c/harbour/"))
        assert running.get("/c/harbour/", Authorization=f"Bearer {TOKEN}").status == 200


# --- what cannot be had -----------------------------------------------------------------------------------------------


def test_what_cannot_be_served_is_said_in_a_sentence(crawled: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        cases: tuple[tuple[tuple[object, ...], dict[str, str], str], ...] = (
            ((tmp_path / "none",), {}, f"{tmp_path / 'none'}: no collection here: collection.toml is missing"),
            ((crawled, crawled), {}, "is given twice, expected once"),
            ((crawled, "--port", port), {}, f"port {port} of 127.0.0.1 cannot be used: Address already in use"),
            ((crawled, "--host", "192.0.2.1"), {}, "port 0 of 192.0.2.1 cannot be used:"),
            ((crawled,), {"BRIEFS_TOKEN": "short"}, "BRIEFS_TOKEN is not fit, expected at least 16 letters of ASCII"),
            (("",), {}, "collection is '', expected the path of a folder"),
        )
        for arguments, environment, sentence in cases:
            ended = briefs("serve", *arguments, cwd=None, **environment)
            assert ended.returncode == 2, ended.stderr
            assert sentence in ended.stderr
            assert ended.stderr.count("\n") == 1
            assert ended.stdout == ""


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_quietly(signum: int, code: int, crawled: Path) -> None:
    with serving(crawled) as running:
        running.get("/c/harbour/")
        running.process.send_signal(signum)
        assert running.process.wait(30) == code
        assert running.process.stderr is not None
        assert running.process.stderr.read() == "Ctrl-C ends it.\n"


def test_two_collections_of_one_name_are_told_apart(tmp_path: Path) -> None:
    roots = [written(tmp_path / part / "c", made_line(part)).root for part in ("a", "b")]
    with serving(*roots) as running:
        assert [one["name"] for one in running.get("/api/collections").json["collections"]] == ["c", "c-2"]
        assert "2 collections" in running.get("/").text
        assert "Title b" in running.get("/c/c-2/briefs").text


def test_a_collection_whose_folder_is_taken_away_is_not_shown_as_an_empty_one(tmp_path: Path) -> None:
    roots = [written(tmp_path / part, made_line(part)).root for part in ("a", "b")]
    with serving(*roots) as running:
        assert running.get("/c/b/briefs").status == 200
        roots[1].rename(tmp_path / "away")
        assert "<strong>b</strong>: its folder is not there now." in running.get("/").text
        assert [one["name"] for one in running.get("/api/collections").json["collections"]] == ["a"]
        for path in ("/c/b/", "/c/b/briefs", "/c/b/live", "/api/collections/b", "/api/collections/b/briefs"):
            answer = running.get(path)
            assert (answer.status, "no collection here: collection.toml is missing" in answer.text) == (503, True), path
        (tmp_path / "away").rename(roots[1])
        assert running.get("/c/b/briefs").status == 200


def test_lines_that_come_while_it_serves_are_shown_and_a_crawl_may_hold_the_lock(tmp_path: Path) -> None:
    places = written(tmp_path / "c", made_line("a"))
    lock = WriteLock(places)
    with serving(places.root) as running:
        assert running.get("/api/collections/c/progress").json["is_running"] is True
        assert "A process is writing to this collection." in running.get("/c/c/").text
        append(places, made_line("b"))
        assert running.get("/api/collections/c").json["briefs"] == 2
        lock.release()
        events = running.get("/c/c/live/events")
    assert events.headers["content-type"].startswith("text/event-stream")
    assert b"event: ended" in events.body


def test_a_takedown_takes_the_text_out_of_pages_and_search_while_it_serves(crawled: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(crawled, tmp_path / "harbour"))
    places = Collection(root)
    line = line_of(root, EDITED, "new")
    sentence = line["body"][1]["text"]
    with serving(root) as running:
        assert sentence.encode() in places.search.read_bytes().replace(b"\n", b"")
        ended = briefs("takedown", root, line["id"], "--reason", "asked", "--yes")
        assert ended.returncode == 0, ended.stderr
        assert not list(root.glob("search.sqlite*"))
        page = running.get(f"{BRIEFS}/{line['id']}").text
        assert "<h1>Taken down</h1>" in page
        assert line["title"] not in page
        assert running.get(f"{API}/briefs?q={EDITED.split('-')[0]}").json["count"] == 0
        assert places.search.exists()
        assert sentence.encode() not in places.search.read_bytes()
        assert running.get(f"{BRIEFS}/{line['id']}?version=1").status == 404
    assert briefs("verify", root).returncode == 0


def test_the_index_is_no_part_of_a_package_and_no_matter_for_verify(
    crawled: Path, served: Served, tmp_path: Path
) -> None:
    assert served.get(BRIEFS).status == 200
    assert Collection(crawled).search.exists()
    assert briefs("verify", crawled).returncode == 0
    packed = tmp_path / "p.wacz"
    assert briefs("pack", crawled, "-o", packed).returncode == 0
    assert b"search.sqlite" not in packed.read_bytes()


def test_a_report_or_a_line_cannot_name_a_file_elsewhere(crawled: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(crawled, tmp_path / "harbour"))
    (tmp_path / "report.html").write_text("secret")
    path = sorted(root.glob("runs/*/report.json"))[0]
    run = path.parent.name
    path.write_bytes(path.read_bytes().replace(run.encode(), b"../.."))
    (path.parent / "report.html").unlink()
    append(Collection(root), made_line("z"))
    entry = {"title": {"rule": "css h1", "raw": "x"}}
    capture = {**made_line("z")["capture"], "warc": "../../archive/x.warc.gz"}
    hostile = written(tmp_path / "c", made_line("a", evidence=entry, capture=capture)).root
    with serving(root, hostile) as running:
        assert running.get(f"/c/harbour/runs/{run}").status == 200
        for name in (run, "..%2F..", "%2e%2e/%2e%2e"):
            assert running.get(f"/c/harbour/runs/{name}/report.html").status == 404, name
        assert "expected the name of a file" in running.get("/c/c/briefs/a").text


def test_while_a_takedown_replaces_files_nothing_is_read(crawled: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(crawled, tmp_path / "harbour"))
    with serving(root) as running:
        with closing(sqlite3.connect(root / "ledger.sqlite")) as ledger, ledger:
            ledger.execute("INSERT INTO replacing (name, beside) VALUES ('briefs.jsonl', '')")
        answer = running.get(BRIEFS)
    assert answer.status == 503
    assert "a takedown is under way, or was killed: any command that writes ends it" in answer.text
