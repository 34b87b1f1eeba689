from django.contrib.auth.management import create_permissions
from django.db import migrations

STUDENT, ADVISOR, LEAD, EDITOR, ADMINISTRATOR = (
    "Student",
    "Advisor",
    "Lead advisor",
    "Catalog editor",
    "Administrator",
)

FULL = ("add", "change", "delete", "view")
NO_DELETE = ("add", "change", "view")
VIEW = ("view",)

CATALOG = dict.fromkeys(
    (
        "organization", "fieldofstudy", "occupation", "occupationtitle", "occupationdetail", "crosswalk", "program",
        "offering", "startdate", "cost", "certification", "certificationrequirement", "jobtitle", "jobtitleoccupation",
        "programcertification", "careerlink", "source", "statistic", "accreditation", "guide", "guideitem",
        "pathwaystep",
    ),
    FULL,
)
CATALOG_RECORDS = {"importrun": VIEW, "zipcentroid": VIEW}
PEOPLE = dict.fromkeys(
    ("unit", "advisorprofile", "studentprofile", "assignment", "meetingplace", "alertreason", "itemtemplate", "templateitem"),
    NO_DELETE,
)
# What the admin shows of the records themselves: that they exist, never their text.
RECORDS = dict.fromkeys(("note", "noteversion", "attachment", "accesslog", "disclosurelog", "breakglass", "consent"), VIEW)

# Advisors and leads work in the portal, where advising.policy decides; their groups name the role.
GRANTS = {
    STUDENT: {},
    ADVISOR: {},
    LEAD: {},
    EDITOR: {"programs": {**CATALOG, **CATALOG_RECORDS}},
    ADMINISTRATOR: {
        "programs": {**CATALOG, **CATALOG_RECORDS},
        "advising": {**PEOPLE, **RECORDS},
        "portal": {"user": NO_DELETE},
        "auth": {"group": VIEW},
    },
}


def add_groups(apps, schema_editor):
    database = schema_editor.connection.alias
    # Permissions are otherwise made after all migrations have run.
    for label in ("programs", "advising", "portal", "auth"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0, using=database)
        config.models_module = None
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for name, by_app in GRANTS.items():
        group, _ = Group.objects.using(database).get_or_create(name=name)
        for label, models in by_app.items():
            codenames = [f"{action}_{model}" for model, actions in models.items() for action in actions]
            wanted = Permission.objects.using(database).filter(content_type__app_label=label, codename__in=codenames)
            group.permissions.add(*wanted)


def remove_groups(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Group.objects.using(schema_editor.connection.alias).filter(name__in=GRANTS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("advising", "0002_guards"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("portal", "0001_users"),
        ("programs", "0001_directory"),
    ]

    operations = [migrations.RunPython(add_groups, remove_groups)]
