"""What people read when there is no application: one line each, `hint:` where one helps. Imported only then."""

import os
import sys
import types

from plait import _application
from plait._convention import Convention, convention_of, positional_arguments

ACCEPTED_FORMS = (
    "accepted are `module:attribute`, `module:factory()`, `path/file.py[:attribute]`, a dotted name "
    "and `path/file.ini[#name]`"
)


def report(refusal: _application.Refusal) -> None:
    """Write the refusal to standard error; the application's own failure is its own traceback."""
    if isinstance(refusal, _application.ImportFailed):
        _report_failed_import(refusal)
    else:
        line, hint = sentence(refusal)
        _write(line, hint)
    sys.stderr.flush()


def sentence(refusal: _application.Refusal) -> tuple[str, str | None]:
    """The line and, where one helps, the hint."""
    by_kind = _sentences.get(type(refusal)) or _sentences_of_projects()[type(refusal)]
    return by_kind(refusal)


def _write(line: str, hint: str | None = None) -> None:
    sys.stderr.write(f"plait: {line}\n" + (f"hint: {hint}\n" if hint else ""))


def _report_failed_import(refusal: _application.ImportFailed) -> None:
    cause = refusal.cause
    traceback = _application.application_frames(cause.__traceback__)
    if isinstance(cause, SystemExit):
        _write(*_exited(refusal, traceback))
    elif traceback is None and not isinstance(cause, SyntaxError):
        _write(f"`{refusal.path}` cannot be used: {type(cause).__name__}: {cause}")
    else:
        # Through the hook, so that error reporters which the application has set up hear of it.
        sys.excepthook(type(cause), cause.with_traceback(traceback), traceback)


def _exited(refusal: _application.ImportFailed, traceback) -> tuple[str, str]:
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    place = f" in {traceback.tb_frame.f_code.co_filename}, line {traceback.tb_lineno}" if traceback else ""
    line = f"`{refusal.path}` asked to exit (SystemExit: {refusal.cause.code}){place}; an application must stay"
    return line, 'put what only a script does under `if __name__ == "__main__":`'


def _malformed(refusal: _application.MalformedName) -> tuple[str, str | None]:
    hint = None
    target, _, attribute = _application.split(refusal.name)
    if "(" in refusal.name and not refusal.name.endswith("()"):
        hint = "a factory is called without arguments; wrap the call in a function of your own"
    elif refusal.name.endswith("()") and not attribute and "." in target:
        hint = "write `{}:{}`".format(*target.rsplit(".", 1))
    return f"`{refusal.name}` does not name an application; {ACCEPTED_FORMS}", hint


def _file_missing(refusal: _application.FileMissing) -> tuple[str, str | None]:
    directories = " or ".join(refusal.directories)
    return f"there is no file `{refusal.path}` in {directories}; {ACCEPTED_FORMS}", None


def _file_not_importable(refusal: _application.FileNotImportable) -> tuple[str, str | None]:
    if refusal.reason == "directory":
        return f"`{refusal.path}` is a directory; {ACCEPTED_FORMS}", None
    if refusal.reason == "name":
        return f"`{refusal.path}` cannot be imported; accepted is a file whose name is a module's name and `.py`", None
    other = getattr(sys.modules.get(refusal.module), "__file__", None) or "built into Python"
    return f"`{refusal.path}` is hidden by another module `{refusal.module}` ({other})", "give the file another name"


def _module_missing(refusal: _application.ModuleMissing) -> tuple[str, str | None]:
    wanted = f"`{refusal.module}`"
    if refusal.missing != refusal.module:
        wanted += f" (there is no `{refusal.missing}`)"
    line = f"no module {wanted} in {refusal.app_dir} or among what {sys.executable} has installed; {ACCEPTED_FORMS}"
    parent, _, name = refusal.missing.rpartition(".")
    directories = getattr(sys.modules.get(parent), "__path__", ()) if parent else (refusal.app_dir,)
    nearest = _nearest(name, _modules_in(directories))
    return line, nearest and f"did you mean `{parent + '.' if parent else ''}{nearest}`?"


def _modules_in(directories) -> list[str]:
    names = []
    for directory in filter(os.path.isdir, directories):
        for entry in os.listdir(directory):
            stem, extension = os.path.splitext(entry)
            is_package = not extension and os.path.isdir(os.path.join(directory, entry))
            if stem.isidentifier() and (extension == ".py" or is_package):
                names.append(stem)
    return names


