# A service with metrics of all workers, behind HAProxy.
import multiprocessing

from prometheus_stand_in import mark_process_dead

wsgi_app = "metrics_shop:create_app()"
bind = "0.0.0.0:8080"
workers = multiprocessing.cpu_count() * 2 + 1
worker_class = "gevent"
worker_connections = 500
proxy_protocol = True
proxy_allow_ips = "10.1.0.0/16"
accesslog = "-"
access_log_format = '{"remote": "%(h)s", "request": "%(r)s", "status": "%(s)s", "time": "%(D)s"}'
errorlog = "-"
logconfig_dict = {"version": 1}
statsd_host = "localhost:8125"
certfile = "/etc/ssl/shop.pem"
keyfile = "/etc/ssl/shop.key"


def child_exit(server, worker):
    mark_process_dead(worker.pid)
