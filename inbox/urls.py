from django.urls import path, register_converter

from inbox import attachment_views, composer_views, file_views, schedule_views, template_views, views
from inbox.converters import FolderConverter

register_converter(FolderConverter, "folder")

app_name = "inbox"
urlpatterns = [
    path("", views.home, name="home"),
    path("inbox/<folder:folder>/", views.folder, name="folder"),
    path("inbox/<folder:folder>/rows/", views.rows, name="rows"),
    path("inbox/<folder:folder>/<int:pk>/", views.conversation, name="conversation"),
    path("conversations/<int:pk>/older/", views.older, name="older"),
    path("conversations/<int:pk>/changes/", views.changes, name="changes"),
    path("conversations/<int:pk>/messages/", views.messages, name="messages"),
    path("conversations/<int:pk>/assignee/", views.assignee, name="assignee"),
    path("conversations/<int:pk>/closure/", views.closure, name="closure"),
    path("conversations/<int:pk>/readings/", views.readings, name="readings"),
    path("conversations/<int:pk>/typing/", views.typing, name="typing"),
    path("conversations/<int:pk>/scheduled-messages/", schedule_views.scheduled_messages, name="scheduled_messages"),
    path("scheduled-messages/<int:pk>/", schedule_views.scheduled_message, name="scheduled_message"),
    path("conversations/<int:pk>/files/", file_views.files, name="staged_files"),
    path("files/<uuid:key>/", file_views.file, name="staged_file"),
    path("files/<uuid:key>/thumbnail/", file_views.thumbnail, name="staged_thumbnail"),
    path("conversations/<int:pk>/compositions/<slug:kind>/", composer_views.composition, name="composition"),
    path(
        "conversations/<int:pk>/compositions/<slug:kind>/preview/", composer_views.preview, name="composition_preview"
    ),
    path("conversations/<int:pk>/templates/", template_views.templates, name="templates"),
    path("conversations/<int:pk>/templates/<int:template>/", template_views.template, name="template"),
    path("templates/<int:pk>/use/", template_views.template_use, name="template_use"),
    path("attachments/<int:pk>/", attachment_views.attachment, name="attachment"),
    path("attachments/<int:pk>/thumbnail/", attachment_views.thumbnail, name="thumbnail"),
    path("attachments/<int:pk>/tries/", attachment_views.attachment_tries, name="attachment_tries"),
    path("messages/<int:pk>/resend/", views.resend, name="resend"),
    path("messages/<int:pk>/reaction/", composer_views.reaction, name="reaction"),
    path("messages/<int:pk>/confirmation/", views.confirmation, name="confirmation"),
]
