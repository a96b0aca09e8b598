"""A project board on a Unix socket, started by systemd."""

wsgi_app = "board.wsgi"
chdir = "/srv/board/back"
bind = ["unix:/run/board/http.sock", "127.0.0.1:8001"]
umask = 0o007
backlog = 512
user = "board"
group = "www-data"
workers = 4
threads = 4
worker_class = "gthread"
graceful_timeout = 60
keepalive = 5
limit_request_fields = 60
limit_request_line = 8190
forwarded_allow_ips = "10.0.0.1,10.0.0.2"
accesslog = "/var/log/board/access.log"
errorlog = "/var/log/board/error.log"
loglevel = "warning"
pidfile = "/run/board/gunicorn.pid"
raw_env = ["BOARD_SECRET_FILE=/etc/board/secret key", "LANG=C.UTF-8"]
pythonpath = "/srv/board/plugins"
proc_name = "board"
daemon = False
reload = False
