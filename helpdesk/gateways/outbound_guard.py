"""Which URLs and addresses the server may connect to, decided without touching the network."""

import re
from collections.abc import Collection
from ipaddress import IPv6Address, ip_address, ip_network

import httpx

from helpdesk.errors import InputError

WEB_PORTS = frozenset({80, 443})

_LONGEST_URL = 8192
_HIGHEST_PORT = 65535
_PLAIN_URL = re.compile(
    r"https?://"
    r"(?:\[[0-9a-f:.]+\]|[^\x00-\x20\x7f/?#@\\\[\]:%]+)"  # host; a user name would need the @
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?:[/?#][^\x00-\x20\x7f\\]*)?",
    re.IGNORECASE,
)
_ALLOW_ENTRY = re.compile(r"(?P<host>\[[^\[\]/]+\]|[^:\[\]/?#]+)(?::(?P<port>[0-9]{1,5}))?")
_ENDS_IN_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?")

# 6to4 (2002::/16), Teredo (inside 2001::/23) and NAT64 (64:ff9b…) carry an IPv4 address that some
# router would unwrap: they are refused whole. Only the mapped form ::ffff:0:0/96 is unwrapped here.
_REFUSED_NETWORKS = tuple(
    ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"),
        *("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32"),
        *("2002::/16", "5f00::/16", "fc00::/7", "fe80::/9", "fec0::/10", "ff00::/8"),
    )
)


class AllowList:
    """The operator's exceptions: `host` (any port) or `host:port`, compared exactly.

    What it covers may be private and on any port. Raises InputError for an entry it cannot read.
    """

    def __init__(self, entries: Collection[str]) -> None:
        self._entries = frozenset(_read_allow_entry(entry) for entry in entries)

    def covers(self, host: str, port: int) -> bool:
        """Whether the operator vouches for this host at this port."""
        return not self._entries.isdisjoint({(host, port), (host, None)})


def parse_url(url: str) -> httpx.URL:
    """Parse once, for judging and for sending. Raises InputError unless it is plain http or https.

    Plain: no user name, no control characters, no backslash, a host that is a name, a canonical
    IPv4 address or a bracketed IPv6 address.
    """
    plain = _PLAIN_URL.fullmatch(url) if len(url) <= _LONGEST_URL else None
    if plain is None or int(plain["port"] or 0) > _HIGHEST_PORT:
        raise refused("it is not a plain http or https address")
    try:
        parsed = httpx.URL(url)
        is_name = bool(parsed.host) and not _is_disguised_number(host_of(parsed))
    except (httpx.InvalidURL, UnicodeError) as error:
        raise refused("its host is not a host name") from error
    if not is_name:
        raise refused("its host is not a host name")
    return parsed


def host_of(url: httpx.URL) -> str:
    """Return the host as the guard compares it."""
    return canonical(url.raw_host.decode("ascii"))


def canonical(host: str) -> str:
    """Return a host in lower case, an IPv6 address without brackets and in its short form."""
    return str(ip_address(host)) if ":" in host else host.lower()


def port_of(url: httpx.URL) -> int:
    """Return the port, the scheme's own where none is written."""
    if url.port is not None:
        return url.port
    return 443 if url.scheme == "https" else 80


def is_public(address: str) -> bool:
    """Whether an address literal belongs to the public internet."""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        return False
    return not any(ip in network for network in _REFUSED_NETWORKS)


def is_address(host: str) -> bool:
    """Whether a host is an address literal, so that there is nothing to resolve."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def refused(reason: str) -> InputError:
    """Return the error for a URL that the server does not open."""
    return InputError(f"url invalid: {reason}", errors={"url": reason})


def _read_allow_entry(entry: str) -> tuple[str, int | None]:
    """Turn one entry of the allow-list into host and port; None stands for every port."""
    bare = entry.strip()
    spelled = f"[{bare}]" if bare.count(":") > 1 and "[" not in bare else bare
    parts = _ALLOW_ENTRY.fullmatch(spelled)
    try:
        if parts is None:
            raise refused("it is not an entry")
        host = host_of(parse_url(f"http://{parts['host']}/"))
    except (InputError, ValueError) as error:
        raise InputError(f"OUTBOUND_ALLOW: {entry!r} is neither host nor host:port") from error
    return host, int(parts["port"]) if parts["port"] else None


def _is_disguised_number(host: str) -> bool:
    """Whether a resolver could read it as a number: 127.1, 0x7f000001, 0177.0.0.1, 2130706433."""
    return bool(_ENDS_IN_NUMBER.fullmatch(host)) and not is_address(host)
