"""Computes a toy job in a process of its own: FOLDER EXECUTOR JOB-AS-JSON."""

import json
import resource
import signal
import sys

from toy_job import ToyJob

from hoplon.errors import HoplonError
from hoplon.sweep.execution import Serial, execute
from hoplon.sweep.execution.dask_cluster import DaskCluster
from hoplon.sweep.execution.pool import Pool


def main():
    folder, executor, job = sys.argv[1:4]
    values = json.loads(job)
    limit = values.pop("file_limit", 0)
    if limit:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    who = {"serial": Serial, "pool": lambda: Pool(2)}.get(executor, lambda: DaskCluster(executor))()
    try:
        execute(ToyJob(**values), folder, executor=who)
    except (HoplonError, KeyboardInterrupt) as error:
        print(error, file=sys.stderr)
        sys.exit(3)


if __name__ == "__main__":
    main()
