"""The command line of the one-machine default: `python -m embedded up|down|status|env|clean|demo`.

It reads the arguments, calls one function and prints a line; it decides nothing.
"""

from __future__ import annotations

import argparse
import shlex
import sys

from embedded import demo as runner
from embedded import services
from embedded.errors import EmbeddedError
from embedded.instance import open_instance, remove


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code: 0, or 1 with the reason on stderr."""
    parser = argparse.ArgumentParser(prog="python -m embedded", description="PostgreSQL and Valkey of one instance")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start what does not run")
    up.add_argument("--throwaway", action="store_true", help="no fsync: for tests alone")
    commands.add_parser("down", help="stop what we started")
    commands.add_parser("status", help="say what runs")
    commands.add_parser("clean", help="stop, and delete the instance's folder")
    demo = commands.add_parser("demo", help="a generated broker, from nothing to the page")
    for name in ("clients", "days", "seed", "port"):
        demo.add_argument(f"--{name}", type=int, required=True)
    commands.add_parser("env", help="print the addresses as shell exports")
    options = parser.parse_args(arguments)
    try:
        return _run(options)
    except EmbeddedError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _run(options: argparse.Namespace) -> int:
    instance = open_instance()
    if options.command == "up":
        done = services.up(instance, throwaway=options.throwaway)
        for name, words in services.status(instance).items():
            print(f"{name}: {words}{', started now' if name in done.started else ''}")
    elif options.command == "down":
        stopped = [*runner.stop_faces(instance), *services.down(instance)]
        print(f"stopped: {', '.join(stopped) or 'nothing ran'}")
    elif options.command == "status":
        for name, words in services.status(instance).items():
            print(f"{name}: {words}")
    elif options.command == "clean":
        runner.stop_faces(instance)
        services.down(instance)
        remove(instance)
        print(f"removed {instance.folder}")
    elif options.command == "demo":
        return runner.run(instance, runner.Broker(options.clients, options.days, options.seed), options.port)
    else:
        for name, value in services.addresses_of(instance).items():
            print(f"export {name}={shlex.quote(value)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
