"""Keeps the bot token, and what people write, out of the libraries' logs."""

from __future__ import annotations

import logging

_TALKATIVE = ("telegram", "httpx", "httpcore")
_OWN = ("telegram.Bot", "telegram.request.BaseRequest", "telegram.request.HTTPXRequest")
_BELOW = ("httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy", "httpcore.socks")
HIDDEN = "<token>"


class _Redact(logging.Filter):
    """Takes a token out of a record: its message, arguments and traceback."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if self._token in said:
            record.msg, record.args = said.replace(self._token, HIDDEN), ()
        if record.exc_info:
            trace = logging.Formatter().formatException(record.exc_info)
            if self._token in trace:
                record.exc_text, record.exc_info = trace.replace(self._token, HIDDEN), None
        return True


def hide(token: str) -> None:
    """Quiets the libraries (they log every address they call, and every message) and redacts what is left."""
    redact = _Redact(token)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in (*_TALKATIVE, *_OWN, *_BELOW):
        logger = logging.getLogger(name)
        for old in [known for known in logger.filters if isinstance(known, _Redact)]:
            if old._token == token:
                logger.removeFilter(old)
        logger.addFilter(redact)
