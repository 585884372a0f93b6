"""The way into the replay: an engine is started when somebody first asks for a capture."""

from __future__ import annotations

import shlex
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from archive.errors import ReplayError
from archive.indexing import index_file
from archive.replay.places import cache_folder
from archive.replay.pywb import Pywb, PywbProgram
from crawler.serving.opened import OpenCollection


class Replaying:
    """The engines of all collections, each begun when it is first needed."""

    def __init__(self, home: str, *, is_loopback: bool) -> None:
        self._home = home
        self._is_loopback = is_loopback
        self._left = ExitStack()
        self._engines: dict[str, Pywb] = {}
        # A child ends with the thread that began it: this thread lives as long as we do, those of requests do not.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="replay")

    def obstacle(self, opened: OpenCollection) -> tuple[str, str] | None:
        """Return why no capture can be opened from here, and the command that shows them; None where one can."""
        command = f"briefs replay {shlex.quote(str(opened.places.root))}"
        if not self._is_loopback:
            return "Captures are replayed in a browser of the machine that the collection is on. There:", command
        if not index_file(opened.places).is_file():
            return "The index that a replay needs is made when a crawl ends, or by `briefs index`. Then:", command
        program = PywbProgram(cache_folder())
        if not program.is_ready:
            return f"{program.name} shows captures, and is not installed yet. This offers to install it:", command
        return None

    def address(self, opened: OpenCollection, url: str, timestamp: str) -> str:
        """Return where a browser sees a capture, the engine begun if need be; raise ReplayError."""
        obstacle = self.obstacle(opened)
        if obstacle:
            raise ReplayError(" ".join(obstacle))
        return self._thread.submit(self._engine, opened).result().address_of(url, timestamp)

    def close(self) -> None:
        """End the engines."""
        self._thread.submit(self._left.close).result()
        self._thread.shutdown()

    def _engine(self, opened: OpenCollection) -> Pywb:
        engine = self._engines.get(opened.name)
        if engine is not None:
            try:
                engine.check()
            except ReplayError:
                engine = None
        if engine is None:
            home = f"{self._home}c/{opened.name}/"
            engine = Pywb(PywbProgram(cache_folder()), opened.places, name=opened.name, home=home)
            self._engines[opened.name] = self._left.enter_context(engine)
        return engine
