"""Ports of this machine: is one free, does a server answer on it."""

import random
import socket
import sys

import httpx

HOST = "127.0.0.1"

# Above those that programs have for their own, and below those that the systems give to clients:
# Linux from 32768 on, macOS and Windows from 49152 on.
FOR_SERVERS = range(10_000, 32_000)

# Not the generator that all share, which tests seed: two at once would draw the same.
CHANCE = random.SystemRandom()


def is_free(port: int) -> bool:
    """Whether a server can have this port, now."""
    with socket.socket() as client:
        client.settimeout(1)
        # A server that listens on every address doesn't stop another from binding to one of them
        # on macOS and Windows: so ask whether anybody answers first.
        if client.connect_ex((HOST, port)) == 0:
            return False
    with socket.socket() as server:
        if sys.platform != "win32":  # there the option would let two servers share a port
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port that nobody uses; another program may take it before you do.

    The system would give one of those that it also gives to clients, which are many and short.
    """
    while True:
        port = CHANCE.choice(FOR_SERVERS)
        if is_free(port):
            return port


def answers(url: str) -> bool:
    """Whether a web server answers a GET at this address, with no error of its own."""
    try:
        # Loading certificates would take longer than all the rest, and this is asked in loops.
        return httpx.get(url, timeout=5, trust_env=False, verify=False).status_code < 500
    except httpx.HTTPError:
        return False
