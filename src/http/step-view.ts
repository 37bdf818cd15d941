/** A committed step as the timeline and the inspector show it. */
import type { JsonObject } from '../core/json.ts';
import type { Commit } from '../runtime/runtime.ts';
import type { StepView } from './api.ts';
import { activeStates } from './state-value.ts';
import { timerViews } from './timer-words.ts';

/** Longest text of a shown value; proofs and reports are longer, and stand in the integration itself. */
const textLengthMax = 400;

export function stepView({ seq, at, key, record, note }: Commit): StepView {
  const { type = 'unknown', at: _at, ...details } = note.event as JsonObject;
  return {
    seq,
    at,
    integration: key,
    event: { type: String(type), details: bounded(details) },
    transitions: [...note.transitions],
    active: record ? activeStates(record) : [],
    changes: note.changes.map(({ path, before, after }) => ({ path, before: cut(before), after: cut(after) })),
    effects: [...note.effects],
    decisions: note.decisions.map(({ what, because, evidence }) => ({
      what,
      because,
      ...(evidence ? { evidence: bounded(evidence) } : {}),
    })),
    timers: record ? timerViews(record) : [],
  };
}

function bounded(members: { readonly [name: string]: unknown }): { [name: string]: unknown } {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, cut(value)]));
}

/** The value, or the beginning of its text when it is long. */
function cut(value: unknown): unknown {
  const text = JSON.stringify(value) ?? 'null';
  return text.length <= textLengthMax ? value : `${text.slice(0, textLengthMax)}...`;
}
