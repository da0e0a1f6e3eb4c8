from django.urls import path

from messaging import views

app_name = "messaging"
urlpatterns = [
    path("", views.template_list, name="list"),
    path("new/", views.new, name="new"),
    path("draft/", views.draft, name="draft"),
    path("readings/", views.readings, name="readings"),
    path("<int:pk>/", views.template, name="template"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/deletion/", views.deletion, name="deletion"),
]
