"""plait serves Python web applications; this is the side of it that Python sees.

Applications may import this package but need not. It does nothing when imported: a worker imports it on its way to the
application, and every millisecond here would be one more before the first answer.
"""

__version__ = "0.1.0"

__all__ = ["__version__"]
