"""Knocks at browsers: encrypted for one of them, signed by us, handed to its push service.

RFC 8030 (the push), 8291 (the encryption), 8292 (who we are).
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import http_ece
import httpx
import structlog
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from actions import muting
from bot import texts
from bot.conversation import Conversation
from bot.webhooks import ALL_OF_IT, Forbidden, Guard, client, posted
from domain.calendar import WorkCalendar
from domain.notices import Notice, Topic
from domain.people import Person
from domain.pushes import GIVEN_UP, Knock, KnockState, Subscription
from storage import pushes
from storage.tx import Tx

log = structlog.get_logger()

AT_ONCE = 20
GONE = (404, 410)
LAST = 2.0  # seconds that a stop leaves to what is under way
SHOWN = 120  # characters of a notice
ENDPOINT, CLAIM = 1000, timedelta(hours=12)
_LATER = frozenset({408, 425, 429})
_OWN = (
    "case_answered case_claimed case_question case_transferred case_passed_on case_up_for_you case_up_late "
    "case_expired case_merged case_unmerged case_handed_on case_reopened_joined claim_lapsed_resident "
    "filed_for_you inquiry_claimed return_visit_going return_visit_thanks task_progress wish_claimed "
    "wish_listed wish_refused"
)
_ACTIVITY = "due_48h due_2h cancelled place_freed moved moved_place moved_both"
_GROUPS = {
    **{f"notify.{key}": "own" for key in _OWN.split()},
    **{key: "votes" for key, topic in muting.ABOUT.items() if topic is Topic.VOTES},
    **dict.fromkeys((f"notify.activity_{one}" for one in _ACTIVITY.split()), "activity"),
    "notify.theme_due": "activity",
    **dict.fromkeys((f"notify.{one}" for one in ("call_rings", "call_answered", "relay")), "call"),
    "notify.alarm": "alarm",
}


def bytes_of(text: str) -> bytes:
    """Base64url with or without padding. Raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sound(guard: Guard, endpoint: str, p256dh: str, auth: str) -> bool:
    """Whether a browser's subscription is one: an address outside, a point of the curve, 16 secret bytes."""
    if len(endpoint) > ENDPOINT or len(p256dh) > 100 or len(auth) > 40:
        return False
    try:
        guard.look(endpoint)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes_of(p256dh))
        return len(bytes_of(auth)) == 16
    except (ValueError, Forbidden):
        return False


