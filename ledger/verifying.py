"""Whether the live ledger is what was recorded: the log against itself and against what others
hold, then what is made from the log against the log."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from ledger import codec, snapshots
from ledger.audit import checkpoint as tree_head
from ledger.audit import tiles, timestamp, tree
from ledger.audit.check import check_row, examine, explain
from ledger.audit.checkpoint import Checkpoint, open_checkpoint
from ledger.audit.findings import Finding, Kind
from ledger.audit.moments import Since, since_day
from ledger.audit.note import NoteRefused, VerifierKey
from ledger.audit.published import NotPublished, Published, read, read_key
from ledger.audit.tree import ROW_LEVELS
from ledger.bounds import MAX_FAULTS
from ledger.clock import day_of
from ledger.domain import access, restoring
from ledger.domain.events import (
    AttemptRefused,
    AttemptsOpened,
    AttemptsUncounted,
    Fact,
    FileRemoved,
    LogRestored,
    RoleGranted,
    Source,
)
from ledger.projections import UNFOLDED, checking
from ledger.store import Store, TreeDamaged
from ledger.wording import Sentence, words

Node = tuple[int, int]
"""Level and number."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What is held outside the database: checkpoints that are signed, `since` when some of them
    are, and perhaps a whole copy."""

    checkpoints: tuple[Checkpoint, ...] = ()
    since: tuple[Since, ...] = ()
    published: Published | None = None
    folder: Path | None = None
    seen: tuple[Sentence, ...] = ()
    findings: tuple[Finding, ...] = ()


def stamped(outside: Held, roots: bytes) -> Held:
    """With the time stamps of the notary's folder checked: what is good is a checkpoint more."""
    if outside.folder is None or outside.published is None:
        return outside
    checkpoints, seen, found = list(outside.checkpoints), list(outside.seen), []
    try:
        for one in timestamp.kept(outside.folder, outside.published.key):
            moment = timestamp.check(one.response, one.note.data, roots)
            checkpoints.append(tree_head.read(one.note.text))
            seen.append(
                words(
                    "the checkpoint of size {size} was there on {moment} UTC, says its time stamp",
                    size=one.size,
                    moment=f"{moment:%Y-%m-%d %H:%M:%S}",
                )
            )
    except timestamp.TimestampRefused as refused:
        found.append(_lost("state", refused))
    return replace(
        outside,
        checkpoints=tuple(checkpoints),
        seen=tuple(seen),
        findings=(*outside.findings, *found),
    )


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What a verification found wrong, and what it saw. `lost` are entries that were signed and are
    not there, as a fact of the log says: an earlier copy of it was put back."""

    findings: tuple[Sentence, ...]
    seen: tuple[Sentence, ...]
    lost: int = 0


def _lost(kind: Kind, error: Exception) -> Finding:
    return Finding(kind=kind, template="{why}", figures={"why": str(error)})


def held(
    folder: Path | None,
    files: Sequence[Path],
    key: VerifierKey | None,
    since: Sequence[tuple[Path, date]] = (),
) -> Held:
    """The notary's folder and the reader's own checkpoints, some held `since` a day, all verified
    with one key: the reader's or else the folder's. Raises NotPublished where there are checkpoints
    and no key."""
    if folder is None and not files and not since:
        return Held()
    found: list[Finding] = []
    published = None
    if key is None:
        if folder is None:
            raise NotPublished("a checkpoint needs the log's public key: give it, or the folder")
        key = read_key(folder)
    if folder is not None:
        try:
            published = read(folder, key)
        except NotPublished as lost:
            found.append(_lost("state", lost))
    checkpoints = [] if published is None else [published.checkpoint]
    days: list[Since] = []
    for file, day in [*((file, None) for file in files), *since]:
        try:
            checkpoints.append(open_checkpoint(file.read_bytes(), key)[0])
            days += [] if day is None else [since_day(checkpoints[-1].size, day)]
        except NoteRefused as refused:
            template = "the checkpoint {file} cannot be relied on: {why}"
            figures: dict[str, str | int] = {"file": file.name, "why": str(refused)}
            found.append(Finding(kind="state", template=template, figures=figures))
    return Held(
        checkpoints=tuple(checkpoints),
        since=tuple(days),
        published=published,
        folder=folder,
        findings=tuple(found),
    )


def verify(ledger: Any, outside: Held) -> Verified:
    """Everything that can be checked of a live ledger. Nothing is written but read models that are
    behind."""
    outside, lost = before_restoring(ledger.store, outside)
    found = [*outside.findings, *verify_log(ledger.store, outside)]
    count = ledger.store.leaves.count()
    seen = [words("{count} entries and their leaf hashes were checked", count=count)]
    if lost and not outside.checkpoints:
        seen.append(words("no checkpoint of what is here was given"))
    elif outside.checkpoints:
        sizes = ", ".join(str(size) for size in sorted({c.size for c in outside.checkpoints}))
        seen.append(
            words("the log was held against signed checkpoints of size {sizes}", sizes=sizes)
        )
    else:
        seen.append(words("no checkpoint was given: the log was only held against itself"))
    seen += outside.seen
    sources: set[str] = set()
    if not found:
        found = verify_facts(ledger.store, sources)
    sentences = [Sentence(finding.template, finding.figures) for finding in found]
    if found:
        seen.append(words("read models were not compared: the log itself must be right first"))
    else:
        lines = checking.check_rebuild(ledger)
        sentences += [words("read model {line}", line=line) for line in lines]
        sentences += [words("{line}", line=line) for line in snapshots.differences(ledger.store)]
        seen.append(words("read models and kept states were compared with the log"))
    kept = dict(ledger.registry.digests())
    for name in sorted(name for name, digest in kept.items() if name != digest):
        sentences.append(words("the received file {name} differs from its SHA-256", name=name))
    for name in sorted(sources - kept.keys())[:MAX_FAULTS]:
        seen.append(words("the received file {name} is not here", name=name))
    return Verified(findings=tuple(sentences[:MAX_FAULTS]), seen=tuple(seen), lost=lost)


def before_restoring(store: Store, outside: Held) -> tuple[Held, int]:
    """Without the checkpoints of what was lost when an earlier copy of the log was put back, as it
    says itself; and how many entries that is at most. The copy has to have been what it says."""
    stream = restoring.stream("restored")
    seen, findings, gone, lost = [], [], set[Checkpoint](), 0
    for fact in store.history(stream):
        event = fact.event
        assert isinstance(event, LogRestored), "nothing else is recorded of the log"
        if not _was(store, event):
            template = "the log says that it was restored with other entries than it has"
            findings.append(Finding(kind="root", index=0, template=template))
            continue
        for one in outside.checkpoints:
            if one.origin == event.origin and one.size > event.size:
                gone.add(one)
                lost = max(lost, one.size - event.size)
                seen.append(_said_lost(one, event))
    published = outside.published
    is_gone = published is not None and published.checkpoint in gone
    return replace(
        outside,
        checkpoints=tuple(one for one in outside.checkpoints if one not in gone),
        since=tuple(one for one in outside.since if all(one.size != each.size for each in gone)),
        published=None if is_gone else published,
        seen=(*outside.seen, *seen),
        findings=(*outside.findings, *findings),
    ), lost


def _was(store: Store, event: LogRestored) -> bool:
    """Whether the log has, up to there, the entries that were put back."""
    try:
        head, hashes = store.leaves.proving()
        return (
            event.size <= head.size
            and tree.root(tree.head_at(event.size, hashes)).hex() == event.root
        )
    except TreeDamaged:
        return True  # which is found elsewhere


def _said_lost(one: Checkpoint, event: LogRestored) -> Sentence:
    return words(
        "the checkpoint of size {size} is of before the log was restored: its entries {first} to "
        "{last} are lost, as the log itself says",
        size=one.size,
        first=event.size,
        last=one.size - 1,
    )


def verify_log(store: Store, outside: Held) -> list[Finding]:
    """The stored events, leaves and head against each other and against what is held outside."""
    leaves = store.leaves
    found: list[Finding] = []
    # In this order: what is appended meanwhile makes the head larger, and never smaller.
    before = leaves.nodes()
    end = leaves.end()
    try:
        head = leaves.head()
        end = max(end, head.size)
    except TreeDamaged as lost:
        head = None
        found.append(_lost("head", lost))
    found += [finding for row in leaves.strays() if (finding := check_row(row, -1))]
    examined = examine(leaves.every(end), head, outside.checkpoints, outside.since)
    found += _of_nodes(store, examined.nodes, before)
    if outside.published is None:
        return [*found, *examined.findings]
    wrong = tiles.check_tiles(_tiles(outside), outside.published.checkpoint)
    if wrong or examined.fits:
        return [*found, *examined.findings, *wrong]
    return [*found, *explain(examined, leaves.every(end), _copy(outside))]


def verify_facts(store: Store, sources: set[str]) -> list[Finding]:
    """Events that say nothing, or that do not follow from those before them in their stream: the
    tree says that they were recorded so, but nobody can decide on them or read them. Then requests
    that are not kept as the events say, and acts in a role that the log did not give. The digests
    of the files that events were made from go to `sources`."""
    found: list[Finding] = []
    states: dict[str, Any] = {}
    requests, roles = _Requests(store), _Roles()
    for row in store.leaves.every(store.leaves.end()):
        what = f"{row.stream} version {row.version}"
        figures: dict[str, str | int] = {"index": row.index, "what": what}
        try:
            fact = codec.decode(row.stream, row.version, row.name, row.stored or b"")
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            template = "entry {index}, {what}, cannot be read: {why}"
            figures["why"] = str(error)
            found.append(Finding(kind="unreadable", template=template, figures=figures))
            continue
        requests.add(row.index, fact)
        roles.add(row.index, fact, states.get(access.stream(fact.by.person)))
        source = getattr(fact.event, "source", None)
        sources |= {source.sha256} if isinstance(source, Source) else set()
        if isinstance(fact.event, FileRemoved):
            sources.discard(fact.stream.partition("/")[2])
        try:
            states[row.stream] = snapshots.fold(row.stream, states.get(row.stream), fact)
        except UNFOLDED:
            template = "entry {index}, {what}, does not follow from what came before it"
            found.append(Finding(kind="unreadable", template=template, figures=figures))
    return found or [*requests.findings(), *roles.findings]


class _Roles:
    """Who acted against what the log gave them at that moment, from the first role that it gives
    on: before that, no version of the ledger said it in the log."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._begun = False

    def add(self, index: int, fact: Fact, state: access.State | None) -> None:
        """A fact, and the access of who recorded it as it was before it."""
        self._begun = self._begun or isinstance(fact.event, RoleGranted)
        if not self._begun or isinstance(fact.event, _TRIED):
            return
        by = fact.by
        if not access.acted_rightly(state, by, day_of(fact.recorded_at)):
            template = (
                "entry {index}, {what}, was recorded by {person} for {organisation} in the role "
                "{role}, which the log did not give them then"
            )
            figures: dict[str, str | int] = {
                "index": index,
                "what": f"{fact.stream} version {fact.version}",
                "person": by.person,
                "organisation": by.organisation or "-",
                "role": by.role,
            }
            found = Finding(kind="role", index=index, template=template, figures=figures)
            self.findings.append(found)


