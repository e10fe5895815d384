"""What Linli says: the same in every language, complete, and every sentence that the code names is there."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from opencc import OpenCC

import handlers
from bot import texts
from bot.interrupts import interrupt
from bot.talk import INTENTS, Slot, texts_of
from bot.telling import TELLS
from bot.texts import commands
from domain.case import CaseKind, Status
from domain.errors import Refusal
from domain.labels import Intent
from domain.notices import NoticeState, Topic
from domain.people import RoleKind
from handlers.where import _UNKNOWN
from nlu.normalize import normalize

ROOT = Path(__file__).parent.parent
PLAIN = texts.sentences("zh_Hans")
OTHERS = texts.LOCALES[1:]
CHINESE = texts.LOCALES[:2]
# said by pages and by the loader, which name them in their own way
APART = ("web.", "board.", "desk_web.", "loading.")

# -- the same in every language --------------------------------------------------------------------
HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
NOT_IN_ENGLISH = re.compile(r"web\.page\.(\w+_says|example\w*)")  # typed by the Chinese page
CHINESE_IN_ENGLISH = re.compile(r"loading\.looks_like_secretary|start\.ask_locale")
ALSO_TRADITIONAL = frozenset("群核才台床吃峰占")  # simplified for OpenCC, yet what Hong Kong writes


def gaps(sentence: str) -> set[tuple[str, str]]:
    """The placeholders of a sentence, each with its format."""
    return {(name, how or "") for _, name, how, _ in string.Formatter().parse(sentence) if name is not None}


def needs(key: str) -> set[str]:
    """The facts a sentence names."""
    return {name for name, _ in gaps(PLAIN[key])}


def tables(locale: str) -> set[tuple[str, str]]:
    """Every table of every file."""
    return {
        (file.stem, name)
        for file in (texts.HOME / locale).glob("*.toml")
        for name, value in ({"": {}} | tomllib.loads(file.read_text(encoding="utf-8"))).items()
        if isinstance(value, dict)
    }


@cache
def converters() -> tuple[OpenCC, OpenCC]:
    return OpenCC("t2s"), OpenCC("s2t")


def simplified_in(sentence: str) -> set[str]:
    """Characters that stand as Simplified writes them where Traditional writes them otherwise."""
    to_simplified, to_traditional = converters()
    simple = to_simplified.convert(sentence)
    traditional = to_traditional.convert(simple)
    if not len(sentence) == len(simple) == len(traditional):
        return {char for char in sentence if to_traditional.convert(char) != char} - ALSO_TRADITIONAL
    written = zip(sentence, simple, traditional, strict=True)
    return {char for char, plain, full in written if char == plain != full} - ALSO_TRADITIONAL


@pytest.mark.parametrize("locale", OTHERS)
def test_every_language_has_the_same_files_tables_and_keys(locale: str) -> None:
    assert tables(locale) == tables("zh_Hans")
    missing = set(PLAIN) - set(texts.sentences(locale))
    assert [key for key in sorted(missing) if locale != "en" or not NOT_IN_ENGLISH.fullmatch(key)] == []
    assert sorted(set(texts.sentences(locale)) - set(PLAIN)) == []


@pytest.mark.parametrize("locale", OTHERS)
def test_a_sentence_has_the_same_gaps_and_lines_in_every_language(locale: str) -> None:
    own = texts.sentences(locale)
    differ = {
        key: own[key]
        for key in own.keys() & PLAIN.keys()
        if gaps(own[key]) != gaps(PLAIN[key]) or own[key].count("\n") != PLAIN[key].count("\n")
    }
    assert differ == {}


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_no_sentence_is_empty(locale: str) -> None:
    assert [key for key, sentence in texts.sentences(locale).items() if not sentence.strip()] == []


def test_simplified_characters_are_told_from_traditional_ones() -> None:
    assert simplified_in("家里有事，请联系党支部") == set("里请联系党")
    assert simplified_in("鄰里之間，家裏有事，請聯繫黨支部，只要一隻") == set()


def test_traditional_sentences_have_no_simplified_characters() -> None:
    found = {key: simplified_in(sentence) for key, sentence in texts.sentences("zh_Hant").items()}
    assert {key: chars for key, chars in found.items() if chars} == {}


def test_english_sentences_have_no_chinese() -> None:
    found = {key: sentence for key, sentence in texts.sentences("en").items() if HAN.search(sentence)}
    assert {key: said for key, said in found.items() if not CHINESE_IN_ENGLISH.fullmatch(key)} == {}


@pytest.mark.parametrize("locale", CHINESE)
def test_chinese_has_full_width_punctuation(locale: str) -> None:
    half = re.compile(r"[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]")
    found = {key: sentence for key, sentence in texts.sentences(locale).items() if half.search(sentence)}
    assert found == {}


@pytest.mark.parametrize(("locale", "longest"), [("zh_Hans", 200), ("zh_Hant", 200), ("en", 700)])
def test_what_people_consent_to_is_short(locale: str, longest: int) -> None:
    assert len(texts.sentences(locale)["consent.notice"]) <= longest


@pytest.mark.parametrize(("locale", "longest"), [("zh_Hans", 12), ("zh_Hant", 12), ("en", 22)])
def test_labels_of_buttons_are_short(locale: str, longest: int) -> None:
    labels = {k: v for k, v in texts.sentences(locale).items() if k.startswith(("buttons.", "words.intent."))}
    assert {key: label for key, label in labels.items() if len(label) > longest} == {}


# -- words that people type ------------------------------------------------------------------------
def command_words(locale: str) -> Iterator[tuple[str, str]]:
    for key, words in texts.sentences(locale).items():
        if key.startswith("commands."):
            yield from ((key.removeprefix("commands."), word) for word in words.split("|"))


def test_every_command_starts_an_intent() -> None:
    assert {name for name, _ in command_words("zh_Hans")} <= set(INTENTS)


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_a_command_is_understood_as_it_is_typed(locale: str) -> None:
    for name, word in command_words(locale):
        read = normalize(word)
        taken = interrupt(read)  # these words are looked for first
        assert taken is None or (name, taken) in {("help", "help"), ("talk_to_human", "human")}, word
        assert commands(locale).get(read.lower()) == name, word


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_no_word_is_two_commands(locale: str) -> None:
    words = [word for _, word in command_words(locale)]
    assert len(words) == len(set(words))
    assert all(word == word.strip().lower() and word for word in words)


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_what_people_are_told_to_reply_is_understood(locale: str) -> None:
    known = {*commands(locale), *_UNKNOWN}
    known |= {normalize(said) for key, said in texts.sentences(locale).items() if key.startswith("buttons.")}
    asked = re.compile(r"(?:回|[点點]|[Rr]eply|[Tt]ap) ?[“「]([^”」]+)[”」]")
    sentences = {key: said for key, said in texts.sentences(locale).items() if not key.startswith(APART)}
    told = {key: asked.findall(sentence) for key, sentence in sentences.items()}
    assert {key for key, words in told.items() if not {normalize(word) for word in words} <= known} == set()
    assert any(told.values())


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_the_words_that_help_names_work_everywhere(locale: str) -> None:
    last = texts.sentences(locale)["greet.help"].splitlines()[-1]
    words = re.split(r"[、,]", re.split(r"[：:]", last)[1].strip(" 。."))
    assert len(words) == 4
    assert all(interrupt(normalize(word)) for word in words), words


# -- words for what is stored ----------------------------------------------------------------------
def test_every_state_kind_and_role_has_a_word() -> None:
    kinds = {
        "status": Status,
        "case_kind": CaseKind,
        "notice_state": NoticeState,
        "role": RoleKind,
        "topic": Topic,
    }
    wanted = {f"words.{table}.{one}" for table, kind in kinds.items() for one in kind}
    assert wanted <= set(PLAIN)


def test_every_format_is_a_table_of_words_or_a_shape_of_time() -> None:
    formats = {how for sentence in PLAIN.values() for _, how in gaps(sentence) if how}
    shapes = {"when", "day", "time"}
    assert {f for f in formats - shapes if not any(key.startswith(f"words.{f}.") for key in PLAIN)} == set()


# -- what the code says ----------------------------------------------------------------------------
ANY = r"\w+"  # what is filled in when the code runs
Node = tuple[str, str]  # a module and a name defined at its top
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tree(module: str) -> ast.Module:
    file = import_module(module).__file__
    assert file is not None
    return ast.parse(Path(file).read_text(encoding="utf-8"))


HANDLERS = [f"handlers.{file.stem}" for file in sorted(Path(handlers.__path__[0]).glob("[a-z]*.py"))]


@cache
def defined() -> dict[Node, ast.stmt]:
    """What stands at the top of the handlers' files, by name."""
    found: dict[Node, ast.stmt] = {}
    for module in HANDLERS:
        for one in tree(module).body:
            if isinstance(one, Function):
                found[module, one.name] = one
            elif isinstance(one, ast.Assign | ast.AnnAssign):
                for target in one.targets if isinstance(one, ast.Assign) else [one.target]:
                    if isinstance(target, ast.Name):
                        found[module, target.id] = one
    return found


