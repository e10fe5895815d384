"""A phone in Chromium: what a person sees and does, and everything the browser complained about."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, expect

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync "
    "--use-fake-device-for-media-stream --use-fake-ui-for-media-stream"  # a microphone that hums
).split()
IN_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's Chromium is not installed"),
]
PHONE, SMALL = (390, 844), (320, 640)
ARTEFACTS = Path(__file__).parent.parent / "artefacts"
LIFT = "3栋2单元电梯坏了"
expect.set_options(timeout=30_000)  # how long a busy machine may take is not what is tested


def photographed(page: Page, name: str, **how: Any) -> None:
    """A screenshot among the artefacts; a busy machine's Chromium is asked again when it has none."""
    ARTEFACTS.mkdir(exist_ok=True)
    for left in (2, 1, 0):
        try:
            page.screenshot(path=ARTEFACTS / f"{name}.png", **how)
            return
        except Error:
            if not left:
                raise
            page.wait_for_timeout(500)


@dataclass(slots=True)
class Phone:
    """One phone with one page open."""

    context: BrowserContext
    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, browser: Browser, url: str, size: tuple[int, int], **more: Any) -> Phone:
        options = {"locale": "zh-CN", "has_touch": True, "device_scale_factor": 1.5} | more
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
        phone = cls(context, context.new_page(), url)
        phone.page.on("pageerror", lambda error: phone.complaints.append(str(error)))
        phone.page.on(
            "console",
            lambda said: phone.complaints.append(said.text) if said.type in ("error", "warning") else None,
        )
        phone.go("/")
        return phone

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)
        expect(self.page.locator("#sign")).to_have_attribute("data-state", "online")

    @property
    def mine(self) -> Locator:
        return self.page.locator(".message.mine")

    @property
    def theirs(self) -> Locator:
        return self.page.locator(".message.theirs")

    def write(self, text: str) -> None:
        self.page.fill("#words", text)
        self.page.click("#send")

    def say(self, text: str) -> None:
        """Writes and waits for the reply."""
        before = self.theirs.count()
        self.write(text)
        self._more_than(before)

    def press(self, label: str) -> None:
        """Presses a button of the latest reply and waits for the next."""
        button = self.page.locator(".message.latest").get_by_role("button", name=label, exact=True)
        expect(button).to_be_visible()  # only then the reply that it stands on is counted
        before = self.theirs.count()
        button.click()
        self._more_than(before)

    def _more_than(self, before: int) -> None:
        """Waits for a reply; what is told beside it may come first."""
        self.page.wait_for_function(
            "n => document.querySelectorAll('.message.theirs').length > n", arg=before
        )

    def until(self, promise: str) -> None:
        """Waits for a yes of an asynchronous script: `wait_for_function` takes the promise itself for one."""
        for _ in range(150):
            if self.page.evaluate(promise):
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"never true: {promise}")

    def file_a_case(self) -> None:
        """From the first words to the number."""
        self.say(LIFT)
        self.press("同意")
        self.say("阳光花园")
        expect(self.page.locator(".latest .card")).to_be_visible()

    def shot(self, name: str) -> None:
        self.page.wait_for_timeout(250)
        photographed(self.page, name)

    def sizes(self, selector: str, what: str) -> list[float]:
        """A measure of every visible element: height, width, or fontSize in pixels."""
        script = (
            "(nodes, what) => nodes.filter((n) => n.offsetParent).map((n) => what === 'fontSize'"
            " ? parseFloat(getComputedStyle(n).fontSize) : n.getBoundingClientRect()[what])"
        )
        return list(self.page.locator(selector).evaluate_all(script, what))

    def fits(self) -> bool:
        """Nothing sticks out sideways."""
        return bool(
            self.page.locator("body").evaluate("b => document.documentElement.scrollWidth <= innerWidth")
        )


CONTRAST = """() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const part = (v) => (v <= 10 ? v / 3294 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const color = parse(getComputedStyle(node).backgroundColor);
      if (color.length < 4 || color[3] > 0.9) return color;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const node of document.querySelectorAll("h1,h2,h3,p,span,button,select,textarea,.bubble,.choice")) {
    if (!node.offsetParent || !(node.textContent.trim() || node.value)) continue;
    const [a, b] = [light(parse(getComputedStyle(node).color)), light(ground(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push(`${node.className || node.tagName} ${ratio.toFixed(2)}`);
  }
  return poor;
}"""  # the texts that are harder to read than WCAG AA allows


def photo(color: str = "#5b8", size: tuple[int, int] = (2400, 1800)) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size, color).save(drawn, "JPEG")
    return drawn.getvalue()
