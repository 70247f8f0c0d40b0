"""Which messages are taken: preview profiles, permutations, blocks alone, weird profiles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from mailweave.alternatives import Alternative, alternatives
from mailweave.choose import Choice
from mailweave.engine import Engine
from mailweave.errors import MailweaveError
from mailweave.explain import choice_json
from mailweave.facts import Facts
from mailweave.permutations import covering, explore
from mailweave.profiles import Profile
from mailweave.render import situation_of
from mailweave.workspace import Workspace
from mailweave_preview.shots.cover import cover
from mailweave_preview.shots.manifest import Kept
from mailweave_preview.shots.subject import Subject, digest_of, parts_of
from mailweave_preview.shots.weird import WEIRD


@dataclass(frozen=True)
class Source:
    """Where subjects come from. `kept` are the approved subjects by digest: their data fill the message again, so that a change of a
    profile's data is no change of the picture."""

    engine: Engine
    workspace: Workspace
    at: datetime
    kept: Mapping[str, Kept]

    def subject(self, campaign: str, profile: Profile, name: str, *extra: str) -> Subject:
        """The subject that a customer's data lead to."""
        choice, locale = self._choice(campaign, profile)
        parts = parts_of(choice)
        return Subject(
            "campaigns",
            campaign,
            name,
            digest_of(campaign, locale, parts, *extra),
            locale,
            parts,
            "",
            {slot: chosen.entry for slot, chosen in choice.items()},
            profile.data,
            (profile.name,) if profile.name in self.workspace.profile_names() else (),
            choice_json(choice),
            extra,
        )

    def _choice(self, campaign: str, profile: Profile) -> tuple[Choice, str]:
        found = self.workspace.campaign(campaign)
        choice = self.engine.choose(self.workspace, found, profile, self.at)
        return choice, Facts(situation_of(self.workspace, found, profile, self.at)).locale

    def of_profiles(self, campaign: str) -> Iterator[Subject]:
        """A campaign's messages for the preview profiles; profiles with the same choice are one."""
        shop = self.workspace
        yield from merged(self.subject(campaign, shop.profile(name), name) for name in shop.profile_names())

    def unseen(self, campaign: str, known: Iterable[Subject]) -> list[Alternative]:
        """The campaign's alternatives that no subject has."""
        read = self.workspace.campaign(campaign)
        entries = [subject.entries for subject in known]
        seen = {Alternative(slot.name, slot.entries.index(chosen[slot.name])) for chosen in entries for slot in read.slots}
        return [one for one in alternatives(read) if one not in seen]

    def made_up(self, campaign: str, known: Sequence[Subject], *, pairs: bool = False) -> Iterator[Subject]:
        """Messages for made-up customers, who get what no preview profile gets."""
        found = explore(self.workspace, self.workspace.campaign(campaign), self.at)
        only = None if pairs else self.unseen(campaign, known)
        for one in covering(found, pairs=pairs, only=only).people:
            yield self.subject(campaign, one.profile, one.name)

    def pinned(self, subject: Subject) -> Subject:
        """The same subject with the data and the name that it was approved with, if they still lead to it."""
        kept = self.kept.get(subject.digest)
        if kept is None:
            return subject
        try:
            again = self.subject(subject.of, Profile.from_data(dict(kept.data)), kept.name, *kept.extra)
        except MailweaveError:
            return replace(subject, name=kept.name, origin=kept.origin)
        same = again.digest == subject.digest
        return replace(again if same else subject, name=kept.name, origin=kept.origin, profiles=subject.profiles)


def profiles(source: Source) -> Iterator[Subject]:
    """Every campaign for every preview profile; profiles with the same choice are one."""
    for campaign in source.workspace.campaign_names():
        yield from source.of_profiles(campaign)


def merged(subjects: Iterable[Subject]) -> Iterator[Subject]:
    """One subject for each digest, with all its profiles."""
    found: dict[str, Subject] = {}
    for subject in subjects:
        first = found.get(subject.digest)
        found[subject.digest] = replace(first, profiles=(*first.profiles, *subject.profiles)) if first else subject
    yield from found.values()


def permutations(source: Source) -> Iterator[Subject]:
    """For each campaign few messages that together show every variant that anybody can get, and every locale of the preview profiles."""
    for campaign in source.workspace.campaign_names():
        known = list(source.of_profiles(campaign))
        made = source.made_up(campaign, known) if source.unseen(campaign, known) else ()
        yield from cover(list(merged([*known, *made])), 1, source.kept)


def pairs(source: Source) -> Iterator[Subject]:
    """For each campaign few messages that together show every two variants that can stand together."""
    for campaign in source.workspace.campaign_names():
        known = list(source.of_profiles(campaign))
        yield from cover(list(merged([*known, *source.made_up(campaign, known, pairs=True)])), 2, source.kept)


def blocks(source: Source) -> Iterator[Subject]:
    """Every variant of every block that has a sample, alone."""
    shop = source.workspace
    for block in map(shop.block, shop.block_names()):
        for variant in block.variants if block.sample else ():
            part = {block.name: f"{block.name}/{variant}"}
            yield Subject("blocks", block.name, variant, digest_of("block", block.name, variant), shop.config.locale, part, "blocks")


def weird(source: Source) -> Iterator[Subject]:
    """Every campaign for customers whose data is unusual: nothing but an address, very long, right to left, markup, emoji."""
    shop = source.workspace
    for campaign in shop.campaign_names():
        for name, data in WEIRD.items():
            profile = Profile.from_data({**data, "email": "weird@example.com", "id": "W-1"})
            yield source.subject(campaign, profile, f"weird-{name}", name)


SETS: Final[Mapping[str, Callable[[Source], Iterator[Subject]]]] = {
    "profiles": profiles,
    "permutations": permutations,
    "pairs": pairs,
    "blocks": blocks,
    "weird": weird,
}


def subjects_of(source: Source, names: Iterable[str]) -> list[Subject]:
    """The subjects of some sets, each once, with different names within a campaign.

    Raises:
        MailweaveError: files that can't be read, rules that fail.
    """
    found: dict[str, Subject] = {}
    for subject in (replace(subject, origin=name) for name in names for subject in SETS[name](source)):
        found.setdefault(subject.digest, source.pinned(subject) if subject.kind == "campaigns" else subject)
    taken: dict[str, str] = {kept.folder: digest for digest, kept in source.kept.items()}
    return [_named_apart(subject, taken) for subject in found.values()]


def _named_apart(subject: Subject, taken: dict[str, Any]) -> Subject:
    """The subject under a name that no other has."""
    if taken.setdefault(subject.folder, subject.digest) == subject.digest:
        return subject
    return _named_apart(replace(subject, name=f"{subject.name}-{subject.digest[:4]}"), taken)
