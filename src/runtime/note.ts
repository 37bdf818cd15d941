/** The note of a step as it lies in the journal: short, because it is written with every event, and still readable. */
import type { Decision } from '../core/fold.ts';
import type { Json } from '../core/json.ts';
import type { StepNote } from './runtime.ts';

/** What of a transition's name the entry says already: its machine, and the event when it is the one of the step. */
interface Known {
  readonly machine: string;
  readonly type: string;
}

export function noteToJson({ event, transitions, decisions }: StepNote, machine: string): Json {
  const known = { machine, type: event.type };
  const note: Record<string, unknown> = { event };
  if (transitions.length > 0) note['via'] = transitions.map((name) => shorten(name, known));
  if (decisions.length > 0) note['decisions'] = decisions;
  return note as Json; // an event was checked at the door, a decision is JSON by the fold
}

/** The note as `noteToJson` wrote it for an instance of `machine`; a journal's frames have checksums, so it is not parsed again. */
export function noteFromJson(note: Json, machine: string): StepNote {
  const { event, via, decisions } = note as unknown as {
    readonly event: StepNote['event'];
    readonly via?: readonly string[];
    readonly decisions?: readonly Decision[];
  };
  const known = { machine, type: event.type };
  return { event, transitions: (via ?? []).map((name) => lengthen(name, known)), decisions: decisions ?? [] };
}

interface Shortened {
  readonly event: string;
  /** With the event named, and without it. */
  readonly named: string;
  readonly unnamed: string;
}

/** By machine and name: a machine has few transitions, and takes them again and again. */
const shortened = new Map<string, Map<string, Shortened>>();

function shorten(name: string, { machine, type }: Known): string {
  const names = shortened.get(machine) ?? new Map<string, Shortened>();
  if (names.size === 0) shortened.set(machine, names);
  let known = names.get(name);
  if (known === undefined) {
    const [state = '', event = '', index = ''] = name.split('|');
    const path = state === machine ? '' : state.startsWith(`${machine}.`) ? state.slice(machine.length) : `#${state}`;
    known = { event, named: `${path}|${event}|${index}`, unnamed: `${path}|${index}` };
    names.set(name, known);
  }
  return known.event === type ? known.unnamed : known.named;
}

function lengthen(name: string, { machine, type }: Known): string {
  const parts = name.split('|');
  const [path = ''] = parts;
  const state = path.startsWith('#') ? path.slice(1) : `${machine}${path}`;
  return parts.length === 2 ? `${state}|${type}|${parts[1]}` : `${state}|${parts[1]}|${parts[2]}`;
}
