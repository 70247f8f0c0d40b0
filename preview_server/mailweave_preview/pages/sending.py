"""Send a test of a message to the SMTP server that the command line named."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from mailweave.config import check_email
from mailweave.errors import MailweaveError, Problem
from mailweave_preview.mailer import Server, send_test
from mailweave_preview.previewer import Previewer, here
from mailweave_preview.state import EDIT, PROFILE, state_of

blueprint = Blueprint("sending", __name__)

# A test is for a colleague's eyes, not a way to send a campaign.
_MOST = 50


@blueprint.post("/send")
def send() -> ResponseReturnValue:
    """Send the campaign's message to one address: for each of the `profiles`, in the state of `query`. Says for each how it went."""
    previewer = here()
    if previewer.options.read_only or not previewer.options.smtp:
        abort(403, "Start the previewer with --smtp HOST:PORT, and without --read-only, to send tests.")
    sent = request.get_json(silent=True)
    wanted = (("campaign", str), ("to", str), ("profiles", list))
    if not isinstance(sent, dict) or not all(isinstance(sent.get(key), kind) for key, kind in wanted):
        abort(400, "Send JSON with campaign, profiles and to.")
    if not 0 < len(sent["profiles"]) <= _MOST:
        abort(400, f"Choose from 1 to {_MOST} profiles.")
    to = _address(sent["to"])
    query = _query(sent.get("query"))
    if len(sent["profiles"]) > 1:
        # An edit belongs to one profile.
        query.pop(EDIT, None)
    results = [_one(previewer, sent["campaign"], {**query, PROFILE: [str(profile)]}, to) for profile in sent["profiles"]]
    return {"results": results}, 200 if all(result["sent"] for result in results) else 422


def _address(text: str) -> str:
    try:
        return check_email(text.strip())
    except ValueError as error:
        what, _, remedy = str(error).partition(" – ")
        raise MailweaveError(Problem(what, remedy, code="bad-address")) from error


def _one(previewer: Previewer, campaign: str, query: dict[str, list[str]], to: str) -> dict[str, Any]:
    profile = query[PROFILE][0]
    try:
        built = previewer.build(campaign, state_of(query, previewer.workspace.config.timezone))
        if built.message is None:
            raise MailweaveError(*built.problems)
        send_test(Server.parse(previewer.options.smtp or ""), built.message, to)
    except MailweaveError as error:
        return {"profile": profile, "sent": False, "why": "; ".join(str(problem) for problem in error.problems)}
    return {"profile": profile, "sent": True, "why": ""}


def _query(given: Any) -> dict[str, list[str]]:
    """The state's query as it was sent: key → values."""
    if not isinstance(given, dict):
        return {}
    return {str(key): [str(value) for value in values] for key, values in given.items() if isinstance(values, list)}
