"""The second factor (第二步验证): one-time codes of a phone, recovery codes, and the government's identity service.

Source: GB/T 22239-2019 8.1.4.1 d (two factors, one of them cryptographic); TOTP is RFC 6238.
"""
