"""Its import fails."""


def innermost():
    raise LookupError("the application's own reason")


innermost()
