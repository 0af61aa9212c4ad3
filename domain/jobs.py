"""Work that must follow a change: kept in the same transaction, done after it by a job worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from domain.ids import AgreementId, CaseId, DueId, MediaId, MeetingId, StaffId


@dataclass(frozen=True, slots=True)
class SendNotice:
    """Bring a notice to its person, by WeChat if they follow; an SMS is a job of its own."""

    notice_id: str


@dataclass(frozen=True, slots=True)
class SendSms:
    """Bring a notice by SMS."""

    notice_id: str


@dataclass(frozen=True, slots=True)
class MakePaper:
    """Print and certify the paper of a frozen agreement."""

    agreement_id: AgreementId


@dataclass(frozen=True, slots=True)
class PutSignature:
    """Put a given signature into the file."""

    agreement_id: AgreementId
    field: str


@dataclass(frozen=True, slots=True)
class PutSeal:
    """Put the seal and the time stamp into the file."""

    agreement_id: AgreementId


@dataclass(frozen=True, slots=True)
class FetchPicture:
    """Fetch what a person sent from the platform before it expires there (3 days)."""

    media_id: MediaId


@dataclass(frozen=True, slots=True)
class MakePlayable:
    """Make the copy of a voice that browsers play."""

    media_id: MediaId


@dataclass(frozen=True, slots=True)
class HearVoice:
    """Write down what is said in a voice, and ask the person whether that is right."""

    media_id: MediaId


@dataclass(frozen=True, slots=True)
class ReadAloud:
    """Read a text aloud, for people who listen to it."""

    name: str


@dataclass(frozen=True, slots=True)
class AskWho:
    """Ask WeChat whose account this is, over all of the centre's apps."""

    appid: str
    openid: str


@dataclass(frozen=True, slots=True)
class AnswerLate:
    """Bring an answer that was not ready within WeChat's five seconds."""

    inbox_key: str


@dataclass(frozen=True, slots=True)
class ActOnDue:
    """Do what a deadline that has come asks for."""

    due_id: DueId


@dataclass(frozen=True, slots=True)
class ReviewRooms:
    """Take out of a case's rooms whoever has no place there any more; close what is over."""

    case_id: CaseId


@dataclass(frozen=True, slots=True)
class HandBackCases:
    """Give the open cases of whoever is no longer a mediator back to the centre."""

    staff_id: StaffId


@dataclass(frozen=True, slots=True)
class EraseData:
    """Delete what a person no longer wants kept, as far as it may go."""

    erasure_id: str


@dataclass(frozen=True, slots=True)
class MakeCopy:
    """Put a copy of a person's data together."""

    copy_id: str


@dataclass(frozen=True, slots=True)
class EndCopy:
    """Delete the file of a copy that was fetched, or that nobody fetched in time."""

    copy_id: str


@dataclass(frozen=True, slots=True)
class DropObject:
    """Delete the bytes of what nobody knows of any more."""

    key: str


@dataclass(frozen=True, slots=True)
class StoreRecording:
    """Bring a finished stretch of recording to where all files are kept."""

    meeting_id: MeetingId
    participant: str
    number: int


@dataclass(frozen=True, slots=True)
class MakeManifest:
    """List and sign what there is of a meeting's recording, once it is over and all is kept."""

    meeting_id: MeetingId
    aside: str = ""  #: the talk apart whose list it is; empty for the table


@dataclass(frozen=True, slots=True)
class MakeFilm:
    """Make the film of a recording in which everybody is seen side by side."""

    meeting_id: MeetingId
    recording: str  #: the meeting's id, or that of a talk apart
    number: int = 1  #: of this recording's films; the newest is wanted alone


@dataclass(frozen=True, slots=True)
class CheckContent:
    """Ask WeChat what it thinks of a report's words; nothing waits for the answer."""

    case_id: CaseId


Job: TypeAlias = (
    SendNotice
    | CheckContent
    | SendSms
    | MakePaper
    | PutSignature
    | PutSeal
    | FetchPicture
    | AnswerLate
    | ActOnDue
    | ReviewRooms
    | HandBackCases
    | StoreRecording
    | MakeManifest
    | MakeFilm
    | AskWho
    | EraseData
    | MakeCopy
    | EndCopy
    | DropObject
    | MakePlayable
    | HearVoice
    | ReadAloud
)
