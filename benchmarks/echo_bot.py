"""The floor for Telegram: python-telegram-bot's own webhook, an echo that remembers nothing."""

from __future__ import annotations

import sys

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.message and update.message.text:
        await update.message.reply_text(update.message.text)


def main() -> None:
    port, token, api, secret = sys.argv[1:5]
    builder = Application.builder().token(token).base_url(f"{api}/bot").base_file_url(f"{api}/file/bot")
    application = builder.build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_webhook(
        listen="127.0.0.1",
        port=int(port),
        url_path="telegram",
        secret_token=secret,
        webhook_url="https://127.0.0.1/telegram",
    )


main()