@cache
def imported(module: str) -> dict[str, Node]:
    return {
        name.asname or name.name: (one.module, name.name)
        for one in ast.walk(tree(module))
        if isinstance(one, ast.ImportFrom) and one.module
        for name in one.names
    }


@cache
def reached(start: Node) -> frozenset[Node]:
    """A function with everything in the handlers that it uses, directly or not."""
    found: set[Node] = set()
    waiting = [start]
    while waiting:
        node = waiting.pop()
        if node in found or node not in defined():
            continue
        found.add(node)
        for one in ast.walk(defined()[node]):
            if isinstance(one, ast.Name):
                waiting.append(imported(node[0]).get(one.id, (node[0], one.id)))
    return frozenset(found)


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def calls(where: ast.AST, *names: str) -> list[ast.Call]:
    return [one for one in ast.walk(where) if isinstance(one, ast.Call) and called(one) in names]


def patterns(said: ast.expr, within: ast.AST, users: Iterable[Node] = ()) -> set[str]:
    """The strings an expression can be, as regular expressions; nothing when they are computed elsewhere.

    A parameter is what `users` pass for it.
    """
    match said:
        case ast.Constant(value=str(value)):
            return {re.escape(value)}
        case ast.JoinedStr(values=values):
            parts = [{ANY} if isinstance(v, ast.FormattedValue) else patterns(v, within) for v in values]
            return {"".join(part) for part in product(*parts)}
        case ast.IfExp(body=body, orelse=orelse):
            return patterns(body, within, users) | patterns(orelse, within, users)
        case ast.Call(func=ast.Attribute(value=ast.Dict(values=values), attr="get"), args=args):
            return {p for value in [*values, *args[1:]] for p in patterns(value, within, users)}
        case ast.Name(id=name):
            given = [
                one.value
                for one in ast.walk(within)
                if isinstance(one, ast.Assign)
                and any(isinstance(t, ast.Name) and t.id == name for t in one.targets)
            ]
            nowhere = ast.Module([], [])
            return {p for value in [*given, *passed(name, within, users)] for p in patterns(value, nowhere)}
    return set()


