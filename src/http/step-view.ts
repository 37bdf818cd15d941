/** A committed step as the timeline and the inspector show it. */
import { changesBetween, effectsBetween } from '../core/changes.ts';
import type { JsonObject } from '../core/json.ts';
import type { Commit } from '../runtime/index.ts';
import type { StepView } from './api.ts';
import { shownAt, shownMembers, shownText } from './disclosure.ts';
import { activeStates } from './state-value.ts';
import { timerViews } from './timer-words.ts';

/** Most changed paths shown per step. */
const changesMax = 40;

/** The view of a step. A step that removed the instance has no active states and no timers. */
export function stepView({ seq, at, key, before, record, note }: Commit): StepView {
  const contexts = [before?.snapshot.context ?? null, record?.snapshot.context ?? null] as const;
  const changes = before && record ? changesBetween(...contexts, changesMax) : [];
  const { type = 'unknown', at: _at, ...details } = note.event as JsonObject; // JSON, by the door and the journal
  return {
    seq,
    at,
    integration: key,
    event: { type: String(type), details: shownMembers(details) },
    transitions: [...note.transitions],
    active: record ? activeStates(record) : [],
    changes: changes.map(({ path, before, after }) => ({
      path,
      before: shownAt(path, before),
      after: shownAt(path, after),
    })),
    effects: [...effectsBetween(before, record, note.event)],
    decisions: note.decisions.map(({ what, because, evidence }) => ({
      what: shownText(what),
      because: shownText(because),
      ...(evidence ? { evidence: shownMembers(evidence) } : {}),
    })),
    timers: record ? timerViews(record) : [],
  };
}
