from django.urls import path

from campaigns import draft_views, views

app_name = "campaigns"
urlpatterns = [
    path("", views.campaign_list, name="list"),
    path("new/", draft_views.create, name="create"),
    path("<int:pk>/", views.campaign, name="campaign"),
    path("<int:pk>/setup/", draft_views.setup, name="setup"),
    path("<int:pk>/list/", draft_views.recipients, name="recipients"),
    path("<int:pk>/columns/", draft_views.columns, name="columns"),
    path("<int:pk>/columns/preview/", draft_views.preview, name="preview"),
    path("<int:pk>/check/", draft_views.check, name="check"),
    path("<int:pk>/discard/", draft_views.discard, name="discard"),
    path("<int:pk>/start/", draft_views.start, name="start"),
    path("<int:pk>/unschedule/", views.unschedule, name="unschedule"),
    path("<int:pk>/pause/", views.pause, name="pause"),
    path("<int:pk>/resume/", views.resume, name="resume"),
    path("<int:pk>/stop/", views.stop, name="stop"),
    path("<int:pk>/progress/", views.progress, name="progress"),
    path("<int:pk>/export/", views.export, name="export"),
]