def passed(name: str, within: ast.AST, users: Iterable[Node]) -> Iterator[ast.expr]:
    """What is passed for a parameter of a function."""
    if isinstance(within, Function) and name in (names := [one.arg for one in within.args.args]):
        for user in users:
            for call in calls(defined()[user], within.name):
                yield from call.args[names.index(name) :][:1]
                yield from (keyword.value for keyword in call.keywords if keyword.arg == name)


def fitting(pattern: str) -> set[str]:
    return {key for key in PLAIN if re.fullmatch(pattern, key)}


def facts(call: ast.Call) -> set[str] | None:
    """The facts a call gives; None when they cannot be read off it."""
    names = {keyword.arg for keyword in call.keywords}
    return None if None in names else {name for name in names if name}


Said = tuple[str, str, set[str] | None]  # where, the pattern of a key, the facts given


def said_by_handlers() -> Iterator[Said]:
    """`talk.say` and `talk.text`: a key without a dot stands in the file of the intent that says it."""
    for intent in INTENTS.values():
        nodes = reached((intent.run.__module__, intent.run.__name__))
        for node in nodes:
            where = defined()[node]
            for call in calls(where, "say", "text"):
                if isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "talk":
                    for key in patterns(call.args[0], where, nodes):
                        whole = key if "." in key else f"{re.escape(texts_of(intent.name))}\\.{key}"
                        yield f"{intent.name}: {'.'.join(node)}", whole, facts(call)


