control_socket_disable = True
graceful_timeout = 1
limit_request_line = 8190
worker_class = "gevent"
workers = 2
