"""What the admin writes down about a change: which record, which fields, and of what is about nobody from what to what.

Of records about somebody no value is written, neither before nor after. Django's own log keeps str(record): the name of
a person, which whoever once edited it would go on seeing in "recent actions" after moving to another county.
"""

import json
from copy import copy

from django.conf import settings
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils.module_loading import import_string

from lianyungang_cdpf.accounts.overtaken import shown
from lianyungang_cdpf.accounts.recording import record

DEEDS = {ADDITION: "新增", CHANGE: "修改", DELETION: "删除"}


def nameless(obj) -> str:
    """How a log names a record: 残疾人档案 12."""
    return f"{obj._meta.verbose_name} {obj.pk}"


class ScrubbedLog:
    """Mixed in before ModelAdmin: an admin log and an audit line for every change, without personal data."""

    def construct_change_message(self, request, form, formsets, add=False):
        message = super().construct_change_message(request, form, formsets, add)
        request.changed_values = "" if add else changed_values(form)
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
        told = getattr(request, "changed_values", "") if flag == CHANGE else ""
        fields = "：".join(filter(None, (changed_fields(message), told)))
        record(by=request.user, deed=deed, on=obj, summary=self.audit_summary(obj, fields))
        return entry

    def audit_summary(self, obj, fields: str) -> str:
        """What the audit line says beside deed and record: the labels of the changed fields. No personal data."""
        return fields


LONGEST_VALUE = 40


def changed_values(form) -> str:
    """Before→after of the changed fields, in their order; nothing of a model that tells about somebody. Masked."""
    model = type(form.instance)
    if import_string(settings.IS_ABOUT_SOMEBODY)(model):
        return ""
    before, columns = copy(form.instance), {one.name: one for one in model._meta.concrete_fields}
    changed = [columns[name] for name in form.changed_data if name in columns]
    for column in changed:
        setattr(before, column.attname, form.initial.get(column.name))
    pairs = ([shown(column, one)[:LONGEST_VALUE] for one in (before, form.instance)] for column in changed)
    return "、".join(map("→".join, pairs))


def changed_fields(message) -> str:
    """The labels of the changed fields, for the audit line: 联系电话、残疾人证（残疾等级）."""
    if not isinstance(message, list):
        return str(message)
    parts = [(part.get("name", ""), part.get("fields", ())) for entry in message for part in entry.values()]
    texts = ("、".join(map(str, fields)) for _, fields in parts)
    return "；".join(filter(None, (_joined(name, text) for (name, _), text in zip(parts, texts, strict=True))))


def _joined(name: str, fields: str) -> str:
    return f"{name}（{fields}）" if name and fields else name or fields
