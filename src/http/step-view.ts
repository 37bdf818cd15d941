/** A committed step as the timeline and the inspector show it. */
import type { JsonObject } from '../core/json.ts';
import type { Commit } from '../runtime/runtime.ts';
import type { StepView } from './api.ts';
import { shownAt, shownMembers, shownText } from './disclosure.ts';
import { activeStates } from './state-value.ts';
import { timerViews } from './timer-words.ts';

/** The view of a step. A step that removed the instance has no active states and no timers. */
export function stepView({ seq, at, key, record, note }: Commit): StepView {
  const { type = 'unknown', at: _at, ...details } = note.event as JsonObject; // an event is an object, by the step
  return {
    seq,
    at,
    integration: key,
    event: { type: String(type), details: shownMembers(details) },
    transitions: [...note.transitions],
    active: record ? activeStates(record) : [],
    changes: note.changes.map(({ path, before, after }) => ({
      path,
      before: shownAt(path, before),
      after: shownAt(path, after),
    })),
    effects: [...note.effects],
    decisions: note.decisions.map(({ what, because, evidence }) => ({
      what: shownText(what),
      because: shownText(because),
      ...(evidence ? { evidence: shownMembers(evidence) } : {}),
    })),
    timers: record ? timerViews(record) : [],
  };
}
