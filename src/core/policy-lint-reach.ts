/** What only playing the ladder shows: rungs that it never comes to, and questions that outlast it. */
import type { Policy } from '../../machines/policy.ts';
import { type Finding, finding, inUnits } from './policy-lint-findings.ts';
import { type Timetable, timetableOf } from './timetable.ts';

export function lintReach(policy: Policy, at: number): readonly Finding[] {
  const timetable = timetableOf({ policy, at });
  return [...ofReach(policy, timetable), ...ofApprovals(policy, at)];
}

function* ofReach({ ladder }: Policy, { unreached, ended }: Timetable): Iterable<Finding> {
  for (const [index, { id }] of ladder.rungs.entries()) {
    const why = unreached[id];
    if (why === undefined) continue;
    const isOver = ended.earliest === 'quarantined';
    const because = isOver ? `it ${why}` : 'what comes before it does not end within 400 days';
    const message = `If nothing helps, the ladder never comes to ${id}: ${because}. Remove it, or change what stands before it.`;
    yield finding('rung-unreachable', ['ladder', 'rungs', index], message);
  }
}

/** The ladder as long as it takes without questions, against each question. */
function* ofApprovals(policy: Policy, at: number): Iterable<Finding> {
  const asking = policy.ladder.rungs.filter(({ approval }) => approval.required);
  if (asking.length === 0) return;
  const rungs = policy.ladder.rungs.map((rung) => ({ ...rung, approval: { ...rung.approval, required: false } }));
  const { quarantine } = timetableOf({ policy: { ...policy, ladder: { ...policy.ladder, rungs } }, at });
  const lastsMs = quarantine.latestMs;
  if (lastsMs === null) return;
  for (const [index, { id, approval }] of policy.ladder.rungs.entries())
    if (approval.required && approval.expiresMs > lastsMs) {
      const message = `The question for ${id} stands for ${inUnits(approval.expiresMs)}, and all the rest is over after ${inUnits(lastsMs)}: until it is answered nothing else is done. Shorten "approval.expiresMs".`;
      yield finding('approval-outlasts-incident', ['ladder', 'rungs', index, 'approval', 'expiresMs'], message);
    }
}
