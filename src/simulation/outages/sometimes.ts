/** Rare things that must happen now and then: a simulation that never meets them proves nothing about them. */
import type { EscalationMemory } from '../../../machines/escalation/memory.ts';
import type { Commit, InstanceRecord } from '../../runtime/index.ts';
import { type Counts, count } from './coverage.ts';
import type { Witness } from './witness.ts';

/** What must have been met at least once over many seeds. */
export const rareThings = [
  'a proof ended an incident',
  'a quarantine was left',
  'a remedy of somebody else counted',
  'a rung was rehearsed',
  'a rung was declined',
  'an approval was given',
  'a person did a step',
  'a remedy was given up',
  'a storm held the ladders',
  'a storm lasted, and one at a time acted',
  'a rung waited for its window',
  'a rung waited for a hold',
  'a rung waited for a run',
  'a budget of a rung was spent',
  'the budget over all was spent',
  'the budget of the fleet was spent',
  'a remedy was found done after a crash',
  'a remedy was redone after a crash',
  'commits survived of which nobody was told',
  'a second supervisor was refused',
  'a run resumed',
  'a run stalled',
  'the delete guard stopped a sweep',
  'a timer moved with a clock set back',
] as const;

const escalationOf = (record: InstanceRecord | null): EscalationMemory | undefined =>
  (record?.snapshot.context as { readonly escalation?: EscalationMemory } | undefined)?.escalation;

/** Counts what is met, by the names above. */
export function watchRareThings(witness: Witness, counts: Counts): void {
  const begun = new Map<string, number>();
  let life = 0;
  let isAlive = true;
  const seen = (name: (typeof rareThings)[number]) => count(counts, name);
  witness.listen((fact) => {
    if (fact.what === 'life-began') {
      life += 1;
      isAlive = true;
    } else if (fact.what === 'life-ended') isAlive = false;
    else if (fact.what === 'second-owner' && fact.refused) seen('a second supervisor was refused');
    else if (fact.what === 'clock-jumped' && fact.ms < 0) seen('a timer moved with a clock set back');
    else if (fact.what === 'act-began') {
      if ((begun.get(fact.act.key) ?? life) < life) seen('a remedy was redone after a crash');
      begun.set(fact.act.key, life);
    } else if (fact.what === 'commit') {
      if (!isAlive) seen('commits survived of which nobody was told');
      ofCommit(fact.commit, seen);
    }
  });
}

type Seen = (name: (typeof rareThings)[number]) => void;

function ofCommit(commit: Commit, seen: Seen): void {
  const { note } = commit;
  for (const { what, because } of note.decisions) ofDecision(what, because, seen);
  const via = note.transitions.join(' ');
  if (note.event.type === 'xstate.done.actor.remedy' && JSON.stringify(note.event).includes('had been done before'))
    seen('a remedy was found done after a crash');
  if (via.includes('resumeDue')) seen('a run resumed');
  if (via.includes('stallDue')) seen('a run stalled');
  const [before, now] = [escalationOf(commit.before), escalationOf(commit.record)];
  if (before === now || !now) return;
  if (before?.quarantine && !now.quarantine) seen('a quarantine was left');
  if (now.waitsFor?.code === 'held' && before?.waitsFor?.code !== 'held') seen('a rung waited for a hold');
  if (now.waitsFor?.code === 'progressing' && before?.waitsFor?.code !== 'progressing') seen('a rung waited for a run');
  if (now.skipped === before?.skipped) return;
  const why = Object.values(now.skipped).join(' ');
  if (why.includes('its budget of')) seen('a budget of a rung was spent');
  if (why.includes('the budget over all')) seen('the budget over all was spent');
  if (now.diagnosis?.signature === 'delete-guard') seen('the delete guard stopped a sweep');
  if (now.rung !== null && now.readyAt - commit.at > 30 * 60_000) seen('a rung waited for its window');
}

function ofDecision(what: string, because: string, seen: Seen): void {
  if (what === 'The incident is over.') seen('a proof ended an incident');
  if (what.startsWith('Counts as done')) seen('a remedy of somebody else counted');
  if (what.startsWith('Would have done')) seen('a rung was rehearsed');
  if (what.startsWith('Passed over')) seen('a rung was declined');
  if (what.startsWith('Approved')) seen('an approval was given');
  if (what.startsWith('Done') && because.includes('did it')) seen('a person did a step');
  if (what.startsWith('Given up')) seen('a remedy was given up');
  if (what.startsWith('A storm:')) seen('a storm held the ladders');
  if (what.startsWith('The storm lasts')) seen('a storm lasted, and one at a time acted');
  if (what.startsWith('Waits') && because.includes('budget of all integrations'))
    seen('the budget of the fleet was spent');
}
