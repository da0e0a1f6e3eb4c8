"""What a tutorial would store."""

# ruff: noqa: DJ008
from django.db import models


class Contact(models.Model):
    phone = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=200, blank=True)


class Conversation(models.Model):
    contact = models.ForeignKey(Contact, models.CASCADE)
    number = models.CharField(max_length=32)
    last_message_at = models.DateTimeField(null=True)
    unread_count = models.PositiveIntegerField(default=0)

    class Meta:
        unique_together = [("contact", "number")]


class Message(models.Model):
    conversation = models.ForeignKey(Conversation, models.CASCADE)
    wamid = models.CharField(max_length=255, unique=True)
    direction = models.CharField(max_length=8)
    text = models.TextField(blank=True)
    sent_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(default=0)


class Receipt(models.Model):
    message = models.ForeignKey(Message, models.CASCADE)
    status = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        unique_together = [("message", "status")]
