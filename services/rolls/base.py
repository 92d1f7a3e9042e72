"""What every roll of services has in common; a new one is a class of columns and a kind that makes records of a row."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import count

from beneficiaries.models import Basis
from beneficiaries.people_rolls import PeopleJudge, PeopleKind, PlacedRoll
from beneficiaries.putting_on_file import NewPerson
from lianyungang_cdpf.intake.kinds import Context, Outcome
from lianyungang_cdpf.intake.tables import Column, Money, Text, birth_date_of
from services.fitness import SENTENCES, Served, is_error, place_in_household, served_facts, unfit
from services.models import Group, Service, ServiceKind
from services.posting import post_services

GROUP_LABELS = {
    Group.REHABILITATION: "康复服务", Group.CARE: "托养服务", Group.EDUCATION: "教育服务",
    Group.EMPLOYMENT: "就业服务", Group.AID: "其他救助和活动",
}  # fmt: skip

FEN, LARGEST = Decimal("0.01"), Decimal(100_000_000)


class ServiceRoll(PlacedRoll):
    """A roll of services: for whom and where; each roll adds its day, its institution and what else it is about."""

    amount = Column(
        Money(), "补助金额 救助金额 补贴金额 资助金额", whole="金额", never="自付 自费 标准 单位 报销 合计 总",
        of_person=False, summed=True,
    )  # fmt: skip
    remarks = Column(Text(), "备注 说明", whole="备注", of_person=False)


class ServiceJudge(PeopleJudge):
    """Judges rows against the register, the limits of the kind and what is already recorded."""

    def __init__(self, context: Context, roll: "ServiceRollKind"):
        super().__init__(context)
        self.roll, self.kind = roll, roll.service_kind
        self._rows, self.creates = count(), roll.puts_on_file

    def prepare(self, lines):
        known = {line.known.pk: line.known for line in lines if line.known}
        self.facts = served_facts(known.values())
        rows = Service.objects.standing().filter(kind=self.kind, person__any_of=list(known)).order_by()
        self.recorded = set(rows.values_list("person_id", "occasion"))
        self.roll.prepare(lines)

    def key(self, line):
        """Rows are told apart by what they record, which is known further down: a person may have several."""
        return next(self._rows)

    def findings(self, line) -> Iterator[tuple]:
        if any(is_error(code) for code, *_ in line.problems):
            return
        services, column = self.services_of(line.values), self.roll.day_column
        facts, area = self._served(line)
        if area is None:
            yield "AREA_UNKNOWN", "town"
        if not is_money(line.values.get("amount")):
            yield "AMOUNT_FORMAT", "amount", SENTENCES["AMOUNT_SIZE"]
        yield from self.roll.findings(line.values)
        # A row's money was paid once, however many records it makes.
        for further in services[1:]:
            further.amount = None
        for service in services:
            service.kind_id, service.area_id = self.kind.pk, area
            service.person_id = line.known.pk if line.known else None
            place_in_household(self.kind, facts, service)
            service.settle()
            for code in unfit(self.kind, facts, service, self.today):
                yield code, column, SENTENCES[code]
            yield from self._twice(service.person_id or line.values["id_number"], service)
        line.write = {"services": services, "new": None if line.known else self._new(line.values, area)}

    def services_of(self, values: dict) -> list[Service]:
        """The records that a row means."""
        return self.roll.services_of(values)

    def _served(self, line) -> tuple[Served, int | None]:
        """What is known of the person, and where they live; of who is put on file, what the row says."""
        if line.known:
            return self.facts[line.known.pk], line.known.area_id
        return Served(birth_date_of(line.values["id_number"])), self.area_in(line.values)

    @staticmethod
    def _new(values: dict, area: int | None) -> NewPerson:
        return NewPerson(
            values["name"], values["id_number"], area, Basis.PATIENT.value, values.get("village") or "",
            values.get("address") or "",
        )  # fmt: skip

    def _twice(self, person: int | str, service: Service) -> Iterator[tuple]:
        filed = person, service.occasion
        if filed in self.recorded:
            yield "ALREADY_SERVED", self.roll.day_column, SENTENCES["ALREADY_SERVED"]
        elif filed in self.seen:
            yield "DUPLICATE_IN_FILE", "id_number"
        self.seen.add(filed)

    def change(self, line):
        return "new"

    def finish(self, outcomes):
        """With each row's amount, so that a file's own total can be compared."""
        for one in outcomes:
            one.amount = one.data.values.get("amount")
        return outcomes


class ServiceRollKind(PeopleKind):
    """The roll of one kind of service.

    record      the model of its records
    puts_on_file  whether who is not on file is put there: patients need no certificate
    day_column  the column of the day that the record is about, where what is wrong with it is shown
    """

    permission = post_permission = "services.import_services"
    undo_page = "services:undo"
    judge_by = ServiceJudge
    record: type[Service] = Service
    puts_on_file = False
    day_column = "served_on"

    def __init__(self, service_kind: ServiceKind, others: Iterable[ServiceKind] = ()):
        super().__init__()
        self.service_kind = service_kind
        self.code, self.label = service_kind.code, service_kind.name
        self.group = GROUP_LABELS[Group(service_kind.group)]
        self.words = (service_kind.name, *service_kind.words)
        self.rivals = {one.name: (one.name, *one.words) for one in others}

    def prepare(self, lines: list) -> None:
        """Look up what the rows of a batch need besides the people."""

    def findings(self, values: dict) -> Iterable[tuple]:
        """(code, column, sentence) of what only this roll can say of a row."""
        return ()

    def services_of(self, values: dict) -> list[Service]:
        """The records that a row means, without person, kind and place: one, for most rolls."""
        names = {field.name: field.max_length for field in self.record._meta.concrete_fields}
        told = {name: value for name, value in values.items() if name in names and value not in (None, "")}
        return [self.record(**{name: _fitted(value, names[name]) for name, value in told.items()})]

    def judge(self, rows: Iterable, context: Context) -> Iterator[Outcome]:
        return self.judge_by(context, self).judge(rows)

    def write(self, batch, context, job):
        post_services(by=context.by, kind=self.service_kind, job=job, outcomes=batch)


def is_money(amount: Decimal | None) -> bool:
    """Whether the amount is blank, or in whole fen and below a hundred million yuan."""
    return amount is None or (amount == amount.quantize(FEN) and amount < LARGEST)


def _fitted(value, length: int | None):
    return value[:length] if isinstance(value, str) and length else value