def said_elsewhere() -> Iterator[Said]:
    """`texts.say(locale, key)` anywhere, and `say(key)` of a turn."""
    for file in (*ROOT.glob("bot/**/*.py"), *ROOT.glob("handlers/*.py")):
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(function, Function):
                continue
            for call in calls(function, "say"):
                owner = getattr(call.func.value, "id", "") if isinstance(call.func, ast.Attribute) else ""
                at = {"texts": 1, "self": 0, "turn": 0}.get(owner)
                for key in patterns(call.args[at], function) if at is not None else ():
                    yield f"{file.name}: {function.name}", key, facts(call)


SENTENCE = re.compile(rf"({'|'.join(sorted({key.split('.')[0] for key in PLAIN}))})\.[A-Za-z_.]*[A-Za-z]")


def named_outright() -> Iterator[tuple[str, str]]:
    """Every string of the code that has the form of a key."""
    for file in (*ROOT.glob("bot/**/*.py"), *ROOT.glob("handlers/*.py"), *ROOT.glob("web/*.py")):
        module = ast.parse(file.read_text(encoding="utf-8"))
        parts = {
            id(part) for one in ast.walk(module) if isinstance(one, ast.JoinedStr) for part in one.values
        }
        for one in ast.walk(module):
            match one:
                case ast.Constant(value=str(key)) if SENTENCE.fullmatch(key) and id(one) not in parts:
                    yield file.name, key


def labels() -> Iterator[tuple[str, str]]:
    """Labels of buttons: of `talk.button`, of yes and no, and of what people are told."""
    for (module, name), where in defined().items():
        for call in calls(where, "button"):
            for label in patterns(call.args[0], where) if call.args else ():
                yield f"{module}.{name}", label
        for call in calls(where, "yes_no"):
            for keyword in call.keywords:
                yield from ((f"{module}.{name}", label) for label in patterns(keyword.value, where))
        for pair in ast.walk(where):
            match pair:
                case ast.Tuple(elts=[ast.Constant(value=str(label)), payload]):
                    started = {p.split("\\ ")[0].split(" ")[0] for p in patterns(payload, where)}
                    if started & set(INTENTS):
                        yield f"{module}.{name}", re.escape(label)


def asked() -> Iterator[tuple[str, str, Slot[Any], set[str] | None]]:
    """`talk.ask(SLOT, …)`: by which intent, where, the slot, the facts given."""
    for intent in INTENTS.values():
        for module, name in reached((intent.run.__module__, intent.run.__name__)):
            for call in calls(defined()[module, name], "ask"):
                slot = getattr(import_module(module), getattr(call.args[0], "id", ""), None)
                assert isinstance(slot, Slot), f"{module}.{name} asks for what is no slot of its file"
                yield intent.name, f"{module}.{name}", slot, facts(call)


def told() -> Iterator[tuple[str, str, set[str] | None]]:
    """`Tell(key=…)`: for which kind of event, the pattern of the key, the facts given."""
    for kind, teller in TELLS.items():
        nodes = reached((teller.__module__, teller.__name__))
        given = {name for node in nodes for name in keys_of(defined()[node])}
        for node in nodes:
            where = defined()[node]
            for call in calls(where, "Tell"):
                key = next(keyword.value for keyword in call.keywords if keyword.arg == "key")
                found = (
                    {re.escape(kind)}
                    if ast.unparse(key) == "world.event.kind"
                    else patterns(key, where, nodes)
                )
                assert found, f"{'.'.join(node)} tells something that cannot be read off the code"
                yield from ((kind, f"notify\\.{one}", None if None in given else given) for one in found)


def keys_of(where: ast.AST) -> Iterator[Any]:
    """The keys of the dicts in a piece of code; None for one that is unpacked into another."""
    for one in ast.walk(where):
        if isinstance(one, ast.Dict):
            yield from (key.value if isinstance(key, ast.Constant) else key and "" for key in one.keys)
        elif isinstance(one, ast.Call) and called(one) == "case_facts":
            yield from keys_of(next(calls_in("bot.telling", "case_facts")))


def calls_in(module: str, name: str) -> Iterator[Function]:
    return (one for one in ast.walk(tree(module)) if isinstance(one, Function) and one.name == name)


