"""The front door. Every command imports what it needs when it runs, so that `linli --help` is quick."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    name="linli",
    help="邻里 Linli: residents write, the right branch hears, a member takes it, the resident rates it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    epilog="Start with `linli demo`. Configuration: LINLI_… in the environment or .env; see docs/operate.md.",
)
nlu = typer.Typer(
    help="Understanding: train the model, try a sentence, measure on a file.", no_args_is_help=True
)
app.add_typer(nlu, name="nlu")
audit = typer.Typer(help="The record of what happened: is it what it was?", no_args_is_help=True)
app.add_typer(audit, name="audit")
export = typer.Typer(help="Export: tables as CSV or workbooks for other programs.", no_args_is_help=True)
app.add_typer(export, name="export")
hooks = typer.Typer(help="Webhooks: other systems hear what happens to public cases.", no_args_is_help=True)
app.add_typer(hooks, name="webhooks")
keys = typer.Typer(help="Other systems: who may file and follow cases (Open311).", no_args_is_help=True)
app.add_typer(keys, name="keys")


def _settings(**changed: Any) -> Any:
    from bot.commands.serve import settings

    return settings(**changed)


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Where the web chat listens on 127.0.0.1.")] = 8080,
    fresh: Annotated[bool, typer.Option(help="Forget what happened in the demo before.")] = False,
) -> None:
    """Try it: a demo community on SQLite, web chat, worker and clock in one process."""
    from bot.commands.demo import run_demo

    run_demo(port=port, fresh=fresh)


@app.command()
def run() -> None:
    """Serve a community: web chat, Telegram when a token is set, worker and clock in one process."""
    from bot.commands.serve import serve

    serve(_settings(), web=True, work=True)


@app.command()
def web() -> None:
    """Only the web chat and the webhook; `linli worker` runs beside it."""
    from bot.commands.serve import serve

    serve(_settings(), web=True, work=False)


@app.command()
def worker() -> None:
    """Only the worker and the clock (and Telegram's long polling when there is no webhook)."""
    from bot.commands.serve import serve

    serve(_settings(), web=False, work=True)


@app.command()
def chat(
    as_: Annotated[
        str, typer.Option("--as", help="A name or key of the roster; a new name is a new resident.")
    ],
    menus: Annotated[bool, typer.Option(help="Numbers instead of button names.")] = True,
) -> None:
    """Chat in the terminal, as somebody: `linli chat --as 王阿姨`."""
    from bot.commands.chat import run_chat

    run_chat(_settings(), as_)


@app.command()
def say(
    lines: Annotated[list[str], typer.Argument(help="What to say, one message after the other.")],
    as_: Annotated[
        str, typer.Option("--as", help="A name or key of the roster; a new name is a new resident.")
    ],
    once: Annotated[
        str, typer.Option(help="A word of your own: the same again is answered, and not done, again.")
    ] = "",
    go_on: Annotated[bool, typer.Option("--go-on", help="Answer what was asked the last time.")] = False,
    json: Annotated[bool, typer.Option("--json", help="The replies as JSON, with their buttons.")] = False,
) -> None:
    """Say something once and end: `linli say --as 孙丽 队列3号 答复 修好了`. Fails when refused.

    A button is pressed by its name or number, as in `linli chat`.
    """
    from bot.commands.say import run_say

    raise typer.Exit(run_say(_settings(), as_, lines, once=once, go_on=go_on, as_json=json))


@app.command()
def load(
    files: Annotated[list[Path] | None, typer.Argument(help="community.toml or its folder.")] = None,
    profile: Annotated[str, typer.Option(help="Or a synthetic one: hongmen, guangming, xuchang.")] = "",
    seed: Annotated[int, typer.Option(help="The profile's seed.")] = 1,
    check: Annotated[bool, typer.Option("--check", help="Only check the files.")] = False,
) -> None:
    """Load a community from its files: everything is checked first, then all of it is loaded or nothing."""
    from bot.commands.load import run_load, run_profile

    if profile:
        run_profile(_settings(), profile, seed)
    else:
        run_load(_settings(), files or [], check=check)


@app.command()
def qr(
    place: Annotated[str, typer.Option(help="A place's key or name; empty: every building.")] = "",
    out: Annotated[Path, typer.Option(help="The printable page.")] = Path("qr.html"),
) -> None:
    """Make the sheet of QR codes for stairwells: each already says which building."""
    from bot.commands.qr import run_qr

    run_qr(_settings(), place, out)


@app.command()
def invite(
    who: Annotated[str, typer.Argument(help="A key or name of the roster.")],
    days: Annotated[int, typer.Option(help="How long the code works.")] = 7,
) -> None:
    """Make a one-time code that ties a chat to somebody on the roster; hand it over in person."""
    from bot.commands.people import run_invite

    run_invite(_settings(), who, days)


@app.command()
def backup(
    to: Annotated[
        Path, typer.Argument(help="The archive to write, or a folder for one named by the moment.")
    ],
    keep: Annotated[int, typer.Option(help="In a folder: how many of the newest stay; 0: all.")] = 0,
) -> None:
    """Back up the database and its files while everybody goes on; the key is not in it."""
    from bot.commands.backup import run_backup

    run_backup(_settings(), to, keep)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `linli backup` wrote.")],
    moved: Annotated[
        bool, typer.Option("--moved", help="Nothing ran after the backup: what waits goes out.")
    ] = False,
) -> None:
    """Put a backup into an empty home and an empty database, of either kind, or leave both untouched."""
    from bot.commands.backup import run_restore

    raise typer.Exit(run_restore(_settings(), file, moved=moved))


