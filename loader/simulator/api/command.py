"""Command line of the simulator, for users and parent processes."""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from loader.errors import ConfigError
from loader.simulator.api.clock import Clock
from loader.simulator.api.config import DEFAULT_RELEASE, Behaviour, SimulatorConfig
from loader.simulator.api.http import Server
from loader.simulator.api.server import listen, public_url, server, warehouse
from loader.simulator.api.state import DEFAULT_DAYS, DEFAULT_SCALE, DEFAULT_SEED, State, Wanted, remembered
from loader.simulator.api.tenant import Tenant

_GROWTH_HOURS = 1000.0  # orders grow by 18 % a week

_FOR_A_PERSON = """\
WMS simulator: {scale} order lines over {days} days, seed {seed}, origin {origin:%Y-%m-%d %H:%M:%S} UTC

  URL       {url}
  user      {username}
  password  {password}
  OAuth2    {url}/api/oauth2/token/  client {client_id}, secret {client_secret}

  curl -u {username}:{password} '{url}/wms/lgfapi/v10/entity/'
  curl -u {username}:{password} '{url}/wms/lgfapi/v10/entity/order_hdr?page_mode=sequenced&page_size=2'

Ctrl-C stops it."""


def main(arguments: Sequence[str]) -> int:
    """Serve until Ctrl-C or, with ``--ready-json``, until stdin closes. Returns the exit code."""
    options = _parser().parse_args(arguments)
    as_json = options.json or options.ready_json
    try:
        wanted = Wanted(options.seed, options.scale, options.days, options.statuses)
        state = remembered(Path(options.state) if options.state else None, wanted)
        config = _config(options, state)
        with closing(listen(config.host, config.port)) as listener:
            listener.listen()
            serving = server(Tenant(warehouse(config), Clock(), config))
            _announce(config, state, public_url(listener, config.env), as_json=as_json)
            if options.ready_json:
                threading.Thread(target=_stop_with_parent, args=(serving,), daemon=True).start()
            serving.run(sockets=[listener])
    except ConfigError as error:
        if as_json:
            failure = {"code": error.code, "message": error.message, "hint": error.hint, "context": error.context}
            print(msgspec.json.encode({"error": failure}).decode(), flush=True)
        else:
            print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        # uvicorn raises the signal again after it has stopped
        return 0
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m loader.simulator",
        description="An Oracle WMS Cloud tenant on this machine, for tests and trials.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8765, help="port; 0 selects a free one (default: %(default)s)")
    parser.add_argument("--env", default="sim", help="environment, first part of the path (default: %(default)s)")
    parser.add_argument("--seed", type=int, help=f"random seed of the warehouse (default: {DEFAULT_SEED})")
    parser.add_argument("--scale", type=int, help=f"order lines at the start (default: {DEFAULT_SCALE})")
    parser.add_argument("--days", type=int, help=f"days of history before the start (default: {DEFAULT_DAYS})")
    parser.add_argument(
        "--statuses",
        choices=("standard", "renumbered"),
        help="renumbered = other status ids and Portuguese descriptions (default: standard)",
    )
    parser.add_argument("--state", help="file that stores the warehouse parameters, so the next start continues it")
    parser.add_argument("--release", default=DEFAULT_RELEASE, help="WMS release to imitate (default: %(default)s)")
    parser.add_argument(
        "--latency-ms", type=float, default=0.0, help="delay per request in milliseconds (default: none)"
    )
    parser.add_argument(
        "--row-latency-us", type=float, default=0.0, help="delay per row in microseconds (default: none)"
    )
    parser.add_argument("--https-links", action="store_true", help="write links with https and port 443")
    parser.add_argument("--no-control", action="store_true", help="disable the control routes /__sim__/")
    parser.add_argument("--json", action="store_true", help="print one line of JSON when ready")
    parser.add_argument("--ready-json", action="store_true", help="as --json; stop when stdin closes")
    return parser


def _config(options: argparse.Namespace, state: State) -> SimulatorConfig:
    from loader.simulator.world import WorldSpec

    return SimulatorConfig(
        world=WorldSpec(
            seed=state.seed,
            scale=state.scale,
            days=state.days,
            origin=state.origin,
            statuses=state.statuses,
            growth_hours=_GROWTH_HOURS,
        ),
        host=options.host,
        port=options.port,
        env=options.env,
        seed=state.seed,
        behaviour=Behaviour(
            release=options.release,
            page_latency_ms=options.latency_ms,
            row_latency_us=options.row_latency_us,
            pretend_https=options.https_links,
        ),
        control=not options.no_control,
    )


def _announce(config: SimulatorConfig, state: State, url: str, *, as_json: bool) -> None:
    user, client = config.users[0], config.clients[0]
    facts = {
        "url": url,
        "username": user.username,
        "password": user.password,
        "client_id": client.client_id,
        "client_secret": client.client_secret,
    }
    if as_json:
        print(msgspec.json.encode({**facts, "pid": os.getpid()}).decode(), flush=True)
    else:
        print(_FOR_A_PERSON.format(**facts, **msgspec.structs.asdict(state)), flush=True)


def _stop_with_parent(serving: Server) -> None:
    """Stop when the parent ends, which closes the pipe, even on kill -9."""
    sys.stdin.buffer.read()
    serving.stop()
