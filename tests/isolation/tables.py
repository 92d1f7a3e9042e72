"""What stands outside the scoping by area, and why. A model, admin or URL that is on no list fails the tests."""

# Reference data and counters, the same for every place. Their admins still ask for the permission to see them.
CITY_WIDE = {
    "accounts.Area": "the tree of places is public",
    "accounts.Zone": "the four functional zones are public",
    "accounts.Role": "the nine roles and their deeds",
    "audit.AuditLine": "only the auditor, who works for the city, holds the permission; it has no personal data",
    "metrics.ChangeStamp": "a counter per kind of record and year",
    "subsidies.Programme": "the city's programmes",
    "subsidies.ProgrammeCheck": "the city's checks",
    "subsidies.ApprovalStep": "the city's chain of approval",
    "subsidies.BankLayout": "layouts of banks' files, the same for every place",
    "subsidies.Standard": "the city's standards, published",
    "subsidies.ListType": "sorts of list that other offices send",
    "services.ServiceKind": "kinds of service",
    "services.DeviceType": "the city's catalogue of devices",
    "facilities.FacilityKind": "kinds of facility",
    "targets.Plan": "the city's plan",
    "targets.Target": "the city's targets",
    "targets.Tally": "numbers of persons by place; the board shows a scope's own (tests/targets)",
    "targets.TallyState": "a version number",
    "targets.Snapshot": "a version number",
    "targets.SnapshotPart": "numbers of persons by place; as the tallies",
    "targets.Demonstration": "the mark of a demonstration database",
}

# Models of Django and of packages. None of them is in the admin, no page or command of ours lists them.
NOT_OURS = {
    "admin.LogEntry": "each sees their own entries only, which hold no names",
    "auth.Permission": "names of permissions",
    "auth.Group": "the table under the roles",
    "contenttypes.ContentType": "names of models",
    "sessions.Session": "sign-ins",
    "django_tasks_database.DBTaskResult": "background tasks; their arguments are ids of imports",
}

# Admins that do not subclass ScopedAdmin.
NOT_SCOPED_ADMINS: dict[str, str] = {}
