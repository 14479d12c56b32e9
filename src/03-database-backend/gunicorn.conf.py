control_socket_disable = True
limit_request_line = 8190
preload_app = True
workers = 2
