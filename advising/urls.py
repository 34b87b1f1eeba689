app_name = "advising"

urlpatterns = []
