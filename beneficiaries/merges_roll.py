"""重复档案合并清单: pairs of records of one person. Pairs are tens, not thousands; each is merged as from the page."""

from collections.abc import Iterator

from beneficiaries.merge_stamps import stamp_moved
from beneficiaries.merging import PERMISSION, clashes_of_pairs, merge_people, pointing_fields
from beneficiaries.models import DisabilityPart, Guardian, Person
from beneficiaries.people_rolls import PeopleJudge, PeopleKind, PeopleRoll
from lianyungang_cdpf.intake.tables import Column, IdNumber, Text
from lianyungang_cdpf.intake.tracing import Traced
from lianyungang_cdpf.intake.undoing import take_back


class MergesRoll(PeopleRoll):
    """重复档案合并清单; the first number is kept, the second becomes a former one."""

    id_number = Column(
        IdNumber(), "身份证号 身份证号码 保留身份证号 现身份证号 公民身份号码", whole="保留号码 现号码",
        never="重复 停用 旧 原 曾用 并入", required=True, key=True,
    )  # fmt: skip
    gone_number = Column(
        IdNumber(), whole="""
            重复身份证号 停用身份证号 旧身份证号 原身份证号 曾用身份证号 被合并身份证号 重复号码 停用号码 旧号码
            重复档案身份证号 停用档案身份证号
        """, of_person=False, required=True,
    )  # fmt: skip
    reason = Column(
        Text(), "合并原因 原因", whole="备注", of_person=False, required=True, example="同一人有新旧两个身份证号"
    )


class MergesJudge(PeopleJudge):
    """Both records must be one's own, and no constraint may break."""

    numbers = ("id_number", "gone_number")

    def prepare(self, lines):
        self.gone = {}
        pairs = []
        for line in lines:
            gone = self.people.get(line.values.get("gone_number"))
            if line.known and gone and gone.pk != line.known.pk:
                pairs.append((line.known.pk, gone.pk))
        self.clashes = clashes_of_pairs(pairs)
        keys = [pk for pair in pairs for pk in pair]
        guards = Guardian.objects.filter(person__any_of=keys, on_file__any_of=keys).order_by()
        self.guards = set(guards.values_list("person_id", "on_file_id"))

    def _own(self, line) -> Iterator[tuple]:
        yield from super()._own(line)
        gone = self.people.get(line.values.get("gone_number"))
        # A record that one row gives up can't be in another row.
        if gone is not None and gone.pk in self.seen and (line.known is None or gone.pk != line.known.pk):
            yield "DUPLICATE_IN_FILE", "gone_number"
        if gone is not None:
            self.seen.add(gone.pk)

    def findings(self, line):
        number = line.values.get("gone_number")
        if not number:
            return
        gone, kept = self.people.get(number), line.known
        if gone is None:
            yield "UNKNOWN_PERSON", "gone_number"
        elif not self.in_scope(gone.area_id):
            yield "WRONG_DISTRICT", "gone_number"
        elif gone.pk == kept.pk:
            yield "MERGE_SAME", "gone_number"
        elif {(kept.pk, gone.pk), (gone.pk, kept.pk)} & self.guards:
            yield "MERGE_CONFLICT", "gone_number", "两份档案登记为监护人和被监护人，不会是同一人：请先核对监护人。"
        elif clash := self.clashes.get((kept.pk, gone.pk)):
            yield "MERGE_CONFLICT", "gone_number", clash
        else:
            line.write = {"gone": gone.pk}


class MergesKind(PeopleKind):
    """重复档案合并清单."""

    code, label = "merges", "重复档案合并清单"
    permission = post_permission = PERMISSION
    roll, judge_by = MergesRoll, MergesJudge
    words = ("重复档案", "合并清单")

    @property
    def writes(self):
        """Whatever points at a person, in every app."""
        pointing = (Traced(field.model, field.name) for field in pointing_fields())
        return (Traced(Person, "pk"), *pointing, Traced(DisabilityPart, "certificate__person"))

    def people_of(self, batch):
        return [*super().people_of(batch), *(one.data.write["gone"] for one in batch)]

    def undo(self, *, by, job, reason):
        return self.told(take_back(job, self.writes, before_restoring=_stamp))

    def write(self, batch, context, job):
        keys = [pk for one in batch for pk in (one.data.known.pk, one.data.write["gone"])]
        people = Person.objects.in_bulk(keys)
        for one in batch:
            kept, gone = people[one.data.known.pk], people[one.data.write["gone"]]
            reason = one.data.values.get("reason") or ""
            merge_people(by=context.by, kept=kept, gone=gone, reason=reason)


def _stamp(model, keys: list[int]) -> None:
    """Say that records go back to the other person."""
    stamp_moved(model, model._base_manager.filter(pk__any_of=keys))
