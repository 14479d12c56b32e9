control_socket_disable = True
graceful_timeout = 1
worker_class = "gevent"
