"""settings: what the environment says, read once at start; each is explained here and in the README."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SLACK_HOSTS = ("slack.com", "slack-gov.com")
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

    @property
    def socket_mode(self) -> bool:
        return bool(self.slack_app_token)

    @property
    def local(self) -> bool:
        """Whether the Slack we talk to is on this machine."""
        return urlsplit(self.slack_api_url).hostname in LOOPBACK

    def may_answer(self, url: str) -> bool:
        """Whether a `response_url` is Slack's (or the local Slack's own)."""
        parts = urlsplit(url)
        if self.local:
            return parts.hostname in LOOPBACK and parts.netloc == urlsplit(self.slack_api_url).netloc
        return parts.scheme == "https" and parts.hostname in RESPONSE_HOSTS


def from_environment(env: Mapping[str, str]) -> Settings:
    """Read and check. Raises: SettingsError with one line a problem."""
    url = env.get("SLACK_API_URL") or "https://slack.com/api/"
    host = urlsplit(url).hostname or ""
    local = host in LOOPBACK
    problems: list[str] = []
    if not local and not any(host == h or host.endswith("." + h) for h in SLACK_HOSTS):
        problems.append("SLACK_API_URL must point to slack.com, slack-gov.com or this machine.")
    elif not local and urlsplit(url).scheme != "https":
        problems.append("SLACK_API_URL must start with https://.")
    if not env.get("SLACK_BOT_TOKEN"):
        problems.append("SLACK_BOT_TOKEN is missing: the bot token of your Slack app (xoxb-…).")
    if not env.get("SLACK_APP_TOKEN") and not env.get("SLACK_SIGNING_SECRET"):
        problems.append(
            "SLACK_APP_TOKEN (xapp-…, for Socket Mode) or SLACK_SIGNING_SECRET (for HTTP) is missing."
        )
    port = env.get("PORT") or "3000"
    if not port.isdigit() or not 0 < int(port) < 65536:
        problems.append("PORT must be a number from 1 to 65535.")
    if problems:
        raise SettingsError(*problems)
    return Settings(
        slack_bot_token=env["SLACK_BOT_TOKEN"],
        slack_app_token=env.get("SLACK_APP_TOKEN", ""),
        slack_signing_secret=env.get("SLACK_SIGNING_SECRET", ""),
        slack_api_url=url if url.endswith("/") else url + "/",
        database_url=env.get("DATABASE_URL") or "sqlite:///data/screwedup.db",
        host=env.get("HOST") or "127.0.0.1",
        port=int(port),
        policy_file=env.get("POLICY_FILE", ""),
        clock_offset_file=env.get("CLOCK_OFFSET_FILE", "") if local else "",
        heartbeat_file=env.get("HEARTBEAT_FILE", ""),
        heartbeat_url=env.get("HEARTBEAT_URL", ""),
        log_level=env.get("LOG_LEVEL") or "INFO",
    )


def policy_text(settings: Settings) -> str | None:
    """The policy file's content, None without one. Raises: SettingsError when it cannot be read."""
    if not settings.policy_file:
        return None
    try:
        return Path(settings.policy_file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"POLICY_FILE {settings.policy_file} cannot be read: {error}.") from error
