// The screen in the hall looks again once a minute; when the server is away it keeps what it shows.
setInterval(async () => {
  try {
    const fresh = await fetch(location.href);
    if (!fresh.ok) return;
    const page = new DOMParser().parseFromString(await fresh.text(), "text/html");
    document.querySelector("main").replaceWith(page.querySelector("main"));
  } catch {
    // the next minute will tell
  }
}, 60_000);