@app.command()
def doctor() -> None:
    """Check the configuration; say what is wrong in a sentence each."""
    from bot.commands.doctor import run_doctor

    raise typer.Exit(run_doctor())


@app.command()
def migrate() -> None:
    """Bring the database to the schema of this version (`run`, `web` and `worker` do it too)."""
    from bot.commands.serve import open_store

    store = open_store(_settings())
    typer.echo(f"schema is up to date: {store.url.render_as_string(hide_password=True)}")


@export.command()
def account(
    period: Annotated[str, typer.Argument(help="A month, 2026-11, or a year, 2026.")],
    file: Annotated[Path, typer.Argument(help="The table to write: .csv or .xlsx.")],
    language: Annotated[str, typer.Option(help="zh_Hans, zh_Hant or en.")] = "zh_Hans",
) -> None:
    """量化计分: reports and the three rates of every unit, counted from the record of what happened."""
    from bot.commands.export import run_account

    run_account(_settings(), period, file, language)


@export.command()
def year(
    period: Annotated[str, typer.Argument(metavar="YEAR", help="A year, 2026, or a month, 2026-11.")],
    file: Annotated[Path, typer.Argument(help=".xlsx with four sheets, or .csv: four files.")],
    as_: Annotated[
        str, typer.Option("--as", help="Who asks: they see their own units, and the names in them.")
    ] = "",
    language: Annotated[str, typer.Option(help="zh_Hans, zh_Hant or en.")] = "zh_Hans",
) -> None:
    """年终台账: the year of every unit, month and member, rebuilt from the record of what happened alone."""
    from bot.commands.yearbook import run_year

    run_year(_settings(), period, file, as_, language)


@export.command()
def supervision(
    file: Annotated[Path, typer.Argument(help="The CSV to write.")],
    language: Annotated[str, typer.Option(help="zh_Hans, zh_Hant or en.")] = "zh_Hans",
) -> None:
    """督办: what the levels above asked, until when, and what was answered."""
    from bot.commands.export import run_supervision

    run_supervision(_settings(), file, language)


@hooks.command("add")
def webhooks_add(
    url: Annotated[str, typer.Argument(help="https://… that takes POSTs.")],
    unit: Annotated[str, typer.Option(help="The key of the unit whose cases it hears of.")],
    secret: Annotated[str, typer.Option(help="whsec_… to sign with; empty: a new one, shown once.")] = "",
) -> None:
    """Tell an address what happens to public cases."""
    from bot.commands.webhooks import run_add

    run_add(_settings(), url, unit, secret)


@hooks.command("list")
def webhooks_list() -> None:
    """The webhooks there are, what waits, what was given up, and what came back last."""
    from bot.commands.webhooks import run_list

    run_list(_settings())


@hooks.command("remove")
def webhooks_remove(number: Annotated[int, typer.Argument(help="The webhook's number.")]) -> None:
    """Stop telling an address; what waits is given up."""
    from bot.commands.webhooks import run_remove

    run_remove(_settings(), number)


