"""Practices, staff and people for a test, made as the pages make them."""

from __future__ import annotations

from datetime import date
from itertools import count

from allauth.mfa.models import Authenticator
from django.test import Client

from filiform.site.accounts.models import User
from filiform.site.practice import keeping
from filiform.site.practice.models import Course, Member, Person, Practice
from filiform.site.practice.opening import join, open_practice

ROLES = ("owner", "practitioner", "front_desk", "reader")
_NEXT = count(1)


def a_user() -> User:
    """Return an account that signs in by force_login alone: no password is hashed."""
    return User.objects.create_user(f"staff{next(_NEXT)}@practice.example")


def with_mfa(user: User) -> User:
    """Give an account a second factor."""
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": ""})
    return user


def make_practice(name: str = "Hill Street Needles", jurisdiction: str = "US-NY") -> Practice:
    """Open a practice with its owner, who has a second factor."""
    user = with_mfa(a_user())
    owner = open_practice(user, name=name, jurisdiction=jurisdiction, owner="Olive Owner")
    return owner.practice


def make_member(practice: Practice, role: str) -> Member:
    """Return the practice's owner, or a new member of another role, with a second factor."""
    if role == "owner":
        return Member.objects.select_related("practice").get(practice=practice, role="owner")
    name = f"{role.replace('_', ' ').title()} {next(_NEXT)}"
    return join(practice, with_mfa(a_user()), name=name, role=role)


def client_for(member: Member) -> Client:
    """Return a client in which a member is signed in."""
    client = Client()
    client.force_login(member.user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def make_person(by: Member, family_name: str = "Example") -> Person:
    """Keep a new person."""
    number = Person.objects.filter(practice=by.practice_id).count() + 1
    person = Person(number=number, given_name="Pat", family_name=family_name)
    with keeping.acting(by) as act:
        act.create(person)
    return person


def make_course(by: Member, person: Person, started_on: date = date(2026, 10, 1)) -> Course:
    """Keep a new course of acupuncture that has no event yet."""
    course = Course(
        person=person, practitioner=by, therapy="acupuncture", started_on=started_on, stage="new"
    )
    with keeping.acting(by) as act:
        act.create(course)
    return course
