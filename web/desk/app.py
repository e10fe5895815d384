"""The desk's addresses."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot import texts
from bot.channels.webchat import Refused, locale_of
from bot.house import House
from domain.people import DESKS
from storage import people as person_rows
from web.desk import (
    appraisals,
    calendar,
    deeds,
    looking,
    mine,
    notices,
    panel,
    people,
    proposals,
    queue,
    rosters,
    settings,
    stars,
    visits,
)
from web.desk.door import Door
from web.desk.gate import Gate
from web.desk.visit import Look
from web.desk.wall import Wall


class Desk:
    """Joins the door and the pages behind it."""

    def __init__(self, house: House, look: Look, *, secure: bool) -> None:
        self.gate = Gate(house, look, secure=secure)
        self.door = Door(self.gate)
        self.wall = Wall(house, look)

    def routes(self) -> list[Route]:
        gate = self.gate
        view, act = gate.view, gate.act
        return [
            *self.door.routes(),
            *self.wall.routes(),
            Route("/desk", view(queue.queue), methods=["GET"]),
            Route("/desk/rows", view(queue.again), methods=["GET"]),
            Route("/desk/new", view(queue.entry), methods=["GET"]),
            Route("/desk/new", act(queue.file_entry, queue.entry), methods=["POST"]),
            Route("/desk/assign", act(deeds.assign_many, queue.queue), methods=["POST"]),
            Route("/desk/sign", act(deeds.sign_many, queue.queue), methods=["POST"]),
            Route("/desk/offer/{offer}", act(deeds.take_offer, queue.queue), methods=["POST"]),
            Route("/desk/mine", view(mine.page), methods=["GET"]),
            Route("/desk/hand-over/{offer}", act(mine.take_over, mine.page), methods=["POST"]),
            Route("/desk/task/{task}/show", act(mine.show, mine.page), methods=["POST"]),
            Route("/desk/task/{task}/{deed}", act(mine.do, mine.page, photos=True), methods=["POST"]),
            Route("/desk/visits", view(visits.page), methods=["GET"]),
            Route("/desk/visits/{task}/show", act(visits.show, visits.page), methods=["POST"]),
            Route("/desk/visits/{task}/{deed}", act(visits.do, visits.page), methods=["POST"]),
            Route("/desk/appraisals", view(appraisals.page), methods=["GET"]),
            Route("/desk/appraisals/open", act(appraisals.begin, appraisals.page), methods=["POST"]),
            Route("/desk/appraisals/stars", view(stars.page), methods=["GET"]),
            Route("/desk/appraisals/stars/publish", act(stars.publish, stars.page), methods=["POST"]),
            Route(
                "/desk/appraisals/{appraisal}/publish",
                act(appraisals.publish, appraisals.page),
                methods=["POST"],
            ),
            Route("/desk/case/{case}", view(panel.shown), methods=["GET"]),
            Route("/desk/case/{case}/contact", act(deeds.show_contact, panel.shown), methods=["POST"]),
            Route("/desk/case/{case}/code", act(deeds.show_code, panel.shown), methods=["POST"]),
            Route("/desk/case/{case}/{deed}", act(deeds.do, panel.shown, photos=True), methods=["POST"]),
            Route("/desk/file/{file}", view(queue.file), methods=["GET"]),
            Route("/desk/figures", view(looking.figures), methods=["GET"]),
            Route("/desk/figures/{sheet}.csv", view(looking.sheet), methods=["GET"]),
            Route("/desk/figures/send", act(looking.send_report, looking.figures), methods=["POST"]),
            Route("/desk/report", view(looking.report), methods=["GET"]),
            Route("/desk/notices", view(notices.page), methods=["GET"]),
            Route("/desk/notices/count", view(notices.count), methods=["GET"]),
            Route("/desk/notices/progress", view(notices.progress), methods=["GET"]),
            Route("/desk/notices/preview", act(notices.preview, notices.page), methods=["POST"]),
            Route("/desk/notices/send", act(notices.send, notices.page), methods=["POST"]),
            Route("/desk/notices/{notice}/cancel", act(notices.cancel, notices.page), methods=["POST"]),
            Route("/desk/notices/{notice}/approve", act(notices.approve, notices.page), methods=["POST"]),
            Route("/desk/calendar", view(calendar.page), methods=["GET"]),
            Route("/desk/calendar/plan", act(calendar.plan, calendar.page), methods=["POST"]),
            Route("/desk/calendar/theme", act(calendar.set_theme, calendar.page), methods=["POST"]),
            Route("/desk/calendar/{activity}/move", act(calendar.move, calendar.page), methods=["POST"]),
            Route("/desk/calendar/{activity}/off", act(calendar.call_off, calendar.page), methods=["POST"]),
            Route("/desk/settings", view(settings.page), methods=["GET"]),
            Route("/desk/settings/hours", act(settings.set_hours, settings.page), methods=["POST"]),
            Route("/desk/settings/days", act(settings.set_days, settings.page), methods=["POST"]),
            Route("/desk/settings/category/{key}", view(settings.category), methods=["GET"]),
            Route(
                "/desk/settings/category/{key}",
                act(settings.set_category, settings.category),
                methods=["POST"],
            ),
            Route("/desk/settings/texts", view(settings.sentences), methods=["GET"]),
            Route("/desk/settings/text/{key}", view(settings.sentence), methods=["GET"]),
            Route(
                "/desk/settings/text/{key}", act(settings.set_sentence, settings.sentence), methods=["POST"]
            ),
            Route("/desk/settings/back/{event}", act(settings.put_back, settings.page), methods=["POST"]),
            Route("/desk/proposals", view(proposals.page), methods=["GET"]),
            Route("/desk/proposals/open", act(proposals.begin, proposals.page), methods=["POST"]),
            Route("/desk/proposals/{proposal}/{deed}", act(proposals.do, proposals.page), methods=["POST"]),
            Route("/desk/people", view(people.page), methods=["GET"]),
            Route("/desk/people/import", view(rosters.page), methods=["GET"]),
            Route("/desk/people/import", act(rosters.hand_in, rosters.page, sheet=True), methods=["POST"]),
            Route("/desk/people/import/{roster}", view(rosters.shown), methods=["GET"]),
            Route("/desk/people/import/{roster}/progress", view(rosters.progress), methods=["GET"]),
            Route(
                "/desk/people/import/{roster}/confirm", act(rosters.confirm, rosters.shown), methods=["POST"]
            ),
            Route("/desk/people/{membership}", act(people.decide_member, people.page), methods=["POST"]),
            Route("/desk/lessons/{lesson}", act(people.label, people.page), methods=["POST"]),
        ]

    def refused(self, request: Request, error: Exception) -> Response:
        """A form that was turned away, or a database that did not answer, as a page."""
        status, key = (error.status, error.key) if isinstance(error, Refused) else (503, "web.not_saved")
        if key == "web.not_saved":
            key = "desk_web.not_saved"
        locale = locale_of(request)
        said = texts.say(locale, key)
        return self.gate.look.page("refused.html", request, locale, status, said=said)


def demo_entry(house: House, gate: Gate) -> Route:
    """Demo only: the desk of somebody on the roster, without pass and digits."""
    from anyio import to_thread
    from starlette.exceptions import HTTPException

    from actions import signing_in

    def admit(key: str) -> str | None:
        with house.store.begin() as tx:
            person = person_rows.by_key(tx, key)
            now = house.clock()
            if person is None or not any(
                one.kind in DESKS for one in person_rows.roles_of(tx, person.id, now)
            ):
                return None
            return signing_in.admit(tx, person, now)

    async def enter(request: Request) -> Response:
        token = await to_thread.run_sync(admit, request.path_params["key"])
        if token is None:
            raise HTTPException(404)
        response = RedirectResponse("/desk", 303)
        gate.keep(response, token)
        return response

    return Route("/demo/desk/{key}", enter, methods=["GET"])
