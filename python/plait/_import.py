# -*- coding: utf-8 -*-
"""`plait import FILE`, which the program runs as a script, by its absolute path, with the user's Python:

    python _import.py FILE

Reads the file, has it translated, prints the command line and below it, as comments, what became of everything else.
Until the interpreter has been accepted this is Python 2.7, too.
"""

import os
import sys

USAGE = 64
ACCEPTED = "accepted: gunicorn.conf.py or another .py of gunicorn's, an ini file with a section [uwsgi], a Procfile"


def main(arguments):
    if sys.version_info < (3, 10):
        return fail(
            "%s is Python %d.%d; plait needs CPython 3.10 or later" % ((sys.executable,) + sys.version_info[:2])
        )
    use_this_package()
    try:
        text = translated(arguments[0])
    except Objection as objection:
        return fail(str(objection))
    sys.stdout.write(text)
    return 0


class Objection(Exception):
    """Why nothing can be translated, as a sentence."""


def use_this_package():
    """Import `plait` from where this file lies, as a worker does, and leave nothing of it on the path."""
    if not getattr(sys.flags, "safe_path", sys.flags.isolated):
        del sys.path[0]
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    import plait._import_procfile  # noqa: F401

    del sys.path[0]


def translated(path):
    from plait import _import_gunicorn, _import_gunicorn_reading, _import_procfile, _import_uwsgi

    text = read(path)
    variables = dict(os.environ)
    if _import_procfile.is_procfile(os.path.basename(path)):
        processes = _import_procfile.read(text)
        if not processes:
            raise Objection("no process in `%s`; accepted: lines such as `web: gunicorn hello:app`" % path)
        parts = [(process.name, _import_procfile.translate(process, variables)) for process in processes]
        return "\n".join("# %s\n%s" % (name, page(translation)) for name, translation in parts)
    if path.endswith(".py"):
        try:
            settings, remarks = _import_gunicorn_reading.read_file(path)
        except (_import_gunicorn_reading.ConfigurationFailed, SyntaxError) as failure:
            raise Objection("`%s` cannot be executed as gunicorn does: %s" % (path, failure))
        translation = _import_gunicorn.translate(settings, variables)
        translation.remarks += remarks
        return page(translation)
    if _import_uwsgi.is_uwsgi(text):
        return page(_import_uwsgi.translate(_import_uwsgi.read_file(path, variables), variables))
    raise Objection("`%s` is of no kind that is known; %s" % (path, ACCEPTED))


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError as error:
        raise Objection("`%s` cannot be read: %s; %s" % (path, error.strerror, ACCEPTED))


def page(translation):
    """The command line, and every other line of the file with what became of it."""
    command = translation.command
    lines = []
    if command.application or command.endpoints or command.options:
        lines.append(command.text())
        if command.application is None:
            lines.append("# APP stands for the application, as module:attribute: the file does not name it")
    lines += section("defaults of the other server, written out", translation.defaults)
    lines += section("note", translation.remarks)
    lines += section("not translated", map(with_reason, translation.untranslated))
    lines += section("needs nothing in plait", map(with_reason, translation.needless))
    return "\n".join(lines) + "\n"


def section(title, rows):
    rows = list(rows)
    return ["", "# %s:" % title, *["#   %s" % row for row in rows]] if rows else []


def with_reason(pair):
    setting, reason = pair
    place = "line %d: " % setting.line if setting.line else ""
    return "%s%s\n#       %s" % (place, setting.text, reason)


def fail(sentence):
    sys.stderr.write("plait: %s\n" % sentence)
    return USAGE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
