"""The background job. Only the import's number goes to the queue: its tables keep arguments and tracebacks."""

from django_tasks import task

from lianyungang_cdpf.intake.work import run


@task()
def run_import(job_id: int) -> None:
    """Read or post the import, whichever comes next."""
    run(job_id)
