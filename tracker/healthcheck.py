"""`python -m tracker.healthcheck`: exit 0 if the server in this container is healthy. Needs no Django."""

import os
import sys
import urllib.request

URL = "http://127.0.0.1:8000/healthz"
TIMEOUT_S = 5


def host() -> str:
    """A name the server answers to, for it refuses all others."""
    first = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().removeprefix(".")
    return first if first not in ("", "*") else "localhost"


def main() -> int:
    """0 when the health page answers 200, else 1 with the reason on stderr."""
    request = urllib.request.Request(URL, headers={"Host": host()})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S):  # noqa: S310  (the URL is ours)
            return 0
    except OSError as error:
        sys.stderr.write(f"{URL}: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
