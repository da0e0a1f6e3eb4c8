from django.urls import path

from bench.textbook.views import webhook

urlpatterns = [path("webhook/whatsapp", webhook)]
