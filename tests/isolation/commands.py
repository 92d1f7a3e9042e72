"""The commands of manage.py: run by whoever may sign in to the portal's machine and read its keys, never by a request.

As whom a command acts is what the log says of it, and whose scope and rights it keeps to: the SYSTEM's, which sees
everything, or those of the ACCOUNT that is named. A command that is on no list fails the tests.
"""

SYSTEM, ACCOUNT, NOBODY = "the system", "the account named", "reads, or works on data of its own"
COMMANDS = {
    "api_token": SYSTEM,
    "archive_audit": SYSTEM,
    "bench": NOBODY,
    "check_invariants": NOBODY,
    "clear_second_factor": SYSTEM,
    "create_staff": SYSTEM,
    "demo": SYSTEM,
    "disable_idle_accounts": SYSTEM,
    "grant_database": NOBODY,
    # tests/management/test_intake_command.py holds it to role, scope and an account in force.
    "intake": ACCOUNT,
    "load_standards": SYSTEM,
    "prepare": SYSTEM,
    "progress": NOBODY,
    "purge": SYSTEM,
    "rotate_keys": SYSTEM,
    "verify_audit": NOBODY,
    "verify_seals": NOBODY,
    "worker": SYSTEM,
}
