"""Configuration: environment variables (LINLI_…) and a .env file become one frozen object."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What a running Linli needs to know. Every field has a default that works on one machine."""

    model_config = SettingsConfigDict(env_prefix="LINLI_", env_file=".env", frozen=True, extra="ignore")

    mode: Literal["demo", "production"] = "demo"
    home: Path = Path("var")  # database, key and files of the embedded defaults
    database: str = ""  # empty: SQLite in home
    key_file: Path | None = None  # None: home/linli.key; keep it away from the database's backups
    model: Path | None = None  # the language model's folder; None: nlu/model, where `linli nlu train` puts it
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""  # what QR codes and webhooks point at
    telegram_token: SecretStr | None = None
    telegram_api: str = "https://api.telegram.org"
    telegram_webhook_secret: SecretStr | None = None  # set: webhook; not set: long polling
    telegram_per_second: int = Field(default=30, ge=10, le=1000)  # 1000 where it is paid for
    telegram_per_day: int = Field(default=0, ge=0)  # notices' recipients in a day; 0: no limit
    cross_border_ack: bool = False
    push: bool = True  # browsers that asked for it are knocked for when a message comes and no page is open
    push_contact: str = ""  # mailto:… or https://…: whom a push service writes to; empty: public_url
    push_loopback: bool = False  # a push service on this machine, for tests
    open311: bool = True  # GeoReport v2 at /open311 for other systems
    webhooks_private: bool = False  # webhooks may lead to addresses inside the network
    silent_seconds: float = Field(default=90.0, ge=1)  # a kind of process silent so long is an alarm
    metrics_token: SecretStr | None = None  # who reads /metrics; none: only this machine, without a proxy
    metrics_port: int = 0  # where a worker alone shows its figures on 127.0.0.1; 0: nowhere
    backup_to: Path | None = None  # a folder for a backup a day; None: none is made
    backup_keep: int = Field(default=14, ge=1)  # the newest that stay
    max_upload: int = 10_000_000  # bytes of one photo or recording
    voice: Literal["auto", "off"] = "auto"  # voice messages become words where the voice extra is installed
    second_opinion: Literal["", "rasa", "openai"] = ""  # who else reads unclear words, masked; empty: nobody
    second_opinion_url: str = ""  # http://127.0.0.1:5005 of a Rasa server, https://…/v1 of a chat endpoint
    second_opinion_model: str = ""
    second_opinion_key: SecretStr | None = None
    second_opinion_seconds: float = 2.0  # nobody waits longer for it

    @field_validator("public_url", "telegram_api")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @model_validator(mode="after")
    def _telegram_needs_a_yes(self) -> Settings:
        if self.mode == "production" and self.telegram_token and not self.cross_border_ack:
            raise ValueError(
                "Telegram's servers are abroad: with LINLI_MODE=production set LINLI_CROSS_BORDER_ACK=1 "
                "only when sending residents' data there has been assessed, or leave the token out"
            )
        return self

    @model_validator(mode="after")
    def _a_second_opinion_needs_an_address(self) -> Settings:
        if self.second_opinion and not self.second_opinion_url.startswith(("http://", "https://")):
            raise ValueError("LINLI_SECOND_OPINION needs LINLI_SECOND_OPINION_URL, an http or https address")
        if self.second_opinion == "openai" and not self.second_opinion_model:
            raise ValueError("LINLI_SECOND_OPINION=openai needs LINLI_SECOND_OPINION_MODEL")
        return self

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.home / 'linli.db'}"

    @property
    def key(self) -> Path:
        return self.key_file or self.home / "linli.key"

    @property
    def learned(self) -> Path:
        return self.home / "learned.yml"

    @property
    def files(self) -> Path:
        return self.home / "files"

    @property
    def erasures(self) -> Path:
        """The journal of who was forgotten: keep it when an older database is restored."""
        return self.home / "erasures.log"

    @property
    def url(self) -> str:
        return self.public_url or f"http://{self.host}:{self.port}"
