"""settings: what the environment says, read once at start; each is explained here and in the README."""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SLACK_HOSTS = ("slack.com", "slack-gov.com")
DEFAULT_DATABASE_URL = "sqlite:///data/screwedup.db"
DEFAULT_PORT = 3000
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
OF_THE_SYSTEM = frozenset({"HTTPS_PROXY", "NO_PROXY"})  # set for every program, and read as others read them
PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
POLICY_BYTES = 1024 * 1024
QUOTES = "\"'`“”„‘’"
BOT_TOKEN, APP_TOKEN = re.compile(r"xoxb-[\w-]+", re.ASCII), re.compile(r"xapp-[\w-]+", re.ASCII)
A_TOKEN = re.compile(r"xox[a-z]|xapp-")
HOST = re.compile(r"(?!-)[\w-]{1,63}(?:\.[\w-]{1,63})*\.?", re.ASCII)
RESPONSE_HOSTS = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})


class SettingsError(Exception):
    """The environment is not usable; `lines` say what is missing or wrong, for a person."""

    def __init__(self, *lines: str) -> None:
        super().__init__(" ".join(lines))
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Settings:
    """One field a setting; the name in the environment is the field's name in capitals."""

    slack_bot_token: str
    """`SLACK_BOT_TOKEN`, as Slack names it: xoxb-…"""
    slack_app_token: str
    """`SLACK_APP_TOKEN`: xapp-…; when set, Socket Mode is used and no port is opened."""
    slack_signing_secret: str
    """`SLACK_SIGNING_SECRET`: needed for HTTP mode, where each request is checked against it."""
    slack_api_url: str
    """`SLACK_API_URL`: base of the Web API; slack.com, slack-gov.com or loopback."""
    database_url: str
    """`DATABASE_URL`: SQLAlchemy URL; the database is migrated on start."""
    host: str
    """`HOST`: address of HTTP mode."""
    port: int
    """`PORT`: port of HTTP mode, POST /slack/events."""
    policy_file: str
    """`POLICY_FILE`: a TOML file with the ladder, teams, contacts and whatever else may be set."""
    clock_offset_file: str
    """`CLOCK_OFFSET_FILE`: seconds to add to the clock; only with a loopback `SLACK_API_URL`."""
    heartbeat_file: str
    """`HEARTBEAT_FILE`: touched while the bot works; its age is the container's health."""
    heartbeat_url: str
    """`HEARTBEAT_URL`: fetched after each look of the auditor that found nothing; https, or this machine."""
    log_level: str
    """`LOG_LEVEL`: of the bot's own lines; Slack's library never logs below INFO."""
    https_proxy: str
    """`HTTPS_PROXY`: what every outgoing call goes through, http://host:port; HTTP_PROXY where that's all
    there is, as Slack's SDK reads it.
    """
    no_proxy: str
    """`NO_PROXY`: hosts that are reached without it: names, domains, addresses, networks, or `*`."""

    @property
    def socket_mode(self) -> bool:
        return bool(self.slack_app_token)

    @property
    def local(self) -> bool:
        """Whether the Slack we talk to is on this machine."""
        return urlsplit(self.slack_api_url).hostname in LOOPBACK

    def proxy_for(self, url: str) -> str | None:
        """What a call to that address goes through; None for straight there."""
        parts = _split(url)
        host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
        straight = any(_passes(host, port, one) for one in self.no_proxy.split(","))
        return None if straight else self.https_proxy or None

    def may_upload(self, url: str) -> bool:
        """Whether an address for an upload is Slack's (or the local Slack's own)."""
        parts = urlsplit(url)
        slack = any((parts.hostname or "").endswith(f".{host}") for host in SLACK_HOSTS)
        return self.may_answer(url) if self.local else parts.scheme == "https" and slack

    def may_answer(self, url: str) -> bool:
        """Whether a `response_url` is Slack's (or the local Slack's own)."""
        parts = urlsplit(url)
        if self.local:
            return parts.hostname in LOOPBACK and parts.netloc == urlsplit(self.slack_api_url).netloc
        return parts.scheme == "https" and parts.hostname in RESPONSE_HOSTS


