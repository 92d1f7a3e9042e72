"""What the admin writes down about a change: which record and which fields, never whose name or what value.

Django's own log keeps str(record): the name of a person, which the staff member who once edited it would go on
seeing in "recent actions" after moving to another county.
"""

import json

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType

from lianyungang_cdpf.accounts.recording import record

DEEDS = {ADDITION: "新增", CHANGE: "修改", DELETION: "删除"}


def nameless(obj) -> str:
    """How a log names a record: 残疾人档案 12."""
    return f"{obj._meta.verbose_name} {obj.pk}"


class ScrubbedLog:
    """Mixed in before ModelAdmin: an admin log and an audit line for every change, without personal data."""

    def construct_change_message(self, request, form, formsets, add=False):
        message = super().construct_change_message(request, form, formsets, add)
        for entry in message:
            for part in entry.values():
                if "object" in part:
                    part["object"] = "…"
        return message

    def log_addition(self, request, obj, message):
        return self._log(request, obj, ADDITION, message)

    def log_change(self, request, obj, message):
        return self._log(request, obj, CHANGE, message)

    def log_deletions(self, request, queryset):
        return [self._log(request, obj, DELETION, "") for obj in queryset]

    def _log(self, request, obj, flag, message):
        entry = LogEntry.objects.create(
            user_id=request.user.pk,
            content_type=ContentType.objects.get_for_model(obj, for_concrete_model=False),
            object_id=str(obj.pk),
            object_repr=nameless(obj),
            action_flag=flag,
            change_message=json.dumps(message) if isinstance(message, list) else message,
        )
        deed = f"{DEEDS[flag]}{obj._meta.verbose_name}"
        record(by=request.user, deed=deed, on=obj, summary=self.audit_summary(obj, changed_fields(message)))
        return entry

    def audit_summary(self, obj, fields: str) -> str:
        """What the audit line says beside deed and record: the labels of the changed fields. No personal data."""
        return fields


def changed_fields(message) -> str:
    """The labels of the changed fields, for the audit line: 联系电话、残疾人证（残疾等级）."""
    if not isinstance(message, list):
        return str(message)
    parts = [(part.get("name", ""), part.get("fields", ())) for entry in message for part in entry.values()]
    texts = ("、".join(map(str, fields)) for _, fields in parts)
    return "；".join(filter(None, (_joined(name, text) for (name, _), text in zip(parts, texts, strict=True))))


def _joined(name: str, fields: str) -> str:
    return f"{name}（{fields}）" if name and fields else name or fields
