"""Send a test of a message to the SMTP server that the command line named."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from mailweave.addresses import ascii_address
from mailweave.config import check_email
from mailweave.errors import MailweaveError, Problem
from mailweave_preview.answers import api
from mailweave_preview.given import cut, posted, texts
from mailweave_preview.mailer import Server, send_test
from mailweave_preview.previewer import Previewer, here
from mailweave_preview.state import EDIT, PROFILE, state_of

blueprint = Blueprint("sending", __name__)

# A test is for a colleague's eyes, not a way to send a campaign.
_MOST = 50


@blueprint.post("/send")
@api
def send() -> ResponseReturnValue:
    """Send the campaign's message to one address: for each of the `profiles`, in the state of `query`. Says for each how it went."""
    previewer = here()
    if previewer.options.read_only or not previewer.options.smtp:
        abort(403, "Start the previewer with --smtp HOST:PORT, and without --read-only, to send tests.")
    sent = posted({"campaign": str, "to": str, "profiles": list}, {"query": dict})
    profiles = texts("profiles", sent["profiles"])
    if not 0 < len(profiles) <= _MOST:
        abort(400, f"Choose from 1 to {_MOST} profiles.")
    to = _address(sent["to"])
    query = {key: texts(f"query.{cut(key)}", values) for key, values in sent.get("query", {}).items()}
    if len(profiles) > 1:
        # An edit belongs to one profile.
        query.pop(EDIT, None)
    results = [_one(previewer, sent["campaign"], {**query, PROFILE: [profile]}, to) for profile in profiles]
    return {"results": results}, 200 if all(result["sent"] for result in results) else 422


def _address(text: str) -> str:
    """An address that a test can go to. Raises MailweaveError."""
    try:
        return ascii_address(check_email(text.strip()))
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
