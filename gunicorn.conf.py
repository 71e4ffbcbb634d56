"""How gunicorn serves the tracker, read by it from the working folder. A buffering proxy belongs in front."""

bind = "127.0.0.1:8000"
workers = 2
threads = 4
# Workers are renewed now and then, at different moments.
max_requests = 20_000
max_requests_jitter = 2_000
accesslog = None
# For who turns it on: without the query, where somebody may have put a token by mistake.
access_log_format = '%(h)s %(t)s "%(m)s %(U)s %(H)s" %(s)s %(b)s %(M)sms'
# The control socket would be opened under the home folder, which a container may not write.
control_socket_disable = True
