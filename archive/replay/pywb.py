"""pywb: rewrites captures on a server, and needs nothing of the browser."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Self
from urllib.parse import quote

from archive.collection import Collection
from archive.indexing import index_file
from archive.replay.child import ServerProcess, free_port
from archive.replay.loopback import LOOPBACK
from archive.replay.program import Program, run

VERSION = "2.10.0"
LOCK = Path(__file__).with_name("pywb.txt")


class PywbProgram(Program):
    """pywb in a virtual environment: it pins brotlipy, whose module takes the place of the brotli that Scrapy needs."""

    name = f"pywb {VERSION}"
    licence = "GPL-3; it runs as a process of its own, and nothing of it is part of this program"

    source = f"PyPI, by pip with its own settings: exact versions, those of {LOCK.name}"
    contents = "a virtual environment, about 100 MB"

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.folder / "bin" / "python"

    @property
    def wayback(self) -> Path:
        """The server."""
        return self.folder / "bin" / "wayback"

    def _folder_name(self) -> str:
        # An environment belongs to the Python that made it.
        python = f"py{sys.version_info.major}.{sys.version_info.minor}"
        return f"pywb-{VERSION}-{python}-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:8]}"

    def _is_sound(self) -> bool:
        return self.python.exists() and self.wayback.exists()  # a link to a Python that is gone does not exist

    def _fetch(self) -> None:
        run([sys.executable, "-m", "venv", self.folder], f"making {self.folder}")
        pip: list[str | Path] = [
            self.python,
            "-I",
            "-m",
            "pip",
            "--disable-pip-version-check",
            "--no-input",
            "install",
            "--quiet",
        ]
        run([*pip, "--no-deps", "--requirement", LOCK], f"installing {self.name}")


class Pywb:
    """pywb's server over a collection as it lies; what it needs to write is in a temporary folder."""

    def __init__(self, program: PywbProgram, collection: Collection, *, name: str, home: str) -> None:
        """Serve the collection under that name; pywb's logo leads to `home`."""
        self._program = program
        self._collection = collection
        # pywb takes a collection's name for a part of a path, and of patterns.
        self._name = re.sub(r"[^A-Za-z0-9-]+", "-", name).strip("-") or "collection"
        self._home = home
        self._port = free_port()
        self._left = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as entered:
            # Leaving ignores what cannot be removed: the folder is the system's to clear.
            folder = Path(entered.enter_context(tempfile.TemporaryDirectory(prefix="briefs-replay-")))
            self._lay_out(folder)
            command = [str(self._program.python), "-I", str(self._program.wayback)]
            command += ["-b", LOOPBACK, "-p", str(self._port), "-d", str(folder)]
            log = folder / "wayback.log"
            server = ServerProcess(self._program.name, command, port=self._port, log=log)
            self._server = entered.enter_context(server)
            self._left = entered.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._left.close()

    def address_of(self, url: str, timestamp: str) -> str:
        """Return where pywb shows the capture, in a frame below its bar."""
        return f"http://{LOOPBACK}:{self._port}/{self._name}/{timestamp}/{quote(url, safe=_IN_URLS)}"

    def check(self) -> None:
        """Raise ReplayError when the server has ended."""
        self._server.check()

    def _lay_out(self, folder: Path) -> None:
        """Write the settings; links, because pywb takes braces and stars in a path for patterns."""
        for place in (self._collection.archive, index_file(self._collection).parent):
            (folder / place.name).symlink_to(place.resolve(), target_is_directory=True)
        settings = {
            "collections": {self._name: {"index_paths": "./indexes/index.cdxj", "archive_paths": "./archive/"}},
            "enable_auto_colls": False,
            "csp-header": _POLICY,
            "ui": {"logo_home_url": self._home},
        }
        # YAML 1.2 takes every JSON text for what it is.
        (folder / "config.yaml").write_text(json.dumps(settings), encoding="utf-8")


_IN_URLS = "%:/?&=+,;@!$'()*~-._[]"
_POLICY = "default-src 'unsafe-eval' 'unsafe-inline' 'self' data: blob:; form-action 'self'"
"""pywb's own, but for `ws:` and `wss:`: what an archived script asks of the living web stays unasked."""
