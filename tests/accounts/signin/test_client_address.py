"""A client is where our own proxies saw it, never where it says it is."""

import pytest

from lianyungang_cdpf.accounts.client_address import client_address, counted_address, counted_as


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "6.6.6.6", "6.6.6.6"),
        (1, "1.1.1.1, 6.6.6.6", "6.6.6.6"),
        (2, "1.1.1.1, 6.6.6.6, 10.0.0.2", "6.6.6.6"),
        (2, "10.0.0.2", "10.0.0.1"),
        (1, "6.6.6.6:4711", "6.6.6.6"),
        (1, "[2001:db8::7]:4711", "2001:db8::7"),
        (1, "::ffff:6.6.6.6", "6.6.6.6"),
        (1, "'; DROP TABLE", "10.0.0.1"),
    ],
)
def test_only_what_our_proxies_wrote_is_believed(rf, settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXIES = proxies
    assert client_address(rf.get("/", REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": forwarded})) == expected


def test_a_socket_has_no_address_and_ipv6_counts_by_its_network(rf):
    assert client_address(rf.get("/", REMOTE_ADDR="")) is None
    assert counted_as(None) is None and counted_address(rf.get("/", REMOTE_ADDR="")) is None
    assert counted_as("10.0.0.1") == "10.0.0.1"
    assert counted_as("2001:db8:1:2:3::4") == counted_as("2001:db8:1:2::9") == "2001:db8:1:2::"


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.0.1", "::1", "::ffff:127.0.0.1"])
def test_a_proxy_on_this_machine_that_nobody_told_us_of_counts_as_no_address(rf, address):
    assert counted_address(rf.get("/", REMOTE_ADDR=address)) is None
    assert counted_address(rf.get("/", REMOTE_ADDR="10.0.0.1")) == "10.0.0.1"
