from gevent import idle

control_socket_disable = True
graceful_timeout = 1
limit_request_line = 8190
worker_class = "gevent"
workers = 2


def post_request(worker, request, environ, response):
    """Let the other clients have their turn."""
    idle()