@hooks.command("test")
def webhooks_test(number: Annotated[int, typer.Argument(help="The webhook's number.")]) -> None:
    """Send one message about nothing now, and say what came back."""
    from bot.commands.webhooks import run_test

    raise typer.Exit(run_test(_settings(), number))


@keys.command("add")
def keys_add(
    name: Annotated[str, typer.Argument(help="The other system: 区热线平台.")],
    unit: Annotated[str, typer.Option(help="The key of the unit whose cases it files and sees.")],
) -> None:
    """Give another system a key; it is shown once."""
    from bot.commands.systems import run_keys_add

    run_keys_add(_settings(), name, unit)


@keys.command("list")
def keys_list() -> None:
    """The keys there are, with their numbers."""
    from bot.commands.systems import run_keys_list

    run_keys_list(_settings())


@keys.command("revoke")
def keys_revoke(number: Annotated[int, typer.Argument(help="The key's number.")]) -> None:
    """Take a key back at once; what was filed with it stays."""
    from bot.commands.systems import run_keys_revoke

    run_keys_revoke(_settings(), number)


@nlu.command()
def train(
    anyway: Annotated[bool, typer.Option(help="Use the new model although a figure has fallen.")] = False,
) -> None:
    """Train the model; it takes the place of the present one only if no figure falls. Under a minute."""
    from bot.commands.nlu import run_train

    raise typer.Exit(run_train(_settings(), anyway=anyway))


@nlu.command()
def rollback() -> None:
    """Go back to the model before the present one."""
    from bot.commands.nlu import run_rollback

    raise typer.Exit(run_rollback(_settings()))


@nlu.command()
def parse(
    text: Annotated[str, typer.Argument(help="A sentence as a resident would write it.")],
    json: Annotated[bool, typer.Option("--json", help="As JSON, shaped like Rasa's /model/parse.")] = False,
) -> None:
    """Show what a sentence would be understood as."""
    from bot.commands.nlu import run_parse

    run_parse(text, as_json=json)


@nlu.command()
def review(
    accept: Annotated[list[int] | None, typer.Option(help="Accept these numbers.")] = None,
    refuse: Annotated[list[int] | None, typer.Option(help="Refuse these numbers.")] = None,
    label: Annotated[str, typer.Option(help="Accept under another label.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Only list what waits, as JSON.")] = False,
) -> None:
    """Look at what people taught by choosing and correcting; what is accepted becomes an example."""
    from bot.commands.review import run_review

    run_review(_settings(), accept=accept or [], refuse=refuse or [], label=label, as_json=json)


@nlu.command()
def record() -> None:
    """Write down the figures on the held-out sentences, below which no intent may fall."""
    from bot.commands.nlu import run_record

    run_record()


@nlu.command()
def evaluate(
    file: Annotated[
        Path,
        typer.Argument(help="CSV with text,intent or text,category[,private] or text,place,time,phone."),
    ],
    json: Annotated[bool, typer.Option("--json", help="The figures as JSON.")] = False,
    plot: Annotated[bool, typer.Option("--plot", help="Draw confusions and reliability beside it.")] = False,
    now: Annotated[str, typer.Option("--now", help="The moment the messages were written, ISO 8601.")] = "",
    community: Annotated[
        Path | None, typer.Option(help="A community's files, whose names of places are known.")
    ] = None,
    characters: Annotated[
        bool, typer.Option("--characters", help="Leave the sentence vectors aside, where installed.")
    ] = False,
) -> None:
    """Measure understanding on a file of labelled sentences."""
    from bot.commands.nlu import run_evaluate

    run_evaluate(file, as_json=json, plot=plot, reference=now, community=community, characters=characters)


@audit.command()
def verify(
    anchor: Annotated[
        list[str] | None, typer.Option(help="A line from a secretary's chat: `12345 ab12 cd34 …`.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The findings as JSON.")] = False,
) -> None:
    """Find events that were edited, deleted, inserted, reordered, cut off or rewritten."""
    from bot.commands.audit import run_verify

    raise typer.Exit(run_verify(_settings(), anchor or [], as_json=json))


@audit.command("anchor")
def audit_anchor() -> None:
    """Print the end of the record as it is now; keep it where nobody here can change it."""
    from bot.commands.audit import run_anchor

    run_anchor(_settings())


def main() -> None:
    app()


if __name__ == "__main__":
    main()
