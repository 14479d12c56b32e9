control_socket_disable = True
limit_request_line = 8190
worker_class = "gevent"
workers = 2
