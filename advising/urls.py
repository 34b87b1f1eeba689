from django.urls import path

from advising.views import access, alerts, items, notes, notifications, people

app_name = "advising"

urlpatterns = [
    path("profile/", people.student_profile, name="student_profile"),
    path("profile/advisor/", people.advisor_profile, name="advisor_profile"),
    # Notes
    path("notes/", notes.my_notes, name="my_notes"),
    path("notes/<int:note_id>/", notes.note, name="note"),
    path("notes/<int:note_id>/edit/", notes.edit_note, name="edit_note"),
    path("notes/<int:note_id>/delete/", notes.delete_note, name="delete_note"),
    path("notes/<int:note_id>/as-student/", notes.note_as_student, name="note_as_student"),
    path("notes/<int:note_id>/reveal/", access.reveal_note, name="reveal_note"),
    path("notes/<int:note_id>/files/<int:attachment_id>/", notes.attachment, name="attachment"),
    path("students/<int:student_id>/notes/", notes.student_notes, name="student_notes"),
    path("students/<int:student_id>/notes/new/", notes.new_note, name="new_note"),
    path("students/<int:student_id>/notes/readers/", notes.note_readers, name="note_readers"),
    # Emergency access and the logs
    path("emergency/", access.break_glass, name="break_glass"),
    path("students/<int:student_id>/access/", access.access_log, name="access_log"),
    path("students/<int:student_id>/disclosures/", access.disclosures, name="disclosures"),
    path("disclosures/", access.my_disclosures, name="my_disclosures"),
    path("emergency/<int:glass_id>/", access.emergency, name="emergency"),
    # Notifications
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/read/", notifications.read_notifications, name="read_notifications"),
    path("notifications/<int:notification_id>/open/", notifications.open_notification, name="open_notification"),
    # Alerts
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/new/", alerts.raise_alert, name="new_alert"),
    path("alerts/<int:alert_id>/", alerts.alert, name="alert"),
    path("students/<int:student_id>/alerts/new/", alerts.raise_alert, name="new_student_alert"),
    # Things to do
    path("items/", items.items, name="items"),
    path("items/<int:item_id>/edit/", items.edit_item, name="edit_item"),
    path("items/<int:item_id>/state/", items.set_item_state, name="set_item_state"),
    path("students/<int:student_id>/items/", items.student_items, name="student_items"),
    path("students/<int:student_id>/items/new/", items.new_item, name="new_item"),
    path("item-templates/", items.item_templates, name="item_templates"),
    path("item-templates/apply/", items.apply_template, name="apply_template"),
    path("item-templates/<int:template_id>/", items.item_template, name="item_template"),
]
