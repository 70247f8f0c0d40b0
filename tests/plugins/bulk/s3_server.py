"""A server that speaks S3 (moto), as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.request import urlopen

from .smtp_server import free_port

VARIABLES = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "us-east-1"}


@contextmanager
def serving(folder):
    """Its URL."""
    port = free_port()
    with (folder / "moto.log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log, cwd=folder, env={**os.environ, **VARIABLES})
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urlopen(url, timeout=60).close()
                break
            except OSError:
                assert process.poll() is None, (folder / "moto.log").read_text()
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(60)
