"""Webhooks out: who is told that something happened to a public case, in ids and codes only."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from actions import board, open311, systems
from domain.board import public
from domain.calendar import BEIJING
from domain.case import Case
from domain.events import Event
from domain.systems import KINDS, Sending, Webhook, WebhookSend, after, is_open
from domain.tree import Community, Unit
from storage import webhooks as rows
from storage.tx import Tx

GONE = 410
NUMBER = "external_number"
"""What a receiver may put into its answer's JSON: its own number for the case."""


def add(tx: Tx, url: str, secret: str, unit: Unit, now: datetime) -> Webhook:
    """An address that hears of the public cases of a unit and below from now on."""
    return tx.add(Webhook(url=url, secret=secret, unit_id=unit.id, created_at=now))


def queue(tx: Tx, community: Community, events: Sequence[Event], now: datetime) -> int:
    """Puts what happened into every webhook's queue, once for each event; returns how many."""
    mine = [event for event in events if event.kind in KINDS]
    hooks = rows.active(tx) if mine else []
    queued = 0
    for event in mine if hooks else ():
        case = tx.get(Case, event.subject_id if event.subject == "case" else event.data.get("case"))
        if case is None or not public(case, board.hidden(community)):
            continue
        for hook in hooks:
            if _within(community, case, event, hook.unit_id):
                queued += rows.put(tx, _message(community, hook, event, case, now))
    return queued


def _within(community: Community, case: Case, event: Event, unit_id: int) -> bool:
    """Whether the case is, was numbered or has just been in the webhook's unit or below."""
    before = event.data.get("before") if event.kind in ("case_escalated", "case_transferred") else None
    return any(community.is_within(one, unit_id) for one in (case.unit_id, case.community_id, before))


def _message(community: Community, hook: Webhook, event: Event, case: Case, now: datetime) -> WebhookSend:
    """Frozen now: ids and codes, none of anybody's words, no place finer than the branch."""
    told = {
        "type": KINDS[event.kind],
        "timestamp": event.at.astimezone(BEIJING).isoformat(timespec="seconds"),
        "data": {
            "service_request_id": open311.request_id(community, case),
            "service_code": case.category,
            "status": "open" if is_open(case) else "closed",
            "unit": community.units[event.unit_id or case.unit_id].key,
            "external_number": case.external_number or None,
        },
    }
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return _fresh(hook, event.id, KINDS[event.kind], body, now)


def _fresh(hook: Webhook, event_id: int, kind: str, body: str, now: datetime) -> WebhookSend:
    return WebhookSend(
        webhook_id=hook.id,
        event_id=event_id,
        message_id=f"msg_{secrets.token_urlsafe(18)}",
        kind=kind,
        body=body,
        due_at=now,
    )


def trial(tx: Tx, hook: Webhook, now: datetime) -> WebhookSend:
    """A message about nothing, to see whether anybody is there."""
    body = json.dumps({"type": "webhook.test", "timestamp": now.isoformat(timespec="seconds"), "data": {}})
    return replace(_fresh(hook, 0, "webhook.test", body, now), attempts=1)


# -- how an attempt ended --------------------------------------------------------------------------
def answered(tx: Tx, one: WebhookSend, status: int, said: str, now: datetime) -> None:
    """2xx is done, 410 ends the webhook, anything else comes again until it is given up."""
    if 200 <= status < 300:
        rows.keep(tx, replace(one, state=Sending.SENT, sent_at=now, lease_until=None, answer=str(status)))
        _number(tx, one, said, now)
    elif status == GONE:
        rows.stop(tx, one.webhook_id, "410 Gone", now)
    else:
        failed(tx, one, str(status), now)


def failed(tx: Tx, one: WebhookSend, why: str, now: datetime) -> None:
    """Nothing came back, or nothing good."""
    rows.keep(tx, after(one, now, why))


def _number(tx: Tx, one: WebhookSend, said: str, now: datetime) -> None:
    """Keeps the receiver's own number for the case, when its answer names one."""
    try:
        number = json.loads(said).get(NUMBER)
        told = json.loads(one.body)["data"].get("service_request_id", "")
    except (ValueError, AttributeError, RecursionError):
        return
    for case in open311.by_request_ids(tx, [told]) if isinstance(number, str) else ():
        systems.number_of_others(tx, case, number, "webhook", now)
