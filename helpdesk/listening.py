"""Where this machine can listen, asked before anything is started."""

import errno
import socket

from helpdesk.errors import InputError

ELSEWHERE = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}


def require_free_port(host: str, port: int) -> None:
    """Raise InputError unless we could listen there."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except UnicodeError as error:
        raise _not_here(host) from error
    except OSError as error:
        if isinstance(error, socket.gaierror) or error.errno in ELSEWHERE:
            raise _not_here(host) from error
        raise InputError(
            f"Port {port} on {host} cannot be used ({error.strerror}). Choose one: --port 8001"
        ) from error


def _not_here(host: str) -> InputError:
    return InputError(
        f"This machine does not have the address {host}. Take one that it has: "
        "--host 127.0.0.1 for itself alone, --host 0.0.0.0 for all that reach it."
    )
