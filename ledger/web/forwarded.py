"""What a proxy in front says of a request: for which host, from whom, and what it is called. It is
believed of those that FORWARDED_ALLOW_IPS names alone, as gunicorn believes them about https.
"""

from collections.abc import Callable, Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

Networks = tuple[IPv4Network | IPv6Network, ...]
Environ = dict[str, Any]


class Forwarded:
    """A WSGI application behind proxies."""

    def __init__(self, application: Any, believed: Iterable[str]) -> None:
        """`believed` are addresses or networks; `*` is everybody."""
        self.application = application
        said = [one.strip() for one in believed if one.strip()]
        self.everybody = "*" in said
        self.networks: Networks = tuple(ip_network(one, strict=False) for one in said if one != "*")

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Any:
        if self.believes(environ.get("REMOTE_ADDR", "")):
            host = environ.get("HTTP_X_FORWARDED_HOST", "").rpartition(",")[2].strip()
            if host:
                environ["HTTP_HOST"] = host
            environ["REMOTE_ADDR"] = self._client(environ)
        else:
            environ.pop("HTTP_X_REQUEST_ID", None)
        return self.application(environ, start_response)

    def believes(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return self.everybody or any(found in one for one in self.networks)

    def _client(self, environ: Environ) -> str:
        """The last address that no believed proxy has: what stands before it anybody may write."""
        nearest = str(environ["REMOTE_ADDR"])
        for said in reversed(environ.get("HTTP_X_FORWARDED_FOR", "").split(",")):
            try:
                nearest = str(ip_address(said.strip()))
            except ValueError:
                break
            if not self.believes(nearest):
                break
        return nearest
