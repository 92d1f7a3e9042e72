"""大写金额: a sum as cheques and rolls write it (支付结算办法 附件一, of the People's Bank, from memory).

壹仟肆佰零玖元伍角整: one 零 for any run of noughts between figures, none at the end of a group (the rule leaves it
free there: 壹拾万柒仟元); 整 unless there are 分.
"""

from decimal import Decimal

FIGURES = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")


def in_capitals(amount: Decimal) -> str:
    """Yuan to the cent, from 0 to below 10 to the 16th. Raises ValueError for anything else."""
    cents = amount * 100
    if amount < 0 or cents != int(cents) or amount >= 10**16:
        raise ValueError(f"not a sum that can be written in capitals: {amount}")
    yuan, cents = divmod(int(cents), 100)
    tenth, hundredth = divmod(cents, 10)
    whole = f"{_whole(yuan)}元" if yuan or not cents else ""
    if not cents:
        return f"{whole}整"
    part = f"{FIGURES[tenth]}角" if tenth else "零" if whole else ""
    return f"{whole}{part}{FIGURES[hundredth]}分" if hundredth else f"{whole}{part}整"


def _whole(number: int) -> str:
    """A whole number, group by group of four places."""
    if not number:
        return "零"
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    said, skipped = "", False
    for rank in range(len(groups) - 1, -1, -1):
        group = groups[rank]
        # What stands before a group with noughts in front, or before a group of nothing but noughts, is joined by 零.
        joined = said and group and (skipped or group < 1_000)
        said += ("零" if joined else "") + (_group(group) + GROUPS[rank] if group else "")
        skipped = not group
    # 万亿 before a group of 亿: the 亿 is said once.
    return said.replace("万亿", "万", 1) if len(groups) == len(GROUPS) and groups[2] else said


def _group(group: int) -> str:
    said, skipped = "", False
    for rank in range(3, -1, -1):
        figure = group // 10**rank % 10
        if figure:
            said += ("零" if said and skipped else "") + FIGURES[figure] + PLACES[rank]
        skipped = not figure
    return said
