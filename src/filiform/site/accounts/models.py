"""The account of one member of staff."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from datetime import datetime


class UserManager(BaseUserManager["User"]):
    """Makes accounts; an e-mail address is compared without regard to case."""

    def create_user(self, email: str, password: str | None = None) -> User:
        """Return a new account that is kept."""
        user = self.model(email=email.strip().casefold())
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Find an account by its e-mail address."""
        return self.get(email=(username or "").strip().casefold())


class User(AbstractBaseUser):
    """An e-mail address and a password; what it may do is its membership of a practice."""

    email = models.EmailField("e-mail address", unique=True, max_length=254)
    is_active = models.BooleanField(default=True)
    sessions_ended = models.PositiveIntegerField(default=0)
    joined_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    def get_session_auth_hash(self) -> str:
        """Return what a session must hold: another password, or a count more, ends it."""
        content = f"{self.password} {self.sessions_ended}"
        return salted_hmac("filiform.session", content, algorithm="sha256").hexdigest()

    def __str__(self) -> str:
        """Return the address."""
        return self.email