class Knocker:
    """Sends knocks until it is told to stop. Any number may run: rows are leased."""

    def __init__(
        self, conversation: Conversation, clock: Callable[[], datetime], guard: Guard, contact: str
    ) -> None:
        self.conversation = conversation
        self.store = conversation.store
        self.clock = clock
        self.guard = guard
        self.contact = contact
        self._vapid: Any = None

    def key(self) -> str:
        """Our public key as browsers want it: base64url of 65 bytes."""
        raw = self._own().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    def _own(self) -> Any:
        if self._vapid is None:
            with self.store.begin() as tx:
                self._vapid = pushes.vapid(tx)
        return self._vapid

    async def run(self, stop: asyncio.Event, every: float = 2.0) -> None:
        """Works until told to stop; a service that hangs holds up the others for its own time only."""
        async with client() as http:
            while not stop.is_set():
                sent = 0
                try:
                    sent = await self._before(stop, self.step(http))
                except Exception as error:  # a failing database is waited for
                    log.exception("pushes_failed", error=type(error).__name__)
                if not sent:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(stop.wait(), every)

    @staticmethod
    async def _before(stop: asyncio.Event, work: Coroutine[Any, Any, int]) -> int:
        """Waits for the work, and after a stop only for a moment: what hangs is left to the next sender."""
        step, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
        await asyncio.wait({step, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not step.done():
            await asyncio.wait({step}, timeout=LAST)
        if not step.done():
            step.cancel()
            return 0
        return step.result()

    async def step(self, http: httpx.AsyncClient) -> int:
        """Sends what is due; how much it was."""
        due = await asyncio.to_thread(self.take)
        await asyncio.gather(*(self._send(http, *one) for one in due))
        return len(due)

    def take(self) -> list[tuple[Knock, Subscription, dict[str, str], WorkCalendar]]:
        """Leases what is due, with what each says in its reader's language."""
        now = self.clock()
        with self.store.read() as tx:
            if not pushes.anything(tx, now):
                return []
        with self.store.begin() as tx:
            community = self.conversation.community(tx)
            found = []
            for one, browser, person_id in pushes.lease(tx, now, AT_ONCE):
                person = tx.get(Person, person_id)
                says = _says(tx, community.name, one, person.locale if person else texts.LOCALES[0])
                found.append((one, browser, says, community.calendar))
            return found

    async def _send(
        self,
        http: httpx.AsyncClient,
        one: Knock,
        browser: Subscription,
        says: dict[str, str],
        calendar: WorkCalendar,
    ) -> None:
        """One attempt, and how it ended."""
        status, asked = 0, None
        try:
            body, headers = await asyncio.to_thread(self.sealed, one, browser, says, calendar)
            async with asyncio.timeout(ALL_OF_IT):
                answer, _ = await posted(http, self.guard, browser.endpoint, body, headers)
            status, why = answer.status_code, str(answer.status_code)
            asked = _asked(answer.headers.get("retry-after", ""), self.clock())
        except Forbidden as error:
            status, why = 403, str(error)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError) as error:
            why = type(error).__name__
        except ValueError as error:  # keys that are none
            status, why = 400, type(error).__name__
        await asyncio.to_thread(self._ended, one, status, asked, why, calendar)

    def sealed(
        self, one: Knock, browser: Subscription, says: Mapping[str, str], calendar: WorkCalendar
    ) -> tuple[bytes, dict[str, str]]:
        """The body only that browser can read, and the headers. Raises ValueError for keys that are none."""
        now, own = self.clock(), self._own()
        body = http_ece.encrypt(
            json.dumps(says, ensure_ascii=False).encode(),
            private_key=ec.generate_private_key(ec.SECP256R1()),
            dh=bytes_of(browser.p256dh),
            auth_secret=bytes_of(browser.auth),
            version="aes128gcm",
        )
        parts = urlsplit(browser.endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((now + CLAIM).timestamp()),
            "sub": self.contact,
        }
        left = one.expires_at - now if one.urgent else min(one.expires_at - now, calendar.until_quiet(now))
        return body, {
            **own.sign(claims),
            "content-encoding": "aes128gcm",
            "content-type": "application/octet-stream",
            "ttl": str(max(0, int(left.total_seconds()))),  # one that comes late comes not at all, or by day
            "urgency": "high" if one.urgent else "normal",
            "topic": says["tag"],
        }

    def _ended(
        self, one: Knock, status: int, asked: timedelta | None, why: str, calendar: WorkCalendar
    ) -> None:
        now = self.clock()
        with self.store.begin() as tx:
            if status in GONE:
                pushes.remove(tx, [one.subscription_id])
            elif 200 <= status < 300:
                pushes.keep(tx, one.over(KnockState.SENT, why))
                pushes.worked(tx, one.subscription_id, now)
            else:
                later = status == 0 or status >= 500 or status in _LATER
                after = one.again(now, asked, why) if later else one.over(KnockState.DEAD, why)
                pushes.keep(tx, after if one.urgent else _by_day(after, calendar))
                if pushes.failed(tx, one.subscription_id) >= GIVEN_UP:
                    pushes.remove(tx, [one.subscription_id])
        log.info("push_attempt", kind=one.kind, attempt=one.attempts, answer=why)


def _by_day(one: Knock, calendar: WorkCalendar) -> Knock:
    """What would come in quiet hours comes after them, or not at all."""
    if one.state is not KnockState.QUEUED:
        return one
    due = calendar.wake(one.due_at)
    moved: Knock = one.again(one.due_at, due - one.due_at, one.answer) if due > one.due_at else one
    return moved


def _asked(said: str, now: datetime) -> timedelta | None:
    """Retry-After: seconds or a date; None where it says neither."""
    if said.isascii() and said.isdigit() and len(said) < 8:
        return timedelta(seconds=int(said))
    try:
        return max(parsedate_to_datetime(said) - now, timedelta(0))
    except (ValueError, TypeError):
        return None


def _says(tx: Tx, name: str, one: Knock, locale: str) -> dict[str, str]:
    """What stands on a locked screen: a notice's words, of everything else only that there is something."""
    notice = tx.get(Notice, one.notice_id)
    if notice is not None:
        return {"title": name, "body": notice.text[:SHOWN], "tag": f"notice-{notice.id}"}
    group = _GROUPS.get(one.kind, "new")
    return {"title": name, "body": texts.say(locale, f"web.push.{group}"), "tag": f"linli-{group}"}
