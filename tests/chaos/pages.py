"""A person at the page: signs in, reads and writes over HTTP, and hears pushes over the socket."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import requests
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

if TYPE_CHECKING:
    from tests.chaos.stack import Stack


class Person:
    """Somebody signed in. What fails raises requests.RequestException."""

    def __init__(self, stack: "Stack") -> None:
        self._url, self._email, self._password = stack.url, stack.email, stack.password
        self._session = requests.Session()
        self.get("/login/")
        answer = self.post("/login/", username=stack.email, password=stack.password)
        assert answer.url != f"{self._url}/login/", "the sign-in was refused"

    def get(self, path: str) -> str:
        """Open a page; return its HTML."""
        answer = self._session.get(f"{self._url}{path}", timeout=10)
        answer.raise_for_status()
        return answer.text

    def reply(self, conversation: int, text: str, key: uuid.UUID | None = None) -> None:
        """Send a text; with the same key again, it is the same message."""
        self.post(f"/conversations/{conversation}/messages/", text=text, client_key=str(key or uuid.uuid4()))

    def send_document(self, conversation: int, caption: str) -> None:
        """Upload a small PDF and send it, as a program does."""
        api, person = f"{self._url}/api/v1", {"email": self._email, "password": self._password}
        token = requests.post(f"{api}/auth/login", json=person, timeout=10).json()["access"]
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.uuid4())}
        file = {"file": ("nota.pdf", b"%PDF-1.7\n%%EOF")}
        media = requests.post(f"{api}/media", files=file, headers=headers, timeout=10).json()["id"]
        said = {"conversation": conversation, "type": "document", "document": {"media": media, "caption": caption}}
        requests.post(f"{api}/messages/send", json=said, headers=headers, timeout=10).raise_for_status()

    @contextmanager
    def socket(self, conversation: int) -> Iterator["Socket"]:
        """Watch a conversation as its open page does."""
        cookies = "; ".join(f"{name}={value}" for name, value in self._session.cookies.items())
        socket = Socket(self._url.replace("http", "ws") + "/ws/inbox/", self._url, cookies, conversation)
        try:
            yield socket
        finally:
            socket.close()

    def post(self, path: str, *, file: str = "", **fields: str) -> requests.Response:
        """Send a form, with a file of these words where one is given; return the page it led to."""
        headers = {"X-CSRFToken": self._session.cookies.get("csrftoken", "")}
        files = {"file": ("list.csv", file)} if file else None
        answer = self._session.post(f"{self._url}{path}", data=fields, files=files, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer


class Socket:
    """The page's socket: whenever it is closed, the next look opens it again."""

    def __init__(self, url: str, origin: str, cookies: str, conversation: int) -> None:
        self._url, self._origin, self._cookies, self._conversation = url, origin, cookies, conversation
        self._connection: ClientConnection | None = None
        self.closures = 0

    def hears(self, text: str) -> bool:
        """Tell whether a push with this text has come within a moment."""
        try:
            self._connection = self._connection or self._open()
            return text in str(self._connection.recv(timeout=0.3))
        except TimeoutError:
            return False
        except (ConnectionClosed, InvalidHandshake, OSError):
            self._connection = None
            self.closures += 1
            return False

    def close(self) -> None:
        """Leave the page."""
        if self._connection:
            self._connection.close()

    def _open(self) -> ClientConnection:
        headers = {"Cookie": self._cookies}
        connection = connect(
            self._url, origin=Origin(self._origin), additional_headers=headers, open_timeout=3, legacy=True
        )
        connection.send(f'{{"watch": {self._conversation}}}')
        return connection
