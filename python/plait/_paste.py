"""An application that a PasteDeploy file describes: `production.ini`, or `production.ini#name` for another than main.

The file's `[loggers]` are set up first, as Pyramid's `pserve` does: without them its applications would log nothing.
"""

import configparser
import os

from plait._application import FileMissing, ImportFailed, PackageMissing, Refusal, application_frames


class SectionMissing(Refusal):
    """`path` describes no application `name`; `reason` is PasteDeploy's."""


class FileBroken(Refusal):
    """`path` cannot be read as such a file, for `reason`."""


def load(target: str, app_dir: str) -> object:
    file, _, name = target.partition("#")
    path = _find_file(file, app_dir)
    try:
        from paste.deploy import loadapp
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "paste":
            raise ImportFailed(path=target, cause=error) from None
        raise PackageMissing(package="PasteDeploy", path=file) from None
    _set_up_logging(path)
    try:
        return loadapp(f"config:{path}", name=name or None)
    except LookupError as error:
        if _is_pastes(error):
            raise SectionMissing(path=file, name=name or "main", reason=str(error).split("\n")[0]) from None
        raise ImportFailed(path=target, cause=error) from None
    except (Exception, SystemExit) as error:
        raise ImportFailed(path=target, cause=error) from None


def _find_file(file: str, app_dir: str) -> str:
    directories = tuple(dict.fromkeys((os.getcwd(), app_dir)))
    for directory in directories:
        path = os.path.join(directory, file)
        if os.path.isfile(path):
            return os.path.abspath(path)
    raise FileMissing(path=file, directories=directories)


def _set_up_logging(path: str) -> None:
    import logging.config

    defaults = {"here": os.path.dirname(path), "__file__": path}
    parser = configparser.ConfigParser(defaults)
    try:
        parser.read(path, encoding="utf-8")
        if parser.has_section("loggers"):
            logging.config.fileConfig(parser, defaults, disable_existing_loggers=False)
    except (configparser.Error, UnicodeDecodeError) as error:
        raise FileBroken(path=path, reason=str(error).replace("\n", " ")) from None
    except Exception as error:
        # A handler's class, or its file, is the application's affair.
        raise ImportFailed(path=path, cause=error) from None


def _is_pastes(error: LookupError) -> bool:
    """Whether PasteDeploy itself raised it, not the application that it loads."""
    traceback = application_frames(error.__traceback__)
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback is None or os.sep + os.path.join("paste", "deploy") + os.sep in traceback.tb_frame.f_code.co_filename