_TRIED = (AttemptRefused, AttemptsOpened, AttemptsUncounted)
"""What is recorded of somebody's being refused is no act of theirs."""


class _Requests:
    """The kept requests against the events, each of which says by which request it came. A kept
    one names the stream of its first event, and that stream's version after its last."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # Before the events: what is appended meanwhile has no request among these.
        self._kept = store.requests()
        self._made: dict[str, tuple[int, str, int]] = {}

    def add(self, index: int, fact: Fact) -> None:
        first, stream, _ = self._made.setdefault(fact.request, (index, fact.stream, fact.version))
        if fact.stream == stream:
            self._made[fact.request] = first, stream, fact.version

    def findings(self) -> list[Finding]:
        found = []
        for key, (index, stream, version) in self._made.items():
            place = stream, version
            if self._kept.get(key) != place and self._store.requests(key).get(key) != place:
                found.append(self._of_entry(key, index, f"{stream} version {version}"))
        for key in sorted(self._kept.keys() - self._made.keys()):
            stream, version = self._kept[key]
            template = (
                "a request is kept for {what}, and no entry came by it: it would be answered "
                "though nothing was recorded"
            )
            figures = {"what": f"{stream} version {version}"}
            found.append(Finding(kind="request", template=template, figures=figures))
        return found

    def _of_entry(self, key: str, index: int, what: str) -> Finding:
        figures: dict[str, str | int] = {"index": index, "what": what}
        template = (
            "the request of entry {index}, {what}, is not kept: the same could be recorded again"
        )
        if key in self._kept:
            template = "the request of entry {index}, {what}, is kept for {other}"
            figures["other"] = "{} version {}".format(*self._kept[key])
        return Finding(kind="request", index=index, template=template, figures=figures)


def _of_nodes(store: Store, made: Mapping[Node, bytes], before: Iterable[Node]) -> list[Finding]:
    """Stored nodes that the leaf hashes below them do not give: proofs made from them would fail.

    Others, of those that were there before the leaves were read, keep the tree from growing.
    """
    stored = store.leaves.nodes()
    wrong = sorted(key for key, node in made.items() if stored.get(key) != node)
    template = "node {number} of level {level} is not that of the leaf hashes below it"
    found = [_of_node(template, node, node[1] << (ROW_LEVELS * node[0])) for node in wrong]
    template = "node {number} of level {level} is of no entries: it keeps the tree from growing"
    return found + [_of_node(template, node) for node in sorted(set(before) - set(made))]


def _of_node(template: str, node: Node, index: int | None = None) -> Finding:
    figures = {"level": node[0], "number": node[1]}
    return Finding(kind="head", index=index, template=template, figures=figures)


def _tiles(outside: Held) -> tiles.Read:
    assert outside.folder is not None, "what is published is in a folder"
    return tiles.folder(outside.folder)


def _copy(outside: Held) -> Iterator[bytes]:
    assert outside.published is not None
    size = outside.published.checkpoint.size
    return tiles.entries(_tiles(outside), 0, size, size)
