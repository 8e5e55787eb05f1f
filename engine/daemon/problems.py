"""Why the daemon cannot start, in words for people."""

from __future__ import annotations

from voronka.dsl.text.codes.base import Both


class DaemonProblem(Exception):
    """The daemon cannot run; ``message`` says why and what to do. ``kind`` is stable, for scripts and tests."""

    def __init__(self, kind: str, en: str, ru: str) -> None:
        self.kind = kind
        self.message = Both(en, ru)
        super().__init__(en)


def running(path: str, pid: object) -> DaemonProblem:
    """Another daemon serves this store."""
    return DaemonProblem(
        "running",
        f"voronka already runs on {path} (pid {pid}); stop that one first, or look at it: voronka status",
        f"voronka уже работает с {path} (pid {pid}); сначала остановите её или взгляните на неё: voronka status",
    )


def in_the_way(path: str) -> DaemonProblem:
    """Where the socket should be, there is something else."""
    return DaemonProblem(
        "in-the-way",
        f"{path} is in the way: the daemon listens there, and it is no socket; move it elsewhere",
        f"{path} мешает: там слушает демон, а это не сокет; перенесите файл",
    )


def no_socket(path: str, why: str) -> DaemonProblem:
    """The socket cannot be made."""
    return DaemonProblem(
        "no-socket",
        f"the socket {path} cannot be made: {why}; the store's folder must be writable and its path short",
        f"сокет {path} не создать: {why}; папка хранилища должна быть доступна на запись, а путь коротким",
    )


def no_port(port: int, why: str, busy: bool) -> DaemonProblem:
    """The port for metrics cannot be listened on."""
    if busy:
        return DaemonProblem(
            "port",
            f"port {port} of 127.0.0.1 is in use; choose another one (--port N, or port in [run] of voronka.toml), or "
            "go without (--no-http)",
            f"порт {port} на 127.0.0.1 занят; выберите другой (--port N или port в [run] в voronka.toml) или "
            "обойдитесь без него (--no-http)",
        )
    return DaemonProblem(
        "port",
        f"port {port} of 127.0.0.1 cannot be listened on: {why}; choose another one with --port",
        f"порт {port} на 127.0.0.1 недоступен: {why}; выберите другой через --port",
    )


def broken(what: str) -> DaemonProblem:
    """It stumbled over itself."""
    return DaemonProblem(
        "broken",
        f"the daemon stopped because of a fault of its own ({what}); its log says where, nothing acknowledged is lost",
        f"демон остановился из-за собственной ошибки ({what}); подробности в журнале, ничего принятого не потеряно",
    )
