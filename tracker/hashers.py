"""How passwords are hashed."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class SmallArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id with the least memory that OWASP's password storage cheat sheet recommends.

    Django's own setting takes 100 MiB for every sign-in under way, so that a few at once would
    outgrow a small machine. 19 MiB and two passes are as hard to guess by that source.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
