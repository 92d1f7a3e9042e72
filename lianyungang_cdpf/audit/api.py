"""Lists of personal data for programs: each page that leaves has its line in the audit log, as an export has."""

import re

from lianyungang_cdpf.api.records import Records
from lianyungang_cdpf.audit.actions import record


class PersonalRecords(Records):
    """Records that say something about people.

    A line says what was listed, how much, and by which conditions, never by which values: those may be personal. One
    line a page, not one a day: a page is at most 200 records and 600 are asked for in a minute, so the log stays
    readable, and what left can be counted.
    """

    def listed(self, number: int) -> None:
        pages, asked = self.paginator, "、".join(self.conditions())
        summary = f"第 {pages.number} 页，{number} 条，共 {pages.count} 条" + (f"；条件：{asked}" if asked else "")
        record(by=self.request.user, deed=f"接口查询{self.noun}", summary=summary)

    def conditions(self) -> list[str]:
        """What the list was narrowed by, in the words of the description of the API."""
        filters = self.filterset_class.base_filters if self.filterset_class else {}
        helps = (filters[name].extra["help_text"] for name in self.request.query_params if name in filters)
        return [re.split("[（。；：，]", said, maxsplit=1)[0] for said in helps]
