"""A replies worker dies at each step of a send: what Meta got, what the page says, what comes after."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.chaos.pages import Person
from tests.chaos.stack import Stack, wait_for

pytestmark = pytest.mark.chaos

QUEUED, SENDING, UNKNOWN, SENT, DELIVERED = 0, 10, 20, 30, 50


@dataclass
class Case:
    """Two messages of one conversation; the worker died while it sent the first."""

    stack: Stack
    person: Person
    conversation: int
    first: str
    second: str

    def status(self, text: str) -> int:
        return self.stack.query("SELECT status FROM inbox_message WHERE text = %s", text)[0][0]

    def attempts(self) -> int:
        sql = "SELECT count(*) FROM inbox_sendattempt a JOIN inbox_message m ON m.id = a.message_id WHERE text = %s"
        return self.stack.query(sql, self.first)[0][0]

    @property
    def accepted(self) -> list[str]:
        return self.stack.oracle.accepted(self.first, self.second)

    def becomes_unknown(self) -> None:
        def swept() -> bool:
            self.stack.sweep()
            return self.status(self.first) == UNKNOWN

        wait_for(swept, "the lost call is unconfirmed")

    def page_says(self, status: int) -> bool:
        return f'data-status="{status}"' in self.person.get(f"/inbox/all/{self.conversation}/")

    def both_arrive_in_order(self) -> None:
        wait_for(lambda: min(map(self.status, (self.first, self.second))) >= DELIVERED, "both are delivered")
        assert self.accepted == [self.first, self.second]


DiesAt = Callable[[str], Case]
FileDiesAt = Callable[[str], "FileCase"]


@pytest.fixture
def dies_at(stack: Stack, person: Person, new_conversation: Callable[[], int]) -> Iterator[DiesAt]:
    """Queue two messages on the page and let the replies worker die at the failpoint; webhooks pause."""

    def die(failpoint: str) -> Case:
        case = Case(stack, person, new_conversation(), f"first at {failpoint}", f"second at {failpoint}")
        stack.oracle.faults(webhook_paused=True)
        stack.replies.kill()
        person.reply(case.conversation, case.first)
        person.reply(case.conversation, case.second)
        stack.replies.start(FAILPOINT=failpoint)
        stack.replies.wait_killed()
        return case

    yield die
    stack.oracle.faults(webhook_paused=False)


def test_before_the_claim_nothing_happened_and_it_is_sent_once_later(stack: Stack, dies_at: DiesAt):
    case = dies_at("send.before_claim")
    assert (case.status(case.first), case.attempts(), case.accepted) == (QUEUED, 0, [])
    stack.replies.start()
    stack.oracle.faults(webhook_paused=False)
    case.both_arrive_in_order()


def test_a_claim_without_a_call_becomes_a_question_and_is_never_sent(
    stack: Stack, person: Person, dies_at: DiesAt, new_conversation: Callable[[], int]
):
    other = new_conversation()
    case = dies_at("send.claimed")
    assert (case.status(case.first), case.attempts(), case.accepted) == (SENDING, 1, [])
    stack.replies.start()
    case.becomes_unknown()
    assert case.page_says(UNKNOWN)
    person.reply(other, "somebody else's")
    wait_for(lambda: stack.oracle.accepted("somebody else's"), "other conversations go on")
    assert (case.status(case.second), case.accepted) == (QUEUED, [])
    stack.let_holds_pass()
    stack.oracle.faults(webhook_paused=False)
    wait_for(lambda: case.status(case.second) >= DELIVERED, "the next message leaves after the hold")
    assert (case.status(case.first), case.attempts(), case.accepted) == (UNKNOWN, 1, [case.second])


def test_after_the_call_a_status_settles_it_while_it_counts_as_sending(stack: Stack, dies_at: DiesAt):
    case = dies_at("send.called")
    assert (case.status(case.first), case.accepted) == (SENDING, [case.first])
    stack.oracle.faults(webhook_paused=False)
    wait_for(lambda: case.status(case.first) >= DELIVERED, "the status settles it with no worker there")
    stack.replies.start()
    case.both_arrive_in_order()
    assert case.attempts() == 1


def test_before_the_outcome_is_stored_a_late_status_still_settles_it(stack: Stack, dies_at: DiesAt):
    case = dies_at("send.before_outcome")
    stack.replies.start()
    case.becomes_unknown()
    assert case.page_says(UNKNOWN)
    assert case.accepted == [case.first]
    stack.oracle.faults(webhook_paused=False)
    case.both_arrive_in_order()
    assert case.attempts() == 1


def test_after_the_outcome_is_stored_nothing_is_special(stack: Stack, dies_at: DiesAt):
    case = dies_at("send.stored")
    assert (case.status(case.first), case.accepted) == (SENT, [case.first])
    stack.replies.start()
    stack.oracle.faults(webhook_paused=False)
    case.both_arrive_in_order()
    assert case.attempts() == 1


# --- A file goes to Meta before its message ---------------------------------------------------------


@dataclass
class FileCase:
    """A document; the worker died on its way."""

    stack: Stack
    caption: str

    @property
    def status(self) -> int:
        return self.stack.query("SELECT status FROM inbox_message WHERE text LIKE %s", f"{self.caption} %")[0][0]

    @property
    def accepted(self) -> int:
        sql = f"SELECT count(*) FROM calls WHERE outcome = 'accepted' AND body LIKE '%{self.caption}'"
        return self.stack.oracle.query(sql)[0][0]

    def swept_to(self, *statuses: int) -> None:
        def swept() -> bool:
            self.stack.sweep()
            return self.status in statuses

        wait_for(swept, f"the sweep makes it one of {statuses}")


@pytest.fixture
def file_dies_at(stack: Stack, person: Person, new_conversation: Callable[[], int]) -> Iterator[FileDiesAt]:
    """Queue a document and let the replies worker die at the failpoint; webhooks pause."""

    def die(failpoint: str) -> FileCase:
        case, conversation = FileCase(stack, f"nota at {failpoint}"), new_conversation()
        stack.oracle.faults(webhook_paused=True)
        stack.replies.kill()
        person.send_document(conversation, case.caption)
        stack.replies.start(FAILPOINT=failpoint)
        stack.replies.wait_killed()
        assert case.status == SENDING
        return case

    yield die
    stack.oracle.faults(webhook_paused=False)


def test_a_file_under_way_sent_nothing_and_the_next_worker_sends_it(stack: Stack, file_dies_at: FileDiesAt):
    case = file_dies_at("send.uploading")
    assert case.accepted == 0
    stack.replies.start()
    case.swept_to(SENT, DELIVERED)
    assert case.accepted == 1


def test_once_the_file_is_there_the_call_may_have_been_made(stack: Stack, file_dies_at: FileDiesAt):
    case = file_dies_at("send.uploaded")
    stack.replies.start()
    case.swept_to(UNKNOWN)
    assert case.accepted == 0


def test_after_the_call_of_a_file_its_status_settles_it(stack: Stack, file_dies_at: FileDiesAt):
    case = file_dies_at("send.called")
    assert case.accepted == 1
    stack.oracle.faults(webhook_paused=False)
    wait_for(lambda: case.status >= DELIVERED, "the status settles it")
    stack.replies.start()
    assert case.accepted == 1
