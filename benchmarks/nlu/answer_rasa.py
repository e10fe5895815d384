"""A process that understands one text a line with a trained Rasa model; run with Rasa's own Python."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable

from answering import answer  # type: ignore[import-not-found]  # beside this file: Rasa's Python knows no Linli


def parser() -> Callable[[str], str]:
    from rasa.core.agent import Agent  # type: ignore[import-not-found]

    agent = Agent.load(sys.argv[1])
    loop = asyncio.new_event_loop()

    def parse(text: str) -> str:
        return str(loop.run_until_complete(agent.parse_message(text))["intent"]["name"])

    return parse


if __name__ == "__main__":
    answer(parser)
