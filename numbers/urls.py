from django.urls import path

from numbers import views

app_name = "numbers"
urlpatterns = [
    path("", views.number_list, name="list"),
    path("connect/", views.connect, name="connect"),
    path("accounts/<int:pk>/", views.account, name="account"),
    path("accounts/<int:pk>/pause/", views.pause_account, name="pause_account"),
    path("accounts/<int:pk>/resume/", views.resume_account, name="resume_account"),
    path("accounts/<int:pk>/steps/<slug:name>/", views.account_step, name="account_step"),
    path("<int:pk>/", views.number, name="number"),
    path("<int:pk>/pause/", views.pause, name="pause"),
    path("<int:pk>/resume/", views.resume, name="resume"),
    path("<int:pk>/connect/", views.guide, name="guide"),
    path("<int:pk>/steps/<slug:name>/", views.step, name="step"),
    path("<int:pk>/move/", views.move, name="move"),
]
