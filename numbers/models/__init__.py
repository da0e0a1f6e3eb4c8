"""WhatsApp numbers, the accounts (WABA) that own them, their credentials, their limits, their health."""

from numbers.models.account import WabaAccount
from numbers.models.alert import Alert
from numbers.models.former import FormerId
from numbers.models.number import PhoneNumber, PhoneNumberQuerySet
from numbers.models.pulse import NumberPulse
from numbers.models.told import ToldByMeta

__all__ = ["Alert", "FormerId", "NumberPulse", "PhoneNumber", "PhoneNumberQuerySet", "ToldByMeta", "WabaAccount"]
