"""What an event of the audit log says: its action and its subject in the reader's language.

The one place that knows every action; an action or a kind that is not listed is shown as its code. Never reads a row.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

ACTIONS: Mapping[str, Promise] = {
    "read": gettext_lazy("looked at data"),
    # people and clients
    "create_staff": gettext_lazy("made a login of staff"),
    "grant_role": gettext_lazy("granted a role"),
    "propose_grant": gettext_lazy("proposed a role"),
    "confirm_grant": gettext_lazy("confirmed a role"),
    "withdraw_grant": gettext_lazy("took back a proposed role"),
    "end_grant": gettext_lazy("ended a role"),
    "add_staff": gettext_lazy("added a member of staff"),
    "switch_on": gettext_lazy("switched a login on"),
    "switch_off": gettext_lazy("switched a login off"),
    "save_view": gettext_lazy("save a view"),
    "rename_view": gettext_lazy("rename a view"),
    "share_view": gettext_lazy("share a view"),
    "delete_view": gettext_lazy("delete a view"),
    "choose_password": gettext_lazy("chose a password"),
    "propose_factor_reset": gettext_lazy("proposed that second factors go"),
    "confirm_factor_reset": gettext_lazy("took second factors away"),
    "withdraw_factor_reset": gettext_lazy("took back that second factors go"),
    "renew_staff_password": gettext_lazy("set a password of staff anew"),
    "tie_oidc": gettext_lazy("tied a login to the house's provider"),
    "invite_client": gettext_lazy("invited a client to the portal"),
    "register_client": gettext_lazy("registered in the portal"),
    "renew_client_password": gettext_lazy("set a client's password anew"),
    "end_sessions": gettext_lazy("ended other sessions"),
    "give_consent": gettext_lazy("gave a consent"),
    "withdraw_consent": gettext_lazy("withdrew a consent"),
    "request_code": gettext_lazy("asked for a one-time code"),
    "use_code": gettext_lazy("entered a one-time code"),
    "read_notices": gettext_lazy("read notices"),
    "send_again": gettext_lazy("had a notice sent again"),
    # master data and figures
    "merge_units": gettext_lazy("took in units"),
    "merge_clients": gettext_lazy("took in clients"),
    "merge_accounts": gettext_lazy("took in accounts"),
    "merge_products": gettext_lazy("took in products"),
    "merge_subscriptions": gettext_lazy("took in subscriptions"),
    "reserve_accounts": gettext_lazy("noted account numbers"),
    "deliver": gettext_lazy("accepted a delivery"),
    "reject_delivery": gettext_lazy("rejected a delivery"),
    "import_calendar": gettext_lazy("imported days of the calendar"),
    "set_up_setting": gettext_lazy("set up a limit"),
    "propose_setting": gettext_lazy("proposed a limit or what proofs rest on"),
    "confirm_setting": gettext_lazy("confirmed a limit or what proofs rest on"),
    "withdraw_setting": gettext_lazy("took back a proposed limit or what proofs rest on"),
    "propose_calendar": gettext_lazy("proposed days of the calendar"),
    "confirm_calendar": gettext_lazy("confirmed days of the calendar"),
    "withdraw_calendar": gettext_lazy("took back proposed days of the calendar"),
    "sign_off": gettext_lazy("signed a warning off"),
    "resend_delivery": gettext_lazy("sent a delivery again"),
    "upload_delivery": gettext_lazy("handed over a delivery by the API"),
    "issue_token": gettext_lazy("made a token"),
    "revoke_token": gettext_lazy("ended a token"),
    "add_partner": gettext_lazy("made the login of a partner's system"),
    "issue_client": gettext_lazy("made a client of a partner's system"),
    "revoke_client": gettext_lazy("ended a client of a partner's system"),
    "give_access": gettext_lazy("gave a partner's system a token"),
    "add_webhook": gettext_lazy("made a webhook"),
    "rotate_secret": gettext_lazy("gave a webhook a new secret"),
    "end_webhook": gettext_lazy("ended a webhook"),
    "push_again": gettext_lazy("had events pushed to a webhook again"),
    "pass_over": gettext_lazy("had an event passed over for a webhook"),
    "take": gettext_lazy("took a data cut"),
    "publish": gettext_lazy("published"),
    "serve": gettext_lazy("brought the portal's copy up to date"),
    "forget": gettext_lazy("removed from the portal's copy"),
    "collect": gettext_lazy("deleted files that nothing names"),
    # products and terms
    "create_product": gettext_lazy("created a product"),
    "retire_product": gettext_lazy("retired a product"),
    "name_family": gettext_lazy("named a family of products"),
    "draft_terms": gettext_lazy("drafted terms"),
    "redraft_terms": gettext_lazy("changed a draft of terms"),
    "propose_terms": gettext_lazy("proposed terms"),
    "send_back_terms": gettext_lazy("sent terms back"),
    "discard_terms": gettext_lazy("discarded terms"),
    "publish_terms": gettext_lazy("published terms"),
    "keep_phrase": gettext_lazy("banned a phrase"),
    "keep_context": gettext_lazy("allowed a wording"),
    # suitability
    "draft": gettext_lazy("drafted a version"),
    "discard": gettext_lazy("discarded a version"),
    "assess": gettext_lazy("took the suitability test"),
    "decline_assessment": gettext_lazy("refused the suitability test"),
    "submit_professional": gettext_lazy("submitted evidence of a professional investor"),
    "accept_professional": gettext_lazy("accepted evidence of a professional investor"),
    "refuse_professional": gettext_lazy("refused evidence of a professional investor"),
    "end_professional": gettext_lazy("ended the status of a professional investor"),
    "decide_match": gettext_lazy("decided whether a product fits"),
    # contracts
    "open_contract": gettext_lazy("opened a contract"),
    "record_match": gettext_lazy("noted the decision of suitability"),
    "record_warning": gettext_lazy("noted the special warning"),
    "show_paper": gettext_lazy("was shown a paper"),
    "acknowledge_paper": gettext_lazy("acknowledged a paper"),
    "signed": gettext_lazy("signed"),
    "start_service": gettext_lazy("started the service"),
    "abandon": gettext_lazy("gave up signing"),
    "paused": gettext_lazy("paused the service"),
    "resumed": gettext_lazy("resumed the service"),
    "suspended": gettext_lazy("suspended the service"),
    "released": gettext_lazy("released the service"),
    "rematched": gettext_lazy("matched a contract again"),
    "confirm_rematch": gettext_lazy("confirmed to go on"),
    "cooling_off_ended": gettext_lazy("ended the cooling-off period"),
    "expiring": gettext_lazy("told that a contract is about to end"),
    "expired": gettext_lazy("ended a contract that expired"),
    "renewed": gettext_lazy("renewed a contract"),
    "terminated": gettext_lazy("terminated a contract"),
    "withdrawn": gettext_lazy("withdrew from a contract"),
    "charge": gettext_lazy("charged fees"),
    "export": gettext_lazy("exported to settlement"),
    "confirm": gettext_lazy("confirmed an export to settlement"),
    "decide": gettext_lazy("decided between two subscriptions"),
    "plan_terms_move": gettext_lazy("planned a move of contracts"),
    "confirm_terms_move": gettext_lazy("confirmed a move of contracts"),
    "begin_terms_move": gettext_lazy("began a move of contracts"),
    "finish_terms_move": gettext_lazy("finished a move of contracts"),
    "cancel_terms_move": gettext_lazy("cancelled a move of contracts"),
    "terms_told": gettext_lazy("told of new terms"),
    "terms_to_sign": gettext_lazy("asked to sign new terms"),
    "terms_moved": gettext_lazy("moved a contract to new terms"),
    "terms_kept": gettext_lazy("kept a contract at its terms"),
    # reports
    "plan_reports": gettext_lazy("planned reports"),
    "end_report_plan": gettext_lazy("ended a plan of reports"),
    "set_up_recipient": gettext_lazy("put somebody on a list of recipients"),
    "propose_recipient": gettext_lazy("proposed a recipient of reports"),
    "confirm_recipient": gettext_lazy("confirmed a recipient of reports"),
    "withdraw_recipient": gettext_lazy("took a recipient off the list"),
    "make_report": gettext_lazy("made a report"),
    "send_report": gettext_lazy("sent a report"),
    "send_report_again": gettext_lazy("had a report sent again"),
    # proof, jobs and the house
    "store_document": gettext_lazy("stored a document"),
    "append_evidence": gettext_lazy("added evidence"),
    "export_evidence": gettext_lazy("handed out evidence"),
    "restamp": gettext_lazy("stamped evidence again"),
    "seal_head": gettext_lazy("sealed a head"),
    "release": gettext_lazy("had an event tried again"),
    "set_storage_period": gettext_lazy("changed a storage period"),
    "job_request": gettext_lazy("asked for a job"),
    "job_request_again": gettext_lazy("asked for a job again"),
    "job_claim": gettext_lazy("began a job"),
    "job_finish": gettext_lazy("finished a job"),
    "job_fail": gettext_lazy("failed in a job"),
    "job_park": gettext_lazy("parked a job"),
    "job_ask_to_stop": gettext_lazy("asked a job to stop"),
    "job_cancel": gettext_lazy("cancelled a job"),
}

KINDS: Mapping[str, Promise] = {
    "audit": gettext_lazy("audit log"),
    "audit_head": gettext_lazy("head of the audit log"),
    "evidence_head": gettext_lazy("head of the evidence"),
    "banned_phrase": gettext_lazy("banned phrase"),
    "phrase_context": gettext_lazy("allowed wording"),
    "calendar": gettext_lazy("calendar"),
    "client": gettext_lazy("client"),
    "code": gettext_lazy("one-time code"),
    "contract": gettext_lazy("contract"),
    "data_cut": gettext_lazy("data cut"),
    "decision": gettext_lazy("decision"),
    "delivery": gettext_lazy("delivery"),
    "warning": gettext_lazy("warning of a delivery"),
    "differences": gettext_lazy("accounts behind a figure"),
    "document": gettext_lazy("document"),
    "facts": gettext_lazy("facts"),
    "family": gettext_lazy("family of products"),
    "job_run": gettext_lazy("job run"),
    "product": gettext_lazy("product"),
    "publication": gettext_lazy("publication"),
    "quarantine": gettext_lazy("quarantine"),
    "questionnaire": gettext_lazy("questionnaire"),
    "rules": gettext_lazy("matching rules"),
    "receipt": gettext_lazy("receipt of an outbox event"),
    "records": gettext_lazy("list of records"),
    "report": gettext_lazy("report"),
    "report_plan": gettext_lazy("plan of reports"),
    "served_month": gettext_lazy("month of the portal's copy"),
    "set_aside": gettext_lazy("subscription set aside"),
    "settlement": gettext_lazy("export to settlement"),
    "source": gettext_lazy("source"),
    "storage": gettext_lazy("storage period"),
    "subscription": gettext_lazy("subscription"),
    "terms": gettext_lazy("version of terms"),
    "terms_move": gettext_lazy("move of contracts"),
    "user": gettext_lazy("user"),
    "view": gettext_lazy("saved view"),
}

STORED: Mapping[str, Promise] = {
    "job_runs": gettext_lazy("Job runs"),
    "outbox_events": gettext_lazy("Events of the outbox"),
    "one_time_codes": gettext_lazy("One-time codes"),
    "audit_events": gettext_lazy("Audit log"),
    "contracts": gettext_lazy("Contracts, from their end"),
    "evidence": gettext_lazy("Evidence of signings"),
    "consents": gettext_lazy("Consents, from their withdrawal"),
    "deliveries": gettext_lazy("Deliveries"),
    "assessments": gettext_lazy("Suitability tests"),
    "decisions": gettext_lazy("Suitability decisions"),
    "notices": gettext_lazy("Notices to clients"),
}


def action(code: str) -> str:
    """Return what was done, in words."""
    return str(ACTIONS.get(code, code))


def kind(code: str) -> str:
    """Return what it was done to, in words."""
    return str(KINDS.get(code, code))


def stored(code: str) -> str:
    """Return a kind of records, in words."""
    return str(STORED.get(code, code))


def months(count: int) -> str:
    """Return a storage period in words: years where they are whole."""
    if count % 12 == 0:
        return _("%(count)s years") % {"count": count // 12}
    return _("%(count)s months") % {"count": count}
