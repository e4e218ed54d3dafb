"""A bare server: the same HTTP library, the same bytes and headers every time, and no work. `PORT FILE TYPE`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any


def main() -> None:
    import uvicorn

    port, file, kind = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3].encode()
    body = file.read_bytes()
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    uvicorn.run(
        app, port=port, log_level="error", access_log=False, lifespan="off", http="httptools", ws="none"
    )


if __name__ == "__main__":
    main()
