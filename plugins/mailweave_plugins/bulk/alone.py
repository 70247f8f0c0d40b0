"""Try a single row at which a worker ended: build its message and write it where nobody looks."""

from __future__ import annotations

from contextlib import suppress

from mailweave.compose import compose
from mailweave.deliverers import FileDeliverer
from mailweave.profiles import Profile
from mailweave.readers import Row
from mailweave.render import Rendering, compiled, finish, situation_of
from mailweave_plugins.bulk.delivering import DelivererError
from mailweave_plugins.bulk.guard import Guard
from mailweave_plugins.bulk.job import Job
from mailweave_plugins.bulk.orders import Order, Seen
from mailweave_plugins.bulk.position import CHOOSING, READING
from mailweave_plugins.bulk.signals import Pulse
from mailweave_plugins.bulk.writing import write_alone


def try_alone(job: Job, order: Order, seen: Seen) -> None:
    """Do with the row `order.alone` all that its part would, but for handing it over. Whoever survives this isn't to blame for a worker's end."""
    guard = Guard(job, order, seen, Pulse(job.folder, order.index))
    for number, row in guard.rows():
        _by_stages(guard, number, row)
    guard.compare()
    for number, row in guard.rows():
        tried = guard.build(number, row)
        if tried.letter and isinstance(job.deliverer, FileDeliverer):
            with suppress(DelivererError):  # for which the part rejects it
                write_alone(job, job.deliverer, tried.letter)


def _by_stages(guard: Guard, number: int, row: Row) -> None:
    """Build the message stage by stage, so that a worker that ends here has said at which one."""
    job = guard.job
    # What a row is rejected for is told when its message is built.
    with suppress(Exception):
        guard.pulse.at(READING, number)
        _stages(guard, number, job.profile(number, row, job.data(row)))


def _stages(guard: Guard, number: int, profile: Profile) -> None:
    job, at = guard.job, guard.pulse.at
    at(CHOOSING, number)
    rendering = Rendering(job.workspace, job.campaign, profile, situation_of(job.workspace, job.campaign, profile, job.at), job.program.asset_base)
    chosen = {name: slot.entry for name, slot in rendering.choice.items() if slot.entry.block and slot.entry.variant}
    filled = []
    for name, entry in chosen.items():
        assert entry.block is not None
        at(f"filling slot '{name}' ({entry.block.variant(entry.variant or '').template.source.path})", number)
        filled.append(rendering.fill_slot(name, entry))
    at("filling subject, preheader and layout", number)
    for text in (job.campaign.subject, job.campaign.preheader):
        rendering.text(text)
    composed = compose(job.campaign.layout, rendering.text(job.campaign.layout.template), filled)
    at("compiling its MJML", number)
    compiled(job.workspace, composed)
    at("inlining its CSS", number)
    finish(job.workspace, composed, lambda html: html)
    at("making its text part", number)
    rendering.message()
