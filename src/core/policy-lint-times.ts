/** Times that contradict each other, within the ladder and between the ladder and the synchronization. */

import { isRemedy } from '../../machines/escalation/rungs.ts';
import type { Policy } from '../../machines/policy.ts';
import { nextOccurrence } from '../../machines/schedule.ts';
import { minutes } from '../../machines/units.ts';
import { type Finding, finding, inUnits, type Path } from './policy-lint-findings.ts';

/** A comparable system forgets failures after ten minutes of health; here health means proven. */
const resetMsMin = minutes(10);

export interface KnownTimes {
  /** How long a run of the integration is known to take; null when that is not known. */
  readonly runMs: number | null;
}

export function lintTimes(policy: Policy, { runMs }: KnownTimes, at: number): readonly Finding[] {
  return [
    ...ofBackoffs(policy),
    ...ofStall(policy),
    ...ofEvidence(policy),
    ...ofRests(policy, at),
    ...ofProofs(policy, runMs),
  ];
}

function* ofBackoffs({ connection, synchronization, ladder }: Policy): Iterable<Finding> {
  const all: readonly [Path, { readonly initialMs: number; readonly maxMs: number }][] = [
    [['connection', 'backoff'], connection.backoff],
    [['synchronization', 'resumeBackoff'], synchronization.resumeBackoff],
    [['synchronization', 'rejected', 'retry'], synchronization.rejected.retry],
    [['ladder', 'retryBackoff'], ladder.retryBackoff],
    [['ladder', 'quarantineProbe'], ladder.quarantineProbe],
  ];
  for (const [path, { initialMs, maxMs }] of all)
    if (maxMs < initialMs) {
      const message = `The longest pause, ${inUnits(maxMs)}, is shorter than the first, ${inUnits(initialMs)}. Raise "maxMs", or lower "initialMs".`;
      yield finding('backoff-inverted', [...path, 'maxMs'], message);
    }
}

function* ofStall({ synchronization: { stall } }: Policy): Iterable<Finding> {
  if (stall.capMs >= stall.floorMs) return;
  const message = `A run would count as stalled after ${inUnits(stall.capMs)} whatever its floor of ${inUnits(stall.floorMs)} says. Raise "capMs", or lower "floorMs".`;
  yield finding('stall-inverted', ['synchronization', 'stall', 'capMs'], message);
}

function* ofEvidence({ ladder }: Policy): Iterable<Finding> {
  const { evidenceMs, diagnoseTimeoutMs } = ladder;
  if (evidenceMs < diagnoseTimeoutMs) {
    const message = `Evidence is old after ${inUnits(evidenceMs)}, and may take ${inUnits(diagnoseTimeoutMs)} to gather. Raise "evidenceMs", or lower "diagnoseTimeoutMs".`;
    yield finding('evidence-expires-early', ['ladder', 'evidenceMs'], message);
  }
}

function* ofRests({ ladder, synchronization }: Policy, at: number): Iterable<Finding> {
  const { quarantineProbe, confirmMs, resetAfterMs, claimTimeoutMs, rungs } = ladder;
  if (quarantineProbe.initialMs < confirmMs) {
    const message = `Quarantine would look again after ${inUnits(quarantineProbe.initialMs)}, faster than a deviation is confirmed (${inUnits(confirmMs)}). Quarantine is slow: start with an hour.`;
    yield finding('quarantine-too-fast', ['ladder', 'quarantineProbe', 'initialMs'], message);
  }
  const neededMs = Math.max(resetMsMin, intervalOf(synchronization, at));
  if (resetAfterMs < neededMs) {
    const message = `Attempts are forgotten after ${inUnits(resetAfterMs)} of health, and the next run proves something after ${inUnits(neededMs)} only. Raise "resetAfterMs" to ${neededMs}.`;
    yield finding('reset-before-next-run', ['ladder', 'resetAfterMs'], message);
  }
  const heldMs = Math.max(0, ...rungs.filter(isRemedy).map(({ timeoutMs, settleMs }) => timeoutMs + settleMs));
  if (claimTimeoutMs < heldMs) {
    const message = `Another integration may hold a component for ${inUnits(heldMs)}, and it is waited for ${inUnits(claimTimeoutMs)}. Raise "claimTimeoutMs".`;
    yield finding('claim-timeout-short', ['ladder', 'claimTimeoutMs'], message);
  }
}

/** The pause between two scheduled runs; of a calendar that between its next two times. */
function intervalOf({ schedule, deltaEveryMs }: Policy['synchronization'], at: number): number {
  const { delta } = schedule;
  if (delta === undefined) return deltaEveryMs;
  if ('everyMs' in delta) return delta.everyMs;
  const first = nextOccurrence(delta, at);
  const second = first === null ? null : nextOccurrence(delta, first);
  return first === null || second === null ? 0 : second - first;
}

function* ofProofs({ ladder, synchronization }: Policy, runMs: number | null): Iterable<Finding> {
  const { checkEveryMs, stall } = synchronization;
  for (const [index, { id, settleMs, proofTimeoutMs }] of ladder.rungs.entries()) {
    const path = ['ladder', 'rungs', index, 'proofTimeoutMs'];
    if (proofTimeoutMs < stall.floorMs) {
      const message = `${id} awaits its proof for ${inUnits(proofTimeoutMs)}, and a run counts as stalled after ${inUnits(stall.floorMs)} only. Raise "proofTimeoutMs".`;
      yield finding('proof-below-stall', path, message);
    }
    if (settleMs + proofTimeoutMs < checkEveryMs) {
      const message = `${id} is judged ${inUnits(settleMs + proofTimeoutMs)} after its remedy, and the counts are compared every ${inUnits(checkEveryMs)}. Raise "proofTimeoutMs", or lower "synchronization.checkEveryMs".`;
      yield finding('proof-below-check', path, message);
    }
    if (runMs !== null && settleMs + proofTimeoutMs < runMs) {
      const message = `${id} awaits its proof for ${inUnits(proofTimeoutMs)}, and a run is known to take ${inUnits(runMs)}. It is waited for while it progresses; raise "proofTimeoutMs" to be sure.`;
      yield finding('proof-below-run', path, message);
    }
  }
}
