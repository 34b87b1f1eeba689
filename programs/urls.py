"""The directory's public addresses: stable, by slug, GET only; the URL is the whole state."""

app_name = "programs"

urlpatterns = []
