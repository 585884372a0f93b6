"""What calls `briefs run-due` every minute: a systemd timer, a line for cron, a Kubernetes CronJob."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Iterable
from pathlib import Path

from crawler import __version__

FORMS = ("systemd", "cron", "kubernetes")
_ENVIRONMENT = "briefs.env"


def exported(form: str, book: Path, collections: Iterable[Path], image: str) -> dict[str, str]:
    """Return the files of that form by name, each with a word on where it goes."""
    if form == "systemd":
        return {"briefs.service": _SERVICE.format(**_words(book)), "briefs.timer": _TIMER}
    if form == "cron":
        return {"briefs.cron": _cron(book)}
    return {"briefs.yaml": _cron_job(book, collections, image)}


def _command(book: Path) -> list[str]:
    return [sys.executable, "-P", "-m", "crawler", "run-due", "--schedules", str(book)]


def _words(book: Path) -> dict[str, str]:
    # systemd.service(5): $ and % stand for something in a command line, and are doubled to be themselves.
    command = " ".join(_quoted(word) for word in _command(book))
    return {"command": command, "environment": str(book.parent / _ENVIRONMENT), "version": __version__}


def _quoted(word: str) -> str:
    return json.dumps(word, ensure_ascii=False).replace("%", "%%").replace("$", "$$")


_SERVICE = """\
# briefs.service, by brief-archive {version}. It goes to ~/.config/systemd/user/ together with briefs.timer; then:
#   systemctl --user daemon-reload && systemctl --user enable --now briefs.timer && loginctl enable-linger
[Unit]
Description=Crawl what is due by the schedules of brief-archive

[Service]
Type=oneshot
ExecStart={command}
# Secrets for webhooks and mail, a NAME=VALUE a line; it need not be there.
EnvironmentFile=-{environment}
# run-due alone is asked to end, and ends its crawls itself.
KillMode=mixed
TimeoutStopSec=3min
Nice=10
"""
_TIMER = """\
# briefs.timer; it goes beside briefs.service.
[Unit]
Description=Look every minute what is due by the schedules of brief-archive

[Timer]
OnCalendar=minutely
# When the machine was off at that minute, look as soon as it is on.
Persistent=true
AccuracySec=1s

[Install]
WantedBy=timers.target
"""


def _cron(book: Path) -> str:
    # crontab(5): a % that is not escaped ends the command.
    log = book.with_name("run-due.log")
    command = f"{shlex.join(_command(book))} >> {shlex.quote(str(log))} 2>&1".replace("%", r"\%")
    return (
        f"# By brief-archive {__version__}: a line for `crontab -e`. The folder of the log must be there.\n"
        f"* * * * * {command}\n"
    )


def _cron_job(book: Path, collections: Iterable[Path], image: str) -> str:
    """Return a CronJob; a JSON string is a YAML string."""
    paths = [str(book.parent), *map(str, collections)]
    root = os.path.commonpath(paths)
    mount = root if root != "/" else str(book.parent)
    words = {
        "image": json.dumps(image),
        "mount": json.dumps(mount),
        "book": json.dumps(str(book)),
        "version": __version__,
    }
    return _CRON_JOB.format(**words)


_CRON_JOB = """\
# By brief-archive {version}: kubectl apply -f briefs.yaml
# The claim `briefs` holds the schedules and the collections, under the paths that the schedules name. Secrets for
# webhooks and mail are the values of the Secret `briefs`; it need not be there.
apiVersion: batch/v1
kind: CronJob
metadata:
  name: briefs-run-due
spec:
  schedule: "* * * * *"
  # A crawl may take longer than a minute: what is due meanwhile is begun by the job that runs.
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 300
  successfulJobsHistoryLimit: 1
  failedJobsHistoryLimit: 3
  jobTemplate:
    spec:
      backoffLimit: 0
      template:
        spec:
          restartPolicy: Never
          terminationGracePeriodSeconds: 180
          containers:
            - name: run-due
              image: {image}
              command: ["briefs", "run-due", "--schedules", {book}]
              envFrom:
                - secretRef:
                    name: briefs
                    optional: true
              volumeMounts:
                - name: briefs
                  mountPath: {mount}
          volumes:
            - name: briefs
              persistentVolumeClaim:
                claimName: briefs
"""