def _attribute_missing(refusal: _application.AttributeMissing) -> tuple[str, str | None]:
    wanted = " or ".join(f"`{name}`" for name in refusal.wanted)
    origin = getattr(refusal.owner, "__file__", None)
    line = f"`{refusal.path}`{f' ({origin})' if origin else ''} has no attribute {wanted}; {ACCEPTED_FORMS}"
    submodule = _nearest(refusal.wanted[-1], _modules_in(getattr(refusal.owner, "__path__", ())))
    if submodule:
        return line, f"did you mean `{refusal.path}.{submodule}`?"
    candidates = _applications_in(refusal.owner)
    found = _nearest(refusal.wanted[-1], candidates) or next(iter(candidates), None)
    return line, found and f"did you mean `{refusal.path}:{found}`?"


def _applications_in(owner: object) -> list[str]:
    """The public names in a module whose values could be served, its own functions and instances only."""
    module = getattr(owner, "__name__", None)
    names = [name for name in vars(owner) if not name.startswith("_")] if isinstance(owner, types.ModuleType) else []
    return [name for name in names if _could_be_meant(getattr(owner, name), module)]


def _could_be_meant(value: object, module: str | None) -> bool:
    if isinstance(value, (type, types.ModuleType)) or convention_of(value) != Convention.WSGI:
        return False
    if isinstance(value, types.BuiltinFunctionType):
        return False
    return not isinstance(value, types.FunctionType) or value.__module__ == module


def _nearest(name: str, candidates: list[str]) -> str | None:
    import difflib

    return next(iter(difflib.get_close_matches(name, candidates, n=1, cutoff=0.5)), None)


def _not_an_application(refusal: _application.NotAnApplication) -> tuple[str, str | None]:
    subject = f"`{refusal.path}`"
    if refusal.convention in (Convention.ASGI, Convention.ASGI2):
        version = " 2" if refusal.convention == Convention.ASGI2 else ""
        return f"{subject} is an ASGI{version} application; plait {_version()} serves WSGI applications only", None
    accepted = "accepted is a WSGI application, called with `environ` and `start_response`"
    if refusal.convention == Convention.NOT_CALLABLE:
        return f"{subject} is {_kind(refusal.value)}, which cannot be called; {accepted}", None
    hint = None
    if (positional_arguments(refusal.value) or (1,))[0] == 0 and not refusal.path.endswith("()"):
        hint = f"if it makes the application: `{refusal.path}()`"
    return f"{subject} does not take two arguments; {accepted}", hint


def _version() -> str:
    import plait

    return plait.__version__


def _kind(value: object) -> str:
    if value is None or isinstance(value, types.ModuleType):
        return "None" if value is None else "a module"
    return f"of type `{type(value).__qualname__}`"


def _package_missing(refusal: _application.PackageMissing) -> tuple[str, str | None]:
    line = f"`{refusal.path}` needs the package {refusal.package}, which {sys.executable} does not have installed"
    return line, "install it there, or choose the project's own environment by `--python`"


def _settings_unknown(refusal: _application.Refusal) -> tuple[str, str | None]:
    line = f"`{refusal.path}` names no settings; accepted is one that sets DJANGO_SETTINGS_MODULE, or that variable"
    return line, None


def _settings_missing(refusal: _application.Refusal) -> tuple[str, str | None]:
    line = f"no module `{refusal.module}`, Django's settings, in {refusal.app_dir} or among what is installed"
    return f"{line}; accepted is the name of a module, in DJANGO_SETTINGS_MODULE", None


def _flask_app_malformed(refusal: _application.Refusal) -> tuple[str, str | None]:
    forms = "`module`, `module:app`, `module:create_app`, `module:create_app('argument')` and the same with a file"
    return f"`{refusal.text}` cannot name an application, in FLASK_APP; accepted are {forms}", None


def _section_missing(refusal: _application.Refusal) -> tuple[str, str | None]:
    line = f"`{refusal.path}` describes no application `{refusal.name}`: {refusal.reason}"
    return line, "accepted is a section such as `[app:main]`, named by `file.ini#main`"


def _file_broken(refusal: _application.Refusal) -> tuple[str, str | None]:
    return f"`{refusal.path}` cannot be read: {refusal.reason}; accepted is a PasteDeploy file", None


def _sentences_of_projects():
    """Of modules that are imported only where they are needed."""
    from plait import _paste, _project

    return {
        _project.SettingsUnknown: _settings_unknown,
        _project.SettingsMissing: _settings_missing,
        _project.FlaskAppMalformed: _flask_app_malformed,
        _paste.SectionMissing: _section_missing,
        _paste.FileBroken: _file_broken,
    }


_sentences = {
    _application.MalformedName: _malformed,
    _application.FileMissing: _file_missing,
    _application.FileNotImportable: _file_not_importable,
    _application.ModuleMissing: _module_missing,
    _application.AttributeMissing: _attribute_missing,
    _application.NotAnApplication: _not_an_application,
    _application.PackageMissing: _package_missing,
}
