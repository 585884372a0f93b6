"""ReplayWeb.page: rewrites captures inside the browser; we serve it an index, and the WARC files as they lie."""

from __future__ import annotations

import hashlib
import shutil
import tarfile
import threading
from base64 import b64encode
from contextlib import ExitStack
from dataclasses import replace
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self
from urllib.parse import parse_qs, urlencode

from archive.cdxj import IndexedCapture
from archive.collection import Collection
from archive.errors import ReplayError
from archive.indexing import index_file
from archive.replay.answer import Answer
from archive.replay.captures import Captures
from archive.replay.loopback import LoopbackServer
from archive.replay.program import Program, run
from archive.timestamps import parse_warc_date, timestamp17

VERSION = "2.5.3"
_INTEGRITY = "sha512-nCj2PSON3BxeSJKE8AsYPyULv0XPZKJWfy4l9PyQre9SqwLZ+WKZVs/sfLqPOQ4GrH+0YkjbwOhr8cSTH08gsQ=="
"""The package's sum, as npm writes it."""
_FILES = ("ui.js", "sw.js", "LICENSE")
"""What is taken of the package: the two scripts are whole, its dependencies are those of building them."""


class ReplayWebProgram(Program):
    """Two scripts of ReplayWeb.page's npm package."""

    name = f"ReplayWeb.page {VERSION}"
    licence = "AGPL-3; it runs in the browser, and nothing of it is part of this program"
    source = f"npm's package replaywebpage {VERSION}, by `npm pack` with its own settings; no script of it is run"
    contents = f"{', '.join(_FILES)}, 2 MB"

    def script(self, name: str) -> Path:
        """Return where one of its scripts lies."""
        return self.folder / name

    def _folder_name(self) -> str:
        return f"replaywebpage-{VERSION}"

    def _is_sound(self) -> bool:
        return all((self.folder / name).is_file() for name in _FILES)

    def _fetch(self) -> None:
        npm = shutil.which("npm")
        if npm is None:
            raise ReplayError(f"{self.name} comes by npm, and npm is not installed; `--engine pywb` does without")
        package = f"replaywebpage@{VERSION}"
        run([npm, "pack", package, "--ignore-scripts", "--pack-destination", self.folder], f"fetching {self.name}")
        packed = self.folder / f"replaywebpage-{VERSION}.tgz"
        found = "sha512-" + b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
        if found != _INTEGRITY:
            raise ReplayError(f"{packed}: its sum is {found}, expected {_INTEGRITY}")
        self._unpack(packed)

    def _unpack(self, packed: Path) -> None:
        with tarfile.open(packed) as tar:
            for name in _FILES:
                content = tar.extractfile(f"package/{name}")
                assert content is not None, "the sum says that these are plain files"
                (self.folder / name).write_bytes(content.read())
        packed.unlink()


class ReplayWeb:
    """A server of ReplayWeb.page, of an index to the millisecond, and of the WARC files."""

    def __init__(
        self, program: ReplayWebProgram, collection: Collection, captures: Captures, *, name: str, home: str
    ) -> None:
        """Serve the collection under that name; a link above the captures leads to `home`."""
        self._collection = collection
        self._captures = captures
        self._writing = threading.Lock()
        self._name = name
        self._home = home
        self._server = LoopbackServer(0)
        self._left = ExitStack()

        def script(name: str) -> tuple[Path, str]:
            return program.script(name), "text/javascript"

        self._files = {
            "/viewer.css": (Path(__file__).with_name("viewer.css"), "text/css"),
            "/ui.js": script("ui.js"),
            "/replay/ui.js": script("ui.js"),  # the page that the service worker makes asks for it there
            "/replay/sw.js": script("sw.js"),
        }

    def __enter__(self) -> Self:
        with ExitStack() as entered:
            self._folder = Path(entered.enter_context(TemporaryDirectory(prefix="briefs-replay-")))
            entered.callback(self._server.server_close)
            thread = threading.Thread(target=self._server.serve, args=(self._answer,), name="replayweb", daemon=True)
            thread.start()
            entered.callback(thread.join)
            entered.callback(self._server.shutdown)
            self._left = entered.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._left.close()

    def address_of(self, url: str, timestamp: str) -> str:
        """Return where ReplayWeb.page shows the capture."""
        return f"{self._server.address}?{urlencode({'url': url, 'ts': timestamp})}"

    def check(self) -> None:
        """Return: it is this process that serves."""

    def _answer(self, path: str, query: str) -> Answer | None:
        if path == "/":
            return Answer.page(self._viewer(parse_qs(query)), _VIEWER_POLICY)
        if path == "/replay/":
            return Answer.page(_FRAME, _VIEWER_POLICY)
        if path in self._files:
            file, media_type = self._files[path]
            return Answer(body=file, media_type=media_type, policy=_SCRIPT_POLICY)
        return self._of_the_collection(path)

    def _of_the_collection(self, path: str) -> Answer | None:
        """Return the index or a WARC file: ReplayWeb.page looks for the files beside their index."""
        _, _, name = path.removeprefix("/collection/").partition("/")
        if name == "index.cdxj":
            return Answer(body=self._index(), media_type="text/plain; charset=utf-8")
        if name in {warc.name for warc in self._collection.warcs()}:
            return Answer(body=self._collection.archive / name, media_type="application/warc")
        return None

    def _index(self) -> Path:
        """Return an index of what the collection's own holds, to the millisecond: see `timestamp17`."""
        path = self._folder / f"{self._state()}.cdxj"
        with self._writing:
            if not path.exists():
                with path.open("w", encoding="ascii") as stream:
                    stream.writelines(f"{_to_the_millisecond(found).line}\n" for found in self._captures.replayed())
        return path

    def _state(self) -> str:
        """Return a name for the state that the collection's index is in."""
        stat = index_file(self._collection).stat()
        return f"{stat.st_mtime_ns:x}-{stat.st_size:x}"

    def _viewer(self, query: dict[str, list[str]]) -> str:
        url, timestamp = (query.get(name, [""])[0] for name in ("url", "ts"))
        # The browser keeps what it has read of an index under its address: another index, another address.
        token = self._state()
        return _VIEWER.format(
            name=escape(self._name),
            home=escape(self._home),
            url=escape(url),
            timestamp=escape(timestamp),
            source=f"/collection/{token}/index.cdxj",
            coll=f"briefs-{token}",
        )


def _to_the_millisecond(capture: IndexedCapture) -> IndexedCapture:
    return replace(capture, timestamp=timestamp17(parse_warc_date(capture.date)))


_VIEWER_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self' blob: data:; frame-src 'self'; worker-src 'self' blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_SCRIPT_POLICY = "default-src 'self'"
"""That of a service worker holds for what it fetches."""
_FRAME = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>The capture</title><script src="./ui.js"></script></head>
<body><replay-app-main></replay-app-main></body>
</html>
"""
"""What ReplayWeb.page's service worker answers for the frame. It may take over a frame that was loaded before it began,
and ReplayWeb.page does not load such a one again."""
_VIEWER = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{url} at {timestamp}: captures of {name}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/viewer.css">
<script src="/ui.js"></script>
</head>
<body>
<p><a href="{home}">All briefs of {name}</a></p>
<main>
<replay-web-page source="{source}" coll="{coll}" replayBase="/replay/" embed="default" url="{url}" ts="{timestamp}">
</replay-web-page>
</main>
</body>
</html>
"""
