"""Every verb of numbers and their accounts, called through this module: `actions.pause_number(...)`."""

from lib.refusals import Refusal
from numbers.actions.accounts import change_account, create_account, delete_account
from numbers.actions.circuits import (
    block_credential,
    block_number,
    note_answered,
    note_unanswered,
    take_try,
    unblock,
)
from numbers.actions.move import move_number
from numbers.actions.numbers import change_number, create_number, delete_number
from numbers.actions.pace import slow_number
from numbers.actions.pause import pause_account, pause_number, resume_account, resume_number
from numbers.refusals import AccountTaken, HasHistory, HasNumbers, NothingToMove, NumberTaken, TemplatesInUse

__all__ = [
    "AccountTaken",
    "HasHistory",
    "HasNumbers",
    "NothingToMove",
    "NumberTaken",
    "Refusal",
    "TemplatesInUse",
    "block_credential",
    "block_number",
    "change_account",
    "change_number",
    "create_account",
    "create_number",
    "delete_account",
    "delete_number",
    "move_number",
    "note_answered",
    "note_unanswered",
    "pause_account",
    "pause_number",
    "resume_account",
    "resume_number",
    "slow_number",
    "take_try",
    "unblock",
]
