"""What every application and every ledger of the tests would compile again, compiled once.

Each test has an application and a ledger of its own. Its templates, its routes and its statements
are those of all others; to compile them took a third of the time of the tests.
"""

from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import FileSystemBytecodeCache, Undefined
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule


def keep(templates: Path, undefined: type[Undefined]) -> None:
    """From now on, for whatever is made in this process; the templates in a folder."""
    compiled_once = FileSystemBytecodeCache(str(templates))
    Flask.jinja_options = {"bytecode_cache": compiled_once, "undefined": undefined}
    _routes()
    _statements()


def _routes() -> None:
    """How an address is read and built rests on the rule and its converters alone."""
    compiled, built = Rule._compile_builder, {}
    parsed, read = Rule._parse_rule, {}

    def built_once(rule: Rule, append_unknown: bool = True):
        converters = [(name, type(one)) for name, one in rule._converters.items()]
        key = (rule.rule, str(rule.defaults), str(converters), append_unknown)
        if key not in built:
            built[key] = compiled(rule, append_unknown)
        return built[key]

    def parsed_once(rule: Rule, text: str):
        key = (text, frozenset(rule.map.converters.items()))
        if key not in read:
            before = len(rule._trace)
            parts = list(parsed(rule, text))
            read[key] = parts, rule._trace[before:], dict(rule._converters)
            return parts
        parts, trace, converters = read[key]
        rule._trace.extend(trace)
        rule._converters.update(converters)
        rule.arguments.update(converters)
        return parts

    Rule._compile_builder, Rule._parse_rule = built_once, parsed_once


class _Statements:
    """What SQLAlchemy keeps of compiled statements, for all engines of a kind together."""

    def __init__(self) -> None:
        self._kept: LRUCache[Any, Any] = LRUCache(5000)

    def get(self, key: tuple[Any, ...]) -> Any:
        return self._kept.get((key[0].name, *key[1:]))

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        self._kept[key[0].name, *key[1:]] = compiled


def _statements() -> None:
    kept = _Statements()
    Engine._compiled_cache = property(lambda engine: kept, lambda engine, its_own: None)
