"""From which address a request comes: what the connection says, unless proxies of ours stand in front."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings


def client_address(request) -> str | None:
    """The client's address; None where there is none (a command, a Unix socket).

    X-Forwarded-For is believed only as far as our own proxies wrote it: each appends whom it saw, so with n of them the
    n-th entry from the right is the client and whatever stands left of it is the client's own invention. With fewer
    entries the request went around a proxy, and the connection has the word.
    """
    proxies, told = settings.TRUSTED_PROXIES, request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    forwarded = _valid(told[-proxies]) if 0 < proxies <= len(told) else None
    return forwarded or _valid(request.META.get("REMOTE_ADDR", ""))


def counted_address(request) -> str | None:
    """By what wrong passwords, wrong tokens and requests are counted; None where an address says nothing."""
    return counted_as(client_address(request))


def counted_as(address: str | None) -> str | None:
    """The address, of IPv6 its /64, which one household has to itself.

    None for this machine: a proxy on it that nobody told us of (PORTAL_TRUSTED_PROXIES) stands for everybody, who must
    not be locked out together.
    """
    found = None if address is None else ip_address(address)
    if found is None or found.is_loopback:
        return None
    if not isinstance(found, IPv6Address):
        return address
    return str(ip_network(f"{address}/64", strict=False).network_address)


def _valid(entry: str) -> str | None:
    """An entry's address without brackets, port and scope; None for what is no address."""
    text = entry.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)
