"""httpbin, which answers with what a client did."""

from httpbin import app

application = app
