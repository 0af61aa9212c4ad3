"""Everything the domain may refuse.  Adapters map these by class, never by text.

Four kinds, by whose fault it is: what a person can mend (:class:`Refused`), what does not exist
for the one who asks (:class:`NotFound`), what somebody else changed meanwhile (:class:`Stale`),
and what the outside did not deliver (:class:`Unavailable`).
"""

from __future__ import annotations


class DomainError(Exception):
    """A rule of the trade was broken; the message is safe to log, not to show."""

    code = "domain-error"


class NotFound(DomainError):
    """Nothing has this id, or it is not for the one who asks: both look the same."""

    code = "not-found"


class Refused(DomainError):
    """The request breaks a rule; the person can do something else."""

    code = "refused"


class NotOnePerson(Refused):
    """What is on file says that these are two people: they are not joined."""

    code = "not-one-person"


class NotAllowed(Refused):
    """The actor is known and may not do this here."""

    code = "not-allowed"


class ScreenTaken(Refused):
    """Somebody else shows something in this room already."""

    code = "screen-taken"


class NotLoggedIn(Refused):
    """Nobody is logged in, or the session ended."""

    code = "not-logged-in"


class WrongCredentials(Refused):
    """Log-in name, password or code is wrong; which one is never said."""

    code = "wrong-credentials"


class DeskOnly(Refused):
    """The log-in is right, and no role of this account has anything to do on a phone."""

    code = "desk-only"


class TooManyTries(Refused):
    """The limit of attempts is reached; wait."""

    code = "too-many-tries"


class IllegalMove(Refused):
    """The thing cannot go from its present state to the one asked for."""

    code = "illegal-move"


class AlreadySigned(IllegalMove):
    """This person's signature counts already: the second press changes nothing."""

    code = "already-signed"


class TalkOver(IllegalMove):
    """Words for a talk that has ended meanwhile; they went nowhere."""

    code = "talk-over"


class AlreadyRated(IllegalMove):
    """This person's rating counts already."""

    code = "already-rated"


class NotDueYet(IllegalMove):
    """The day of the promise is not over: nothing is broken that may still be kept."""

    code = "not-due-yet"


class NotReady(Refused):
    """Something has to happen first: a consent, a signature, a confirmation."""

    code = "not-ready"


class BadInput(Refused):
    """A value is missing, too long or malformed; :attr:`field` names it."""

    code = "bad-input"

    def __init__(self, field: str, why: str = "") -> None:
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why


class WetInkOnly(Refused):
    """The law wants paper and ink for this agreement (电子签名法 3)."""

    code = "wet-ink-only"


class BothSides(Refused):
    """Whoever would sign for a party has a side of their own, or leads the talks (民法典 168)."""

    code = "both-sides"


class UnderAge(Refused):
    """A party is under eighteen and would sign without their guardian (民法典 19)."""

    code = "under-age"


class NoGlyph(Refused):
    """No installed font has this character; the paper is not made rather than made wrong."""

    code = "no-glyph"

    def __init__(self, character: str) -> None:
        super().__init__(f"U+{ord(character):04X} {character}")
        self.character = character


class MeetingOver(Refused):
    """The invitation is genuine, and its meeting was held, moved or cancelled."""

    code = "meeting-over"


class SigningOver(Refused):
    """The invitation is genuine, and there is nothing to sign by it any more."""

    code = "signing-over"


class RatingOver(Refused):
    """The invitation is genuine, and the rating it asked for is no longer asked for."""

    code = "rating-over"


class Expired(Refused):
    """The invitation, code, ticket or ceremony is over."""

    code = "expired"


class TakenOut(Expired):
    """The mediator took this person out of the room and has not called them back."""

    code = "removed"


class DoorLocked(Refused):
    """The mediator locked the room, and this person was not in it before."""

    code = "locked"


class Replayed(Refused):
    """Time stamp and nonce of this delivery came with another message before."""

    code = "replayed"


class Stale(DomainError):
    """Somebody else changed the thing since it was loaded."""

    code = "stale"


class Unavailable(DomainError):
    """A part of the system or of the outside does not answer now; trying again may help."""

    code = "unavailable"


class LedgerAway(Unavailable):
    """The database is locked or does not answer: whatever is asked of it now fails alike."""
