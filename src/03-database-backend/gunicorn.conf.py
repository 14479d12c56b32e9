import socket

control_socket_disable = True
limit_request_line = 8190
workers = 2


def when_ready(server):
    """Let the system keep a connection until the client says something."""
    if hasattr(socket, "TCP_DEFER_ACCEPT"):
        for listener in server.LISTENERS:
            listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 3600)
