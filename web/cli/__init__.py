"""Command line: ``flask --app wsgi <group> <command>``. Each module of this package holds one ``group``.

The modules are imported when a command is asked for: a web worker never pays for them.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import click
from flask import Flask
from flask.cli import AppGroup


class Commands(AppGroup):
    """The application's commands, loaded on first use."""

    _loaded = False

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all groups."""
        self._load()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The group of that name, if there is one."""
        self._load()
        return super().get_command(ctx, cmd_name)

    def _load(self) -> None:
        if self._loaded:
            return
        self._loaded = True
        for module in iter_modules(__path__, f"{__name__}."):
            group = getattr(import_module(module.name), "group", None)
            if group is not None:
                self.add_command(group)


def init_app(app: Flask) -> None:
    """Give ``app`` its commands."""
    app.cli = Commands(app.name, commands=app.cli.commands)