def problems(env: Mapping[str, str]) -> list[str]:
    """What is missing or wrong in the environment, a line each, for a person. No value is ever shown."""
    untidy = dict(_untidy(env))
    tidy = {name: value for name, value in env.items() if name not in untidy}
    found = [*untidy.values(), *_tokens(tidy, untidy), *_addresses(tidy)]
    port = tidy.get("PORT") or str(DEFAULT_PORT)
    if not re.fullmatch("[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        found.append("PORT must be a number from 1 to 65535.")
    if (tidy.get("LOG_LEVEL") or "INFO").upper() not in LOG_LEVELS:
        found.append(f"LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}.")
    if (host := tidy.get("HOST", "")) and not (
        len(host) < 254 and (HOST.fullmatch(host) or _is_address(host))
    ):
        found.append("HOST must be a name or an address of this machine, like 127.0.0.1 or 0.0.0.0.")
    if (why := untouchable(tidy.get("HEARTBEAT_FILE", ""))) and "HEARTBEAT_FILE" in tidy:
        found.append(f"HEARTBEAT_FILE {tidy['HEARTBEAT_FILE']} cannot be touched: {why}.")
    return found


def _untidy(env: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What slips in with copying: (setting, sentence)."""
    for name in {field.upper() for field in Settings.__dataclass_fields__} - OF_THE_SYSTEM:
        value = env.get(name, "")
        if value != value.strip() or any(ord(c) < 32 or ord(c) == 127 for c in value):
            yield name, f"{name} has a space or a line break that doesn't belong there; take it out."
        elif value and (value[0] in QUOTES or value[-1] in QUOTES):
            yield name, f"{name} has quotation marks around it; take them away."


def untouchable(file: str) -> str:
    """Why the heartbeat file can't be touched, found out without touching it; "" where it can."""
    if not file:
        return ""
    path = Path(file).absolute()
    try:
        if path.exists() and not path.is_file():  # a pipe would hold us until someone reads it
            return "it is a folder" if path.is_dir() else "it is not a file"
        if not path.parent.is_dir():
            return "its folder does not exist"
        return "" if os.access(path if path.exists() else path.parent, os.W_OK) else "Permission denied"
    except OSError as error:  # a name that no file can have
        return str(error.strerror)


def _tokens(env: Mapping[str, str], said: Container[str]) -> Iterator[str]:
    """Each has to be there, and to be of its kind; what's been said of one already isn't said again.

    Sources: docs.slack.dev/authentication/tokens (the prefixes), /verifying-requests-from-slack.
    """
    names = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")
    bot, app, secret = (env.get(name) or ("said" if name in said else "") for name in names)
    if not bot:
        yield "SLACK_BOT_TOKEN is missing: the bot token of your Slack app (xoxb-…)."
    if not app and not secret:
        yield "SLACK_APP_TOKEN (xapp-…, for Socket Mode) or SLACK_SIGNING_SECRET (for HTTP) is missing."
    if not bot or not (app or secret):
        yield "Without a Slack workspace: make play needs no tokens."
    if bot and names[0] not in said and not BOT_TOKEN.fullmatch(bot):
        yield f"SLACK_BOT_TOKEN does not look like a bot token (xoxb-…){_instead(bot, 'xoxb-')}."
    if app and names[1] not in said and not APP_TOKEN.fullmatch(app):
        yield f"SLACK_APP_TOKEN does not look like an app-level token (xapp-…){_instead(app, 'xapp-')}."
    if secret and A_TOKEN.match(secret):
        yield f"SLACK_SIGNING_SECRET does not look like a signing secret{_instead(secret)}."


def _instead(value: str, wanted: str = "") -> str:
    """What Slack calls a token that begins like this; of the wanted kind, only a part of it is one."""
    kinds = {"xoxb-": "a bot token", "xapp-": "an app-level token", "xoxp-": "a user token"}
    kinds["xoxe"] = "a token that expires after twelve hours: switch token rotation off"
    if wanted and value.startswith(wanted):
        return ": copy all of it, and nothing else"
    found = next((words for first, words in kinds.items() if value.startswith(first)), "")
    return f"; it holds {found}" if found else ""


def _addresses(env: Mapping[str, str]) -> Iterator[str]:
    proxy = _split(_proxy(env))
    if _proxy(env) and (proxy.scheme not in ("http", "https") or not proxy.hostname):
        yield "HTTPS_PROXY must be an http:// address, like http://proxy.example:3128."
    api, heartbeat = _split(_api_url(env)), _split(env.get("HEARTBEAT_URL", ""))
    host = api.hostname or ""
    local = host in LOOPBACK
    if not local and not any(host == h or host.endswith("." + h) for h in SLACK_HOSTS):
        yield "SLACK_API_URL must point to slack.com, slack-gov.com or this machine."
    elif api.scheme != "https" and not (local and api.scheme == "http"):
        yield "SLACK_API_URL must start with https://."
    elif not api.path.rstrip("/").endswith("/api") or api.query or api.fragment or api.username:
        yield "SLACK_API_URL must end with /api/, like https://slack.com/api/."
    near = heartbeat.scheme == "http" and heartbeat.hostname in LOOPBACK
    if env.get("HEARTBEAT_URL") and not near and not (heartbeat.scheme == "https" and heartbeat.hostname):
        yield "HEARTBEAT_URL must start with https://, or point to this machine."


def _proxy(env: Mapping[str, str]) -> str:
    """The proxy, by the names that Slack's SDK looks for; without a scheme it's http, as curl takes it."""
    names = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
    found = next((value for name in names if (value := env.get(name, "").strip())), "")
    return found if not found or "://" in found else f"http://{found}"


def _passes(host: str, port: int, one: str) -> bool:
    """Whether an entry of NO_PROXY means that host: curl's rules (curl.se/docs/manpage.html, --noproxy), and
    `*.example.com` for `.example.com`, as Go's programs take it.
    """
    one = one.strip().lower()
    if one == "*":
        return True
    name, _, at = one.rpartition(":") if re.search(r"[^:]:[0-9]+$", one) else (one, "", "")
    name = name.strip("[]").lstrip("*.")
    if not name or (at and at.lstrip("0") != str(port)):
        return False
    try:
        return ip_address(host) in ip_network(name, strict=False)
    except ValueError:  # one of the two is a name
        return host == name or host.endswith(f".{name}")


def _is_address(host: str) -> bool:
    try:
        return bool(ip_address(host))
    except ValueError:
        return False


def _split(url: str) -> SplitResult:
    """The parts of a URL; of one that is none: empty."""
    try:
        parts = urlsplit(url)
        return parts if parts.port is None or parts.port else urlsplit("")
    except ValueError:
        return urlsplit("")


def _api_url(env: Mapping[str, str]) -> str:
    return env.get("SLACK_API_URL") or "https://slack.com/api/"


def database_url(env: Mapping[str, str]) -> str:
    """Where the data lies."""
    return env.get("DATABASE_URL") or DEFAULT_DATABASE_URL


def from_environment(env: Mapping[str, str]) -> Settings:
    """Read and check. Raises: SettingsError with one line a problem."""
    if wrong := problems(env):
        raise SettingsError(*wrong)
    url = _api_url(env)
    local = urlsplit(url).hostname in LOOPBACK
    return Settings(
        slack_bot_token=env["SLACK_BOT_TOKEN"],
        slack_app_token=env.get("SLACK_APP_TOKEN", ""),
        slack_signing_secret=env.get("SLACK_SIGNING_SECRET", ""),
        slack_api_url=url if url.endswith("/") else url + "/",
        database_url=database_url(env),
        host=env.get("HOST") or "127.0.0.1",
        port=int(env.get("PORT") or DEFAULT_PORT),
        policy_file=env.get("POLICY_FILE", ""),
        clock_offset_file=env.get("CLOCK_OFFSET_FILE", "") if local else "",
        heartbeat_file=env.get("HEARTBEAT_FILE", ""),
        heartbeat_url=env.get("HEARTBEAT_URL", ""),
        log_level=env.get("LOG_LEVEL") or "INFO",
        https_proxy=_proxy(env),
        no_proxy=env.get("NO_PROXY") or env.get("no_proxy") or "",
    )


def policy_text(file: str) -> str | None:
    """The policy file's content, None without one. Raises: SettingsError when it cannot be read.

    A byte order mark, which some editors put at the beginning, is no part of it.
    """
    if not file:
        return None
    try:
        if Path(file).exists() and not Path(file).is_file():  # a pipe would hold us until someone writes
            raise SettingsError(f"The policy file {file} is not a file.")
        with Path(file).open("rb") as opened:
            content = opened.read(POLICY_BYTES + 1)
        if len(content) > POLICY_BYTES:
            raise SettingsError(f"The policy file {file} is longer than {POLICY_BYTES:,} bytes.")
        return content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SettingsError(f"The policy file {file} cannot be read: {reason}.") from error
