"""统一社会信用代码, GB 32100-2015: 18 characters, the last a check character."""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def is_right_code(code: str) -> bool:
    """Whether the check character fits: weights are the powers of 3, the sum is taken modulo 31."""
    if len(code) != 18 or not set(code) <= set(ALPHABET):
        return False
    total = sum(ALPHABET.index(letter) * pow(3, at, 31) for at, letter in enumerate(code[:17]))
    return ALPHABET[-total % 31] == code[17]
