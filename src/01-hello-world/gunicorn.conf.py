control_socket_disable = True
worker_class = "gevent"
