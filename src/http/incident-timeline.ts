/** What happened during an incident, read from the history as far as that is kept. */
import type { IntegrationContext } from '../../machines/context.ts';
import type { Policy } from '../../machines/policy.ts';
import type { Commit, Runtime } from '../runtime/index.ts';
import { shownMembers, shownText } from './disclosure.ts';
import type { TimelineEntry } from './incident-api.ts';
import type { AnyIncident } from './incident-view.ts';
import { toldEvent } from './timeline-words.ts';

/** Commits read at once, and most that are looked through: routine probes are among them. */
const pageSize = 500;
const scannedMax = 40_000;
/** Most entries of one timeline; of more those in the middle are left out. */
const entriesMax = 400;

export interface Timeline {
  /** Oldest first. */
  readonly entries: readonly TimelineEntry[];
  readonly complete: boolean;
  /** As the newest commit of the incident had it; null when none is kept. */
  readonly policy: Policy | null;
  /** Of the newest diagnosis that is kept. */
  readonly evidence: TimelineEntry['evidence'];
}

export async function incidentTimeline(runtime: Runtime, key: string, incident: AnyIncident): Promise<Timeline> {
  const until = 'endedAt' in incident ? incident.endedAt : Number.POSITIVE_INFINITY;
  const newestFirst: TimelineEntry[] = [];
  let policy: Policy | null = null;
  let beforeSeq: number | undefined;
  let scanned = 0;
  let isWhole = false;
  while (!isWhole && scanned < scannedMax) {
    const commits = await runtime.history({
      key,
      limit: pageSize,
      newestFirst: true,
      ...(beforeSeq === undefined ? {} : { beforeSeq }),
    });
    for (const commit of commits) {
      if (commit.at < incident.beganAt) isWhole = true;
      if (commit.at < incident.beganAt || commit.at > until) continue;
      policy ??= policyOf(commit, incident.id);
      newestFirst.push(...entriesOf(commit).reverse());
    }
    scanned += commits.length;
    beforeSeq = commits.at(-1)?.seq;
    if (commits.length < pageSize) {
      // The very first step of an integration is the beginning of everything.
      isWhole ||= commits.at(-1)?.before === null;
      break;
    }
  }
  const entries = newestFirst.reverse();
  const evidence = entries.findLast(({ kind }) => kind === 'evidence')?.evidence ?? null;
  return { entries: shortened(entries), complete: isWhole && entries.length <= entriesMax, policy, evidence };
}

/** The policy with which a step of the incident was taken; null for a step before or after it. */
function policyOf({ before }: Commit, incident: string): Policy | null {
  if (before === null) return null;
  const context = before.snapshot.context as unknown as Partial<IntegrationContext>; // of an integration, of any version
  return context.escalation?.incident?.id === incident ? (context.policy ?? null) : null;
}

/** The beginning and the end say most. */
function shortened(entries: readonly TimelineEntry[]): readonly TimelineEntry[] {
  if (entries.length <= entriesMax) return entries;
  return [...entries.slice(0, entriesMax / 2), ...entries.slice(-entriesMax / 2)];
}

function entriesOf({ seq, at, note }: Commit): TimelineEntry[] {
  const told = toldEvent(note.event);
  const decisions = note.decisions.map(
    ({ what, because, evidence }): TimelineEntry => ({
      seq,
      at,
      kind: 'decision',
      what: shownText(what),
      because: shownText(because),
      evidence: evidence ? shownMembers(evidence) : null,
    }),
  );
  return [...(told === null ? [] : [{ seq, at, ...told }]), ...decisions];
}
