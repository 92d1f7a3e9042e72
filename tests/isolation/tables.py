"""What stands outside the scoping by area, and why. A model, admin or URL that is on no list fails the tests."""

# Reference data and counters, the same for every place. Their admins still ask for the permission to see them.
CITY_WIDE = {
    "accounts.Area": "the tree of places is public",
    "accounts.Zone": "the four functional zones are public",
    "accounts.Role": "the roles and their deeds",
    "audit.AuditLine": "only 审计管理员, who works for the city, holds the permission; it has no personal data",
    "audit.AuditSeal": "a number and a mac for each line of the log",
    "audit.AuditArchive": "which months of the log lie in files",
    "audit.AuditCheck": "what the last verification of the log found",
    "encryption.KeyCheck": "which keys have been in use; no page shows it, nobody sees it",
    "encryption.StagedDigest": "keyed digests on their way to another key; no page shows it, nobody sees it",
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
    "targets.PlannedPoint": "the city's plan: what of a target is due by a day",
    "targets.Tally": "numbers of persons by place; the board shows a scope's own (tests/targets)",
    "targets.TallyState": "a version number",
    "targets.Snapshot": "a version number",
    "targets.SnapshotPart": "numbers of persons by place; as the tallies",
    "targets.YearClosing": "that the city closed a year",
    "pages.News": "news and policies, written by the city for everybody",
    "targets.Bulletin": "goes out to every office once issued; drafts are the city's (tests/targets/bulletin)",
    "targets.BulletinSection": "as the bulletin",
    "targets.BulletinFigure": "as the bulletin",
    "targets.BulletinStanding": "as the bulletin",
    "targets.Demonstration": "the mark of a demonstration database",
    "targets.MoneyState": "a version number",
    "targets.MoneyPaid": "sums of money by place; as the tallies",
    "targets.DayFigure": "numbers of persons by place; as the tallies",
    "accounts.PasswordHistory": "hashes of earlier passwords: nobody sees any (tests/accounts/signin)",
}

# Models of Django and of packages. None of them is in the admin, no page or command of ours lists them.
NOT_OURS = {
    "admin.LogEntry": "each sees their own entries only, which hold no names",
    "auth.Permission": "names of permissions",
    "auth.Group": "the table under the roles",
    "contenttypes.ContentType": "names of models",
    "sessions.Session": "sign-ins",
    "django_tasks_database.DBTaskResult": "background tasks; their arguments are ids of imports and exports",
    "axes.AccessAttempt": "failed sign-ins, by a digest of the username and the address",
    "axes.AccessAttemptExpiration": "not written",
    "axes.AccessFailureLog": "not written",
    "axes.AccessLog": "not written",
}

# Admins that do not subclass ScopedAdmin.
NOT_SCOPED_ADMINS: dict[str, str] = {}
