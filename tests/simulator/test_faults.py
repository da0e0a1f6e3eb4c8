"""Faults: every switch does what its name says."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.simulator.harness import NUMBER, OTHER_NUMBER, Process, Webhook, free_port, wait_for


def code_of(answer: requests.Response) -> int:
    return answer.json()["error"]["code"]


def test_an_error_code_is_answered_for_the_next_calls_only(simulator: Process) -> None:
    simulator.faults(error_code=131016, count=2)
    answers = [simulator.send() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [500, 500, 200]
    assert code_of(answers[0]) == 131016
    assert [call["outcome"] for call in simulator.calls()] == ["rejected", "rejected", "accepted"]


def test_a_fault_can_be_limited_to_one_number(simulator: Process) -> None:
    simulator.faults(error_code=130429, phone_number_id=OTHER_NUMBER)
    assert simulator.send(number=NUMBER).status_code == 200
    assert code_of(simulator.send(number=OTHER_NUMBER)) == 130429


def test_a_time_out_happens_after_accepting(simulator: Process, webhook: Webhook) -> None:
    simulator.faults(timeout_after_accepting=1, count=1)
    with pytest.raises(requests.ReadTimeout):
        simulator.send(biz_opaque_callback_data="lost", timeout=0.3)
    (call,) = simulator.calls(attempt="lost")
    assert (call["outcome"], call["lost"]) == ("accepted", "timeout")
    wait_for(lambda: webhook.statuses(call["wamid"]))


def test_a_waiting_caller_does_not_hold_up_the_end(webhook: Webhook, tmp_path: Path) -> None:
    process = Process(free_port(), tmp_path / "ledger.sqlite3", webhook.url)
    process.start()
    process.faults(timeout_after_accepting=1)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(process.send, timeout=20)
        wait_for(lambda: process.calls(outcome="accepted"))
        assert process.stop() == 0
        with pytest.raises(requests.ConnectionError):
            waiting.result()


def test_a_dropped_answer_happens_after_accepting(simulator: Process, webhook: Webhook) -> None:
    simulator.faults(drop_response=1, count=1)
    with pytest.raises(requests.ConnectionError):
        simulator.send(biz_opaque_callback_data="dropped")
    (call,) = simulator.calls(attempt="dropped")
    assert (call["outcome"], call["lost"]) == ("accepted", "drop")
    wait_for(lambda: webhook.statuses(call["wamid"]))


def test_the_edge_can_answer_html(simulator: Process) -> None:
    simulator.faults(http_5xx_html=1)
    answer = simulator.send()
    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert simulator.calls(outcome="accepted") == []


def test_a_number_is_throttled_each_second(simulator: Process) -> None:
    simulator.faults(throttle_per_second=2)
    answers = [simulator.send() for _ in range(6)]
    refused = [answer for answer in answers if answer.status_code != 200]
    assert refused
    assert {code_of(answer) for answer in refused} == {130429}
    assert simulator.send(number=OTHER_NUMBER).status_code == 200
    wait_for(lambda: simulator.send().status_code == 200, seconds=3)


def test_a_pair_is_throttled(simulator: Process) -> None:
    simulator.faults(pair_throttle=2)
    codes = [simulator.send().status_code for _ in range(2)]
    assert codes == [200, 200]
    assert code_of(simulator.send()) == 131056
    assert simulator.send(to="+5511955550002").status_code == 200


def test_statuses_can_report_a_failure(simulator: Process, webhook: Webhook) -> None:
    simulator.faults(status_error_code=131049)
    wamid = simulator.send().json()["messages"][0]["id"]
    (status,) = wait_for(lambda: webhook.statuses(wamid))
    assert (status["status"], status["errors"][0]["code"]) == ("failed", 131049)


def test_duplicates_deliver_everything_twice(simulator: Process, webhook: Webhook) -> None:
    simulator.faults(duplicates=1)
    wamid = simulator.write("ana")
    wait_for(lambda: len(webhook.messages(wamid)) == 2)


def test_disorder_lets_a_status_come_before_the_answer(simulator: Process, webhook: Webhook) -> None:
    simulator.faults(disorder=True, latency_ms=500, jitter=0)
    wamid = simulator.send().json()["messages"][0]["id"]
    assert webhook.statuses(wamid)
    wait_for(lambda: len(webhook.statuses(wamid)) == 3)


def test_latency_is_felt(simulator: Process) -> None:
    simulator.faults(latency_ms=300, jitter=0)
    began = time.monotonic()
    simulator.send()
    assert time.monotonic() - began >= 0.3


def test_faults_merge_and_go_away(simulator: Process) -> None:
    simulator.faults(error_code=131016)
    faults = simulator.faults(duplicates=0.5)
    assert (faults["error_code"], faults["duplicates"]) == (131016, 0.5)
    assert simulator.control("DELETE", "/faults")["error_code"] is None


@pytest.mark.parametrize("values", [{"nonsense": 1}, {"latency_ms": "quick"}, {"window": "ajar"}, {"duplicates": -1}])
def test_an_unusable_fault_is_refused_by_name(simulator: Process, values: dict) -> None:
    answer = requests.put(f"{simulator.url}/control/faults", json=values, timeout=5)
    assert answer.status_code == 400
    assert next(iter(values)) in answer.json()["error"]


def test_counted_faults_are_off_when_used_up(simulator: Process) -> None:
    simulator.faults(error_code=131016, count=1)
    simulator.send()
    left = simulator.control("GET", "/faults")
    assert (left["error_code"], left["count"]) == (None, None)
