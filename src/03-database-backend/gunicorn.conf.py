from gevent import idle, with_timeout

control_socket_disable = True
graceful_timeout = 1
limit_request_line = 8190
worker_class = "gevent"
workers = 2


def post_request(worker, request, environ, response):
    """Let the others have their turn, but not for long."""
    with_timeout(0.01, idle, timeout_value=None)
