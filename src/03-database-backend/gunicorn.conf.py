from gevent import idle, with_timeout

control_socket_disable = True
graceful_timeout = 1
limit_request_line = 8190
worker_class = "gevent"
workers = 2


def post_request(worker, request, environ, response):
    """Let the other clients have their turn, for a hundredth of a second at most."""
    with_timeout(0.01, idle, timeout_value=None)
