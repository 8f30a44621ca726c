"""Why an act of a client was refused: a code that stays, and words for the person who reads.

One table for pages and programs. Never decides what is refused: the operations do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.operations import CodeResult, TooSoon
from core.calendar import CalendarGap
from smart_products.signing import operations
from smart_products.signing.operations import LifeError
from smart_products.signing.seals.configured import NotAgreed
from smart_products.signing.states import IllegalMove
from smart_products.signing.steps import NotAcknowledged, OtherPaper, OutOfOrder, ReadLonger, StepError
from smart_products.suitability.operations import AssessedLater, QuestionnaireReplaced, TooManyAssessments


@dataclass(frozen=True, slots=True)
class Reason:
    """A refusal: its code, and its words."""

    code: str
    words: Promise


NOT_NOW = gettext_lazy("This can not be done now.")

REASONS: Mapping[type[Exception], Reason] = {
    operations.AlreadySubscribed: Reason(
        "already_subscribed", gettext_lazy("You have already signed this product over this account.")
    ),
    operations.ProductGone: Reason("not_offered", gettext_lazy("This product is no longer offered.")),
    operations.NotOffered: Reason("not_offered", gettext_lazy("This product is no longer offered.")),
    operations.NotTheirs: Reason("account_not_usable", gettext_lazy("This account can not be used.")),
    operations.PauseRefused: Reason("pause_refused", gettext_lazy("So long, or so often, it can not be paused.")),
    operations.CoolingOffOver: Reason(
        "cooling_off_over", gettext_lazy("The cooling-off period is over; you can still leave.")
    ),
    operations.NoSuchReason: Reason("no_such_reason", gettext_lazy("Please choose a reason.")),
    operations.NothingToSign: Reason(
        "nothing_to_sign", gettext_lazy("There is nothing to sign for this contract any more.")
    ),
    operations.LoginAgain: Reason("login_again", gettext_lazy("Please log in again before you sign.")),
    operations.ConsentWithdrawn: Reason(
        "consent_withdrawn", gettext_lazy("You have withdrawn your consent to sign electronically.")
    ),
    operations.ProgramRefused: Reason(
        "program_refused",
        gettext_lazy(
            "You want no program to decide for you: your outlet decides with you. To go on here, agree under privacy."
        ),
    ),
    operations.StandingChanged: Reason(
        "standing_changed", gettext_lazy("Your risk class or the rules have changed. Please begin this signing again.")
    ),
    operations.ThinkFirst: Reason("think_first", gettext_lazy("You have time to think before you can sign.")),
    TooManyAssessments: Reason("too_many_assessments", gettext_lazy("You have taken the test as often as is allowed.")),
    AssessedLater: Reason("assessed_later", gettext_lazy("There is a later test of yours already.")),
    QuestionnaireReplaced: Reason(
        "questionnaire_replaced", gettext_lazy("The questions have changed meanwhile. Please start again.")
    ),
    NotAcknowledged: Reason("not_acknowledged", gettext_lazy("Please acknowledge each sentence.")),
    OtherPaper: Reason("other_paper", gettext_lazy("The paper has changed meanwhile; this is the one that counts.")),
    ReadLonger: Reason("read_longer", gettext_lazy("Please read the paper in full.")),
    OutOfOrder: Reason("out_of_order", gettext_lazy("Another step comes first, or this one is done.")),
    TooSoon: Reason("code_too_soon", gettext_lazy("Another code can not be sent yet.")),
    NotAgreed: Reason(
        "sealing_closed",
        gettext_lazy("Signing is closed for the moment: our seal is being changed. Please come back later."),
    ),
    IllegalMove: Reason("illegal_move", NOT_NOW),
    LifeError: Reason("not_now", NOT_NOW),
    StepError: Reason("not_now", NOT_NOW),
    CalendarGap: Reason("not_now", NOT_NOW),
}
"""By the kind of error; the first that fits speaks."""


def reason_of(error: Exception) -> Reason:
    """Return the refusal of an error. Raises KeyError for one that is none."""
    for kind, reason in REASONS.items():
        if isinstance(error, kind):
            return reason
    raise KeyError(type(error))


def said(error: Exception) -> str:
    """Return in words what stands against an act, with its time where it has one."""
    if isinstance(error, ReadLonger):
        text = _("Please read the paper in full: it has to lie open for %(seconds)s more seconds.")
        return text % {"seconds": error.seconds}
    if isinstance(error, operations.ThinkFirst):
        until = f"{timezone.localtime(error.until):%Y-%m-%d %H:%M:%S}"
        return _("You have time to think: it is possible to sign from %(until)s on.") % {"until": until}
    if isinstance(error, TooManyAssessments):
        text = _("You have taken the test as often as is allowed. You can take it again from %(day)s on.")
        return text % {"day": error.again_on.isoformat()}
    if isinstance(error, TooSoon):
        return _("Another code can be sent in %(seconds)s seconds.") % {"seconds": error.wait}
    return str(reason_of(error).words)


def said_of_code(result: CodeResult, left: int) -> str:
    """Return what became of a one-time code, in words."""
    if result == CodeResult.WRONG and left:
        return _("This code is not right; %(left)s tries are left.") % {"left": left}
    if result == CodeResult.EXPIRED:
        return _("This code has expired; please have another one sent.")
    if result == CodeResult.NONE:
        return _("Please have a code sent first.")
    return _("This code can not be used any more; please have another one sent.")