def lacking(found: Iterable[Said]) -> list[str]:
    """What has no sentence, or names a fact that nobody gives."""
    wrong = []
    for where, pattern, given in found:
        keys = fitting(pattern)
        if not keys:
            wrong.append(f"{where}: no sentence {pattern}")
        wrong += [
            f"{where}: {key} lacks {needs(key) - given}"
            for key in keys
            if given is not None and ANY not in pattern and not needs(key) <= given
        ]
    return sorted(set(wrong))


def test_every_sentence_of_a_handler_is_there_and_gets_its_facts() -> None:
    found = list(said_by_handlers())
    assert len(found) > 100
    assert lacking(found) == []


def test_every_sentence_said_elsewhere_is_there_and_gets_its_facts() -> None:
    found = list(said_elsewhere())
    assert len(found) > 20
    assert lacking(found) == []


def test_every_key_that_is_named_in_the_code_is_there() -> None:
    assert [(file, key) for file, key in named_outright() if key not in PLAIN] == []


def test_every_button_has_its_label() -> None:
    found = [(where, f"buttons\\.{label}", None) for where, label in labels()]
    assert len(found) > 40
    assert lacking(found) == []


def test_every_slot_has_its_question_and_the_question_its_facts() -> None:
    found = list(asked())
    assert len(found) > 30
    wrong = []
    for intent, where, slot, given in found:
        file, name = texts_of(intent), slot.name
        if f"{file}.ask_{name}" not in PLAIN and f"common.ask_{name}" not in PLAIN:
            wrong.append(f"{where}: {intent} has no question for {name}")
            continue
        first = [f"{file}.ask_{name}", f"common.ask_{name}"]
        again = [f"{file}.again_{name}", *first[:1], f"common.again_{name}", *first[1:]]
        for choice in (first, again):
            key = next(key for key in choice if key in PLAIN)
            if given is not None and not needs(key) <= given | {"count"}:
                wrong.append(f"{where}: {key} lacks {needs(key) - given}")
    assert sorted(set(wrong)) == []


def test_everything_people_are_told_has_its_sentence_and_its_facts() -> None:
    found = list(told())
    assert len(found) > 40
    assert lacking(found) == []


def test_every_refusal_has_its_sentence_and_no_sentence_is_left_over() -> None:
    refusals = {f"refusals.{one.__name__}" for one in Refusal.__subclasses__()}
    named = {key for _, key in named_outright() if key.startswith("refusals.")}
    assert {key for key in PLAIN if key.startswith("refusals.")} == refusals | named


def test_every_refusal_gets_its_facts() -> None:
    named = {one.__name__ for one in Refusal.__subclasses__()}
    again = {("domain/case.py", "AlreadyClaimed")}  # caught, and raised again with the name
    wrong = []
    files = [file for folder in ("actions", "domain", "handlers") for file in (ROOT / folder).rglob("*.py")]
    for file in files:
        for one in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match one:
                case ast.Raise(exc=ast.Call(func=ast.Name(id=name)) as call) if name in named:
                    site = (str(file.relative_to(ROOT)), name)
                    lacks = needs(f"refusals.{name}") - (facts(call) or set())
                    if lacks and site not in again:
                        wrong.append((*site, lacks))
    assert wrong == []


def test_no_sentence_is_left_over() -> None:
    """A prefix alone ("buttons." with anything) is no use of a sentence."""
    used = {key for _, key in named_outright()}
    patterns = {pattern for _, pattern, _ in (*said_by_handlers(), *said_elsewhere(), *told())}
    patterns |= {f"buttons\\.{label}" for _, label in labels()}
    wide = {r"buttons\.\w+", r"words\.\w+\.\w+"}
    used |= {key for pattern in patterns - wide for key in fitting(pattern)}
    for intent, _, slot, _ in asked():
        used |= {
            f"{file}.{how}_{slot.name}" for file in (texts_of(intent), "common") for how in ("ask", "again")
        }
    used |= {f"commands.{name}" for name in INTENTS} | {f"words.intent.{name}" for name in Intent}
    used |= {f"words.intent.{name}" for name in INTENTS}
    formats = {how for sentence in PLAIN.values() for _, how in gaps(sentence)} | {"role"}
    used |= {key for key in PLAIN if key.startswith("words.") and key.split(".")[1] in formats}
    unused = set(PLAIN) - used
    unused = {key for key in unused if not key.startswith((*APART, "refusals."))}
    assert sorted(unused) == []
