"""The office's reasons to stop paying somebody (facts.md 2.3): why a month stops, and why a later payment was wrong."""

from django.db import models


class StopReason(models.TextChoices):
    """停发原因, of which each makes later payments wrong."""

    DEATH = "death", "死亡"
    MOVED_OUT = "moved_out", "户籍迁出"
    CERT_EXPIRED = "cert_expired", "残疾人证过期"
    CERT_CANCELLED = "cert_cancelled", "残疾人证注销"
    CERT_FROZEN = "cert_frozen", "残疾人证冻结"
    REGRADED_OUT = "regraded_out", "类别等级变更后不符合"
    LEFT_DIBAO = "left_dibao", "退出低保"
    INCOME_OVER = "income_over", "家庭收入或困难情况不再符合"
    TEKUN_ADMITTED = "tekun_admitted", "纳入特困供养"
    WORK_INJURY_CARE = "work_injury_care", "享受工伤护理费"
    ORPHAN_SUPPORT = "orphan_support", "享受孤儿基本生活费"
    ELDERLY_ALLOWANCE = "elderly_allowance_chosen", "择高选择老年补贴"
    AGE_LIMIT = "age_limit", "超过年龄"
    IMPRISONED = "imprisoned", "服刑"
    MISSING_REVIEW = "missing_review", "逾期未复核"
    DUPLICATE_OTHER_REGION = "duplicate_other_region", "在其他地区重复享受"
    VOLUNTARY = "voluntary", "本人自愿放弃"
    OTHER = "other", "其他"
