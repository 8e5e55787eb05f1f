"""What a notice says when its author gave no text: ``on overdue { notify supervisor }``."""

from __future__ import annotations

from voronka.dsl.check.templates import Scope

_DEAL = "{{ pipeline.title }} № {{ deal.number }}"
_DUE = {
    "ru": "{% if task.due is set %}, срок {{ task.due }}{% endif %}",
    "en": "{% if task.due is set %}, due {{ task.due }}{% endif %}",
}
_RU = {
    "overdue": f"Просрочена задача «{{{{ task.title }}}}»{_DUE['ru']}. {_DEAL}, этап «{{{{ stage }}}}»",
    "late": f"Нет ответа по согласованию «{{{{ task.title }}}}»{_DUE['ru']}. {_DEAL}, этап «{{{{ stage }}}}»",
    "approved": f"Согласовано: «{{{{ task.title }}}}». {_DEAL}, этап «{{{{ stage }}}}»",
    "rejected": f"Отклонено: «{{{{ task.title }}}}». {_DEAL}, этап «{{{{ stage }}}}»",
    "task": f"Задача «{{{{ task.title }}}}»{_DUE['ru']}. {_DEAL}, этап «{{{{ stage }}}}»",
    "limit": f"Слишком долго на этапе «{{{{ stage }}}}»: {_DEAL}",
    "": f"{_DEAL}: этап «{{{{ stage }}}}»",
}
_EN = {
    "overdue": f"Overdue: “{{{{ task.title }}}}”{_DUE['en']}. {_DEAL}, stage “{{{{ stage }}}}”",
    "late": f"No answer to the approval “{{{{ task.title }}}}”{_DUE['en']}. {_DEAL}, stage “{{{{ stage }}}}”",
    "approved": f"Approved: “{{{{ task.title }}}}”. {_DEAL}, stage “{{{{ stage }}}}”",
    "rejected": f"Rejected: “{{{{ task.title }}}}”. {_DEAL}, stage “{{{{ stage }}}}”",
    "task": f"Task “{{{{ task.title }}}}”{_DUE['en']}. {_DEAL}, stage “{{{{ stage }}}}”",
    "limit": f"Too long in the stage “{{{{ stage }}}}”: {_DEAL}",
    "": f"{_DEAL}: stage “{{{{ stage }}}}”",
}


def text_for(scope: Scope, language: str) -> str:
    """The template of a notice without a text, by what set it off."""
    texts = _RU if language == "ru" else _EN
    if scope.approval and scope.about == "overdue":
        return texts["late"]
    if scope.about == "limit" or (scope.task and scope.about in texts and scope.about):
        return texts[scope.about]
    return texts["task" if scope.task else ""]
