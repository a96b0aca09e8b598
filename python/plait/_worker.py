# -*- coding: utf-8 -*-
"""A worker's first file, which the keeper runs as a script, by its absolute path:

    python _worker.py APP --release X.Y.Z --channel 3 --threads N --processes N --root-path PATH --app-dir DIR
                          [--find KIND] [--report DESCRIPTOR] [--examine SECONDS]

With `--find` APP is not the application's name but what it is to be found by (`_project`), and what was found is told
through `--report`. With `--examine` nothing is served: more is told about the application (`_examination`).

It makes an ordinary Python process ready (sys.path, sys.argv, the package `plait`), finds the application, and hands
the main thread to the extension until the server goes away. Three laws:

- Until the interpreter has been accepted, only what Python 2.7 can parse: an interpreter that is too old must get a
  sentence, not a SyntaxError.
- No module that an application may not need: what is imported here delays the first answer of every worker.
- Everything that acts stays behind the guard at the end: `multiprocessing` with the spawn method runs this file again,
  as `__mp_main__`, in each of its children.
"""

import os
import sys

#: The exit status for "the application would not start", which the keeper tells from a crash.
WOULD_NOT_START = 3

#: What helps when parts of plait do not fit together.
ANEW = "install plait anew: all of it comes together"

#: How long threads that a failed import left behind may hold up the exit.
SECONDS_TO_LEAVE = 5


def main(arguments, channel=None):
    """`channel`: the descriptor, in a process that is a worker but was not started as one (`_launch`)."""
    objection = interpreter_objection()
    if objection:
        refuse(objection)
    name, options = arguments[1], dict(zip(arguments[2::2], arguments[3::2]))
    app_dir = os.path.abspath(options["--app-dir"])
    if channel is None:
        drop_script_directory()
        import_package()
    objection = release_objection(options.get("--release", "unknown"))
    if objection:
        refuse(objection)
    set_stage(name, app_dir)
    if options.get("--dev"):
        from plait import _development

        _development.show_failures()
        if channel is None:
            _development.leave_interrupts_to_keeper()
    report = int(options.get("--report", -1))
    if "--examine" in options:
        from plait import _examination

        _examination.limit(int(options["--examine"]))
    application = find_application(name, app_dir, options.get("--find"), report)
    if "--examine" in options:
        return tell(report, **_examination.facts())
    if report >= 0:
        os.close(report)
    from plait import _bridge

    _bridge.run(
        seen_by_tools(application, bool(options.get("--dev"))),
        channel=int(options["--channel"]) if channel is None else channel,
        threads=int(options["--threads"]),
        multiprocess=int(options["--processes"]) > 1,
        root_path=options["--root-path"],
    )


def interpreter_objection():
    """What keeps this interpreter from running the extension, or None."""
    accepted = "plait needs CPython 3.10 or later with its global interpreter lock"
    if getattr(getattr(sys, "implementation", None), "name", "cpython") != "cpython":
        return "%s is %s, not CPython; %s" % (sys.executable, sys.implementation.name, accepted)
    if sys.version_info < (3, 10):
        return "%s is Python %d.%d.%d; %s" % ((sys.executable,) + tuple(sys.version_info[:3]) + (accepted,))
    # PEP 703: the "t" of a free-threaded build. It cannot load an abi3 extension, even with the lock switched on.
    if "t" in sys.abiflags:
        return "%s is a free-threaded build of CPython; %s" % (sys.executable, accepted)
    return None


def drop_script_directory():
    """Take away the entry that Python made for the directory of a script: it would offer `_worker` to everybody.

    With `PYTHONSAFEPATH` there is none; before 3.11 only isolated mode left it out.
    """
    if not getattr(sys.flags, "safe_path", sys.flags.isolated):
        del sys.path[0]


def import_package():
    """Import the package this file belongs to as `plait`, whether or not (another) one is installed.

    Its parent directory is on sys.path for this one import only: what else lies there is nobody's business. The
    submodules, `plait._bridge` among them, are then found beside `plait/__init__.py`.
    """
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    import plait  # noqa: F401

    del sys.path[0]


def release_objection(release):
    """What of this package does not belong to the server, which is of that release, or None.

    Two halves of different releases may agree about the layout of their shared memory and about nothing else.
    """
    import plait

    try:
        from plait import _bridge
    except ImportError as error:
        return "%s cannot load plait's extension: %s; %s" % (sys.executable, error, ANEW)
    for part in (plait, _bridge):
        version = getattr(part, "__version__", "unknown")
        if version != release:
            return "the server is of plait %s, %s of %s; %s" % (release, part.__file__, version, ANEW)
    return None


def set_stage(name, app_dir):
    """Make the process look as the application expects: its directory first, no options of ours, prompt output."""
    sys.argv[:] = [name]
    sys.path.insert(0, app_dir)
    # A pipe would make standard output block-buffered, and print() would show up minutes later.
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure:
        reconfigure(line_buffering=True)


def find_application(name, app_dir, kind=None, report=-1):
    from plait import _application

    try:
        if kind is None:
            return _application.resolve(name, app_dir)
        from plait import _project

        found = _project.find(kind, name, app_dir)
        tell(report, application=found.name, found=found.source)
        return found.application
    except _application.Refusal as refusal:
        from plait import _report

        _report.report(refusal)
    raise WouldNotStart(WOULD_NOT_START)


class WouldNotStart(SystemExit):
    """There is no application, and everything about it has been said."""


def seen_by_tools(application, always):
    """The application as debuggers, coverage and profilers see it, if there are any, or may be later."""
    threading = sys.modules.get("threading")
    is_hooked = threading and (threading._trace_hook or threading._profile_hook)
    if not (always or is_hooked or "pydevd" in sys.modules):
        return application
    from plait import _tracing

    return _tracing.follow(application)


def tell(descriptor, **facts):
    """Write facts as `name=text`, each ended by a zero byte; nobody listening is no reason to fail."""
    texts = ["%s=%s\0" % (name, str(text).replace("\0", "")) for name, text in facts.items()]
    try:
        os.write(descriptor, "".join(texts).encode("utf-8", "replace"))
    except OSError:
        pass


def promise_to_leave():
    """Bound the exit: a module that failed half-way may have left a thread behind that never ends."""
    import threading

    def end():
        import time

        time.sleep(SECONDS_TO_LEAVE)
        os._exit(WOULD_NOT_START)

    threading.Thread(target=end, daemon=True).start()


def refuse(objection):
    sys.stderr.write("plait: %s\n" % objection)
    sys.exit(WOULD_NOT_START)


if __name__ == "__main__":
    try:
        main(sys.argv)
    except WouldNotStart:
        promise_to_leave()
        raise
elif __name__ == "__mp_main__":
    import_package()
