"""One request of somebody who sits at the desk: who they are, what they may see, how a page is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from actions.settings import may_change
from bot import texts
from bot.conversation import storable
from bot.messages import Media
from domain.access import Actor
from domain.people import RUNS_A_QUEUE
from domain.signing_in import DeskSession
from domain.tree import Community
from nlu.meaning import Meaning
from storage import cases
from storage.tx import Tx

HTML_LANG = {"zh_Hans": "zh-Hans", "zh_Hant": "zh-Hant", "en": "en"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What every page is made with."""

    templates: Environment
    asset: Callable[[str], str]

    def page(self, name: str, request: Request, locale: str, status: int = 200, **facts: Any) -> Response:
        """One template of the desk in the reader's language."""
        html = self.templates.get_template(f"desk/{name}").render(
            say=lambda key, **more: texts.say(locale, f"desk_web.{key}", **more),
            word=lambda key, **more: texts.say(locale, f"words.{key}", **more),
            asset=self.asset,
            locale=locale,
            lang=HTML_LANG[locale],
            large=request.cookies.get("linli_type") == "large",
            path=request.url.path,
            part_of_page="hx-request" in request.headers,
            **facts,
        )
        headers = {"Content-Language": HTML_LANG[locale], "Vary": "HX-Request"}
        return Response(html, status, media_type="text/html", headers=headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request inside one transaction."""

    request: Request
    tx: Tx
    actor: Actor
    session: DeskSession
    now: datetime
    locale: str
    csrf: str
    look: Look
    form: FormData = field(default_factory=FormData)
    files: dict[str, bytes] = field(default_factory=dict)  # what was uploaded, by its name
    photos: tuple[Media, ...] = ()  # those that came with the form, stored
    read_file: Callable[[str], bytes]  # a stored file by its name
    understand: Callable[[str], Meaning]
    keep_picture: Callable[[bytes], Media]  # where pictures of our own are stored
    learned: Path  # where accepted examples are kept
    problem: str = ""  # why what was asked for could not be done

    @property
    def community(self) -> Community:
        return self.actor.community

    def say(self, key: str, **facts: Any) -> str:
        return texts.say(self.locale, f"desk_web.{key}", **facts)

    def word(self, key: str, **facts: Any) -> str:
        return texts.say(self.locale, f"words.{key}", **facts)

    def intent_name(self, name: str) -> str:
        """What an intent is called; empty where it has no name."""
        key = f"words.intent.{name}"
        return texts.say(self.locale, key) if texts.has(key) else ""

    def categories(self) -> list[tuple[str, str]]:
        """Every category with its name in the reader's language."""
        known = self.community
        return [(key, known.category_name(key, self.locale)) for key in known.categories]

    def told(self, name: str) -> str:
        """A field of the form or of the address, without spaces around and of a bearable length."""
        value = self.form.get(name) if name in self.form else self.request.query_params.get(name, "")
        return storable(value).strip()[:4000] if isinstance(value, str) else ""

    def number(self, name: str) -> int:
        """A row's id that was told; 0, which no row has, for what is none."""
        return whole(self.told(name))

    def numbers(self, name: str) -> list[int]:
        """Several ids, each once, at most a page of them."""
        return list(dict.fromkeys(n for one in self.form.getlist(name) if (n := whole(one))))[:100]

    def key(self, name: str) -> int:
        """An id that stands in the path."""
        return whole(self.request.path_params.get(name, ""))

    def photo_ids(self) -> tuple[int, ...]:
        """The photos of the form as this person's own files."""
        keep = cases.keep_file
        return tuple(
            keep(self.tx, self.actor.id, one.sha256, one.mime, one.size, self.now) for one in self.photos
        )

    def typed(self, deed: str, name: str, key: int = 0) -> str:
        """What stood in a form that was turned away, so that nobody types it again."""
        path = self.request.path_params
        mine = path.get("deed") == deed and (not key or key in (self.key("task"), self.key("case")))
        return self.told(name) if self.problem and mine else ""

    def page(self, name: str, status: int = 200, **facts: Any) -> Response:
        """A page with what the frame around it needs."""
        said = self.request.query_params.get("said", "")
        done = f"desk_web.said.{said}"
        frame = {
            "me": self.actor.person,
            "units": [self.community.units[one.unit_id] for one in self.actor.roles],
            "csrf": self.csrf,
            "csrf_field": Markup('<input type="hidden" name="csrf" value="{}">').format(self.csrf),
            "problem": self.problem,
            "typed": self.typed,
            "done": texts.say(self.locale, done) if said and texts.has(done) else "",
            "runs": self.actor.has(RUNS_A_QUEUE),
            "governs": may_change(self.actor),
            "now": self.now,
        }
        return self.look.page(name, self.request, self.locale, status, **(frame | facts))


def whole(value: Any) -> int:
    """A row's id from what a browser sent."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else 0
