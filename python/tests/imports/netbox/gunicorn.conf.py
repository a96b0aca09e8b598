# An asset database behind nginx on the same machine.

# nginx passes requests on to this address.
bind = '127.0.0.1:8001'

# Two per processor and one more is the usual advice.
workers = 5

threads = 3

# Reports take long.
timeout = 120

# Start anew after so many requests, not all at the same time.
max_requests = 5000
max_requests_jitter = 500
