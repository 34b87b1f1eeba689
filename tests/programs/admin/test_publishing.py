"""Publishing in the admin: by action and by form, refused with the reason beside the record or the status."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages

from programs.admin import base
from programs.choices import Status
from programs.models import Guide, JobTitle, JobTitleOccupation, Offering, Organization, Program
from tests.factories import (
    client_for,
    make_certification,
    make_cost,
    make_field,
    make_guide,
    make_guide_item,
    make_job_title,
    make_occupation,
    make_offering,
    make_organization,
    make_program,
    make_user,
)

from .test_catalog import address, form_values

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(editor):
    return client_for(editor)


def act(client, model, action: str, *records, **values) -> list[tuple[str, str]]:
    """Run an action on ``records``; the messages it gave, as (level, text)."""
    data = {"action": action, "_selected_action": [record.pk for record in records], **values}
    answer = client.post(address(model, "changelist"), data)
    assert answer.status_code == 302
    messages = [(message.level_tag, message.message) for message in get_messages(answer.wsgi_request)]
    client.get(address(model, "changelist"))  # where they are shown, once
    return messages


def test_publish_says_what_was_done_and_what_was_refused_with_the_reason(client, editor):
    school = make_organization(name="Hill College")
    whole = make_program(status=Status.DRAFT, organization=school)
    make_offering(program=whole)
    bare = make_program(name="Welding", status=Status.DRAFT, organization=school)
    assert act(client, Program, "publish", whole, bare) == [
        ("success", "1 program published."),
        (
            "error",
            "Not published: “Welding (Certificate, 12 weeks to 1 year), Hill College” has no published offering.",
        ),
    ]
    whole.refresh_from_db()
    bare.refresh_from_db()
    assert (whole.status, bare.status) == ("published", "draft")
    assert whole.history.latest().history_user == editor


def test_retire_and_send_for_review(client):
    first, second = make_organization(name="Alpha"), make_organization(name="Beta")
    assert act(client, Organization, "retire", first, second) == [("success", "2 organizations retired.")]
    assert act(client, Organization, "retire", first) == [("error", "Not retired: “Alpha” is already retired.")]
    assert act(client, Organization, "send_for_review", first) == [("success", "1 organization sent for review.")]
    assert set(Organization.objects.values_list("name", "status")) == {("Alpha", "in_review"), ("Beta", "retired")}


def test_an_action_takes_a_few_hundred_at_most(client, monkeypatch):
    monkeypatch.setattr(base, "ACTION_LIMIT", 2)
    schools = [make_organization() for _ in range(3)]
    assert act(client, Organization, "retire", schools[0], select_across="1") == [
        ("error", "Choose at most 2 records; nothing was done.")
    ]
    assert Organization.objects.filter(status=Status.RETIRED).count() == 0
    assert act(client, Organization, "retire", *schools[:2]) == [("success", "2 organizations retired.")]


def test_many_refusals_are_summed_up(client, monkeypatch):
    monkeypatch.setattr(base, "REASONS_SHOWN", 1)
    programs = [make_program(status=Status.DRAFT) for _ in range(3)]
    messages = act(client, Program, "publish", *programs)
    assert len(messages) == 2
    assert messages[1] == ("error", "2 more were refused. Choose fewer to read why.")


def test_actions_need_the_right_to_change(db):
    reader = make_user(is_staff=True)
    reader.user_permissions.set(view_permissions())
    client = client_for(reader)
    school = make_organization()
    assert client.get(address(Organization, "changelist")).status_code == 200
    client.post(address(Organization, "changelist"), {"action": "retire", "_selected_action": [school.pk]})
    school.refresh_from_db()
    assert school.status == Status.PUBLISHED


def view_permissions():
    return Permission.objects.filter(content_type__app_label="programs", codename__startswith="view_")


def new_program(**values) -> dict:
    """A filled form for a new program, with one offering beside it."""
    return {
        "organization": make_organization().pk,
        "name": "Welding",
        "slug": "welding",
        "field": make_field().pk,
        "language": "en",
        "status": "published",
        "offerings-TOTAL_FORMS": 1,
        "offerings-INITIAL_FORMS": 0,
        "offerings-0-status": "published",
        "offerings-0-modality": "online",
        "offerings-0-modality_basis": "reported",
        "offerings-0-interaction": "unknown",
        "offerings-0-pacing": "unknown",
        "offerings-0-onsite_requirement": "unknown",
        "offerings-0-schedule": "unknown",
        "offerings-0-duration_basis": "unknown",
        "offerings-0-start_type": "unknown",
        "certification_links-TOTAL_FORMS": 0,
        "certification_links-INITIAL_FORMS": 0,
        "career_links-TOTAL_FORMS": 0,
        "career_links-INITIAL_FORMS": 0,
        **values,
    }


def test_a_whole_program_is_made_and_published_in_one_step(client, editor):
    answer = client.post(address(Program, "add"), new_program())
    assert answer.status_code == 302, answer.context["errors"]
    program = Program.objects.published().get()
    assert program.offerings.count() == 1
    assert program.history.get().history_user == editor
    assert program.offerings.get().history.get().history_user == editor


def test_a_refused_form_saves_nothing_and_says_why_beside_the_status(client):
    answer = client.post(address(Program, "add"), new_program(**{"offerings-0-status": "draft"}))
    assert answer.status_code == 200
    form = answer.context["adminform"].form
    assert form.errors == {"status": ["Not published: it has no published offering."]}
    assert form["name"].value() == "Welding"
    assert Program.objects.count() == Offering.objects.count() == 0


def test_a_program_without_a_field_is_refused(client):
    answer = client.post(address(Program, "add"), new_program(field=""))
    assert answer.context["adminform"].form.non_field_errors() == [
        "A published program needs a field of study. Choose one, or keep a draft."
    ]


def test_a_published_program_keeps_an_offering(client):
    program = make_offering().program
    url = address(Program, "change", program.pk)
    values = {**form_values(client.get(url)), "name": "Changed", "offerings-0-DELETE": "on"}
    answer = client.post(url, values)
    assert answer.context["adminform"].form.errors == {"status": ["Not published: it has no published offering."]}
    program.refresh_from_db()
    assert (program.name != "Changed", program.offerings.count()) == (True, 1)
    assert client.post(url, {**values, "status": "draft"}).status_code == 302
    assert program.offerings.count() == 0


def test_the_only_published_offering_is_not_retired(client):
    offering = make_offering()
    url = address(Offering, "change", offering.pk)
    values = form_values(client.get(url))
    answer = client.post(url, {**values, "status": "retired"})
    assert answer.context["adminform"].form.errors == {
        "status": [
            f"Not retired: it is the only published offering of “{offering.program}”; retire the program instead."
        ]
    }
    assert client.post(url, values).status_code == 302


def test_a_published_guide_cannot_gain_a_number_without_a_source(client):
    guide = make_guide()
    make_guide_item(guide=guide, title="Pay", text="It varies.")
    url = address(Guide, "change", guide.pk)
    values = form_values(client.get(url))
    answer = client.post(url, {**values, "items-0-text": "About $50,000."})
    assert answer.context["adminform"].form.errors == {
        "status": ["Not published: it states a number without a source in “Pay”."]
    }
    assert guide.items.get().text == "It varies."


def test_the_address_of_a_published_page_does_not_change(client):
    school = make_organization(slug="hill-college")
    url = address(Organization, "change", school.pk)
    values = form_values(client.get(url))
    assert "slug" not in values
    assert client.post(url, {**values, "slug": "elsewhere"}).status_code == 302
    school.refresh_from_db()
    assert school.slug == "hill-college"


@pytest.mark.parametrize("slug", ["", "two words", "x" * 200, "quote'"])
def test_bad_addresses_are_refused(slug, client):
    answer = client.post(address(Program, "add"), new_program(slug=slug))
    assert list(answer.context["adminform"].form.errors) == ["slug"]


def test_link_to_the_public_page_only_while_there_is_one(client):
    program = make_offering().program
    url = address(Program, "change", program.pk)
    public = f"/programs/{program.organization.slug}/{program.slug}/"
    assert client.get(url).context["absolute_url"] == public
    assert client.get(address(Offering, "change", program.offerings.get().pk)).context["absolute_url"] == public
    Organization.objects.filter(pk=program.organization_id).update(status=Status.DRAFT)
    assert client.get(url).context["absolute_url"] is None
    assert client.get(address(Offering, "change", program.offerings.get().pk)).context["absolute_url"] is None


@pytest.mark.parametrize("make", [make_organization, make_certification, make_job_title])
def test_other_names_are_one_a_line(make, client):
    record = make(aliases=["Old name", "Older name"], status=Status.DRAFT)
    url = address(type(record), "change", record.pk)
    page = client.get(url)
    assert page.context["adminform"].form["aliases"].value() == "Old name\nOlder name"
    values = {**form_values(page), "aliases": "  New   name \r\n\r\nOld name\nNew name"}
    assert client.post(url, values).status_code == 302
    record.refresh_from_db()
    assert record.aliases == ["New name", "Old name"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x" * 201, f"“{'x' * 40}…” is longer than 200 characters. Shorten it."),
        ("\n".join(f"name {number}" for number in range(101)), "Give at most 100 names; these are 101."),
        ("a\x00b", "Null characters are not allowed."),
    ],
)
def test_bad_other_names_are_refused(text, message, client):
    school = make_organization(aliases=["Kept"])
    url = address(Organization, "change", school.pk)
    answer = client.post(url, {**form_values(client.get(url)), "aliases": text})
    assert answer.context["adminform"].form.errors == {"aliases": [message]}
    school.refresh_from_db()
    assert school.aliases == ["Kept"]


def test_history_tells_who_changed_what(client, editor):
    school = make_organization(name="Hill College")
    url = address(Organization, "change", school.pk)
    client.post(url, {**form_values(client.get(url)), "name": "Hill University"})
    page = client.get(address(Organization, "history", school.pk)).content.decode()
    assert "Edda Editor" in page
    assert "Hill College → Hill University" in page
    oldest = school.history.earliest()
    past = address(Organization, "simple_history", school.pk, oldest.pk)
    page = client.get(past).content.decode()
    assert "Hill College" in page
    assert "Revert" not in page


def test_history_is_for_reading(client):
    school = make_organization(name="Hill College")
    url = address(Organization, "simple_history", school.pk, school.history.earliest().pk)
    assert client.post(url, {"name": "Forged", "slug": "forged", "status": "published"}).status_code == 403
    school.refresh_from_db()
    assert school.name == "Hill College"


def test_first_change_of_an_imported_record_keeps_what_it_said_before(client, editor):
    offering = make_offering(modality="online")
    program = offering.program
    program.history.all().delete()
    offering.history.all().delete()
    url = address(Program, "change", program.pk)
    values = {**form_values(client.get(url)), "name": "Changed", "offerings-0-modality": "hybrid"}
    assert client.post(url, values).status_code == 302
    for record, field, before, after in (
        (program, "name", program.name, "Changed"),
        (offering, "modality", "online", "hybrid"),
    ):
        entries = record.history.order_by("history_id").values_list(field, "history_user", "history_change_reason")
        assert list(entries) == [(before, None, "As loaded"), (after, editor.pk, None)]
    page = client.get(address(Program, "history", program.pk)).content.decode()
    assert "As loaded" in page
    assert f"{program.name} → Changed" in page


def test_first_action_on_an_imported_record_keeps_its_old_status(client, editor):
    school = make_organization()
    school.history.all().delete()
    act(client, Organization, "retire", school)
    entries = school.history.order_by("history_id").values_list("status", "history_user")
    assert list(entries) == [("published", None), ("retired", editor.pk)]


def test_program_without_an_award_level_is_called_non_credit(client):
    make_program(award_level=None)
    assert "Non-credit" in client.get(address(Program, "changelist")).content.decode()


def test_the_second_of_two_editors_writes_nothing_over_the_first(client, editor):
    school = make_organization(name="Hill College")
    page = address(Organization, "change", school.pk)
    mine, theirs = (form_values(client.get(page)) for _ in range(2))
    assert client.post(page, {**theirs, "city": "Akron"}).status_code == 302
    answer = client.post(page, {**mine, "name": "Hill University"})
    assert answer.status_code == 200
    refused = answer.context["adminform"].form.non_field_errors()
    assert [said.partition(",")[0] for said in refused] == [f"{editor} saved this record while you were editing it"]
    school.refresh_from_db()
    assert (school.name, school.city) == ("Hill College", "Akron")
    assert client.post(page, {**form_values(client.get(page)), "name": "Hill University"}).status_code == 302


def test_guides_with_dead_links_are_listed(client):
    guide, other = make_guide(title="Metalwork"), make_guide(title="Welding")
    make_guide_item(guide=guide, link="/schools/none/")
    make_guide_item(guide=other, link=guide.get_absolute_url())
    listed = client.get(address(Guide, "changelist"), {"links": "dead"}).context["cl"].queryset
    assert list(listed) == [guide]


def test_a_main_occupation_chosen_in_the_form_is_the_persons_choice(client):
    chefs, cooks = make_occupation(title="Chefs"), make_occupation(title="Cooks")
    title = make_job_title(name="Cook", occupation=chefs)
    JobTitleOccupation.objects.create(job_title=title, occupation=cooks)
    JobTitleOccupation.objects.update(chosen_by="import")

    page = client.get(address(JobTitle, "change", title.pk))
    values = form_values(page) | {
        "occupation_links-0-is_primary": "",
        "occupation_links-1-is_primary": "on",
    }
    assert client.post(address(JobTitle, "change", title.pk), values).status_code == 302
    assert list(title.occupation_links.values_list("occupation", "is_primary", "chosen_by").order_by("pk")) == [
        (chefs.pk, False, "editor"),
        (cooks.pk, True, "editor"),
    ]


def test_prices_too_high_for_their_length_are_a_worklist(client):
    odd = make_cost(offering=make_offering(weeks=39), amount=151_045).offering
    make_cost(offering=make_offering(weeks=39), amount=15_104)
    answer = client.get(address(Offering, "changelist"), {"price": "odd"})
    assert [offering.pk for offering in answer.context["cl"].result_list] == [odd.pk]
