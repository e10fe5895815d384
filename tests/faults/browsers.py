"""People at the web page: each sends its message until it hears that it was saved."""

from __future__ import annotations

import threading
import time

import httpx

from bot.channels.webchat import HEADER
from tests.faults.world import cookie, report


class Browsers:
    """Threads that send one report each for `numbers`; what was refused is kept with its words.

    With several addresses a page that is refused or cut off asks the next one, as through a proxy.
    """

    def __init__(self, *urls: str, numbers: range, threads: int = 4, rest: float = 0.0) -> None:
        self.urls, self.waiting, self.saved = urls, list(numbers), set[int]()
        self.rest = rest  # seconds between two messages of a thread
        self.refused: list[tuple[int, str]] = []
        self.stopped = False
        self.threads = [threading.Thread(target=self._send, daemon=True) for _ in range(threads)]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def _send(self) -> None:
        turn = 0
        with httpx.Client(timeout=5, trust_env=False) as client:
            while not self.stopped:
                try:
                    number = self.waiting.pop()
                except IndexError:
                    return
                turn += 1
                while not self.stopped and not self._saved(client, self.urls[turn % len(self.urls)], number):
                    turn += 1
                    time.sleep(0.05)
                time.sleep(self.rest)

    def _saved(self, client: httpx.Client, url: str, number: int) -> bool:
        said = {"id": f"report-{number}", "text": report(number)}
        headers = {HEADER: "1", "Cookie": f"linli={cookie(number)}"}
        try:
            answer = client.post(f"{url}/api/messages", json=said, headers=headers)
        except httpx.HTTPError:
            return False
        if answer.status_code == 200:
            self.saved.add(number)
            return True
        self.refused.append((answer.status_code, answer.text))
        return False
