/** What a fault is: begun on some part of the site, and ended after a while. */
import type { Json } from '../../../core/json.ts';
import type { MachineRoom } from '../room/machine-room.ts';
import type { Site } from '../room/site.ts';

/** Moments at which faults are aimed beside the states: between them a crash tells whether anything is done twice. */
export const moments = ['remedy.began', 'remedy.took-effect', 'run.began', 'life.began'] as const;

/** One fault as it was planned. What it meets when it strikes is decided by these numbers alone. */
export interface Strike {
  readonly kind: string;
  /**
   * Strikes so long after the beginning; or when an integration comes into a state, or one of the {@link moments}, for the
   * n-th time, a while later. With no time in between it strikes before anything else happens.
   */
  readonly when:
    | { readonly afterMs: number }
    | { readonly state: string; readonly nth: number; readonly laterMs: number };
  readonly lastsMs: number;
  /** From 0 to 1: what it is about, and how hard it is. */
  readonly pick: number;
  readonly strength: number;
}

export interface Scene {
  readonly room: MachineRoom;
  readonly strike: Strike;
  /** The integration that it is about. */
  readonly site: Site;
}

/** Begins; answers what ends it, or null when there was nothing to be done. */
export type Fault = (scene: Scene) => (() => void) | null;

export const once = () => {};

/** The part of a list that a number from 0 to 1 stands for. */
export function picked<Item>(items: readonly Item[], share: number): Item | undefined {
  return items[Math.min(items.length - 1, Math.floor(share * items.length))];
}

/** The parts of a state by name, each with what it is within, for example `synchronization.run.running`. */
export function statesOf(value: Json, above = ''): readonly string[] {
  if (typeof value === 'string') return [`${above}${value}`];
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => statesOf(inner, `${above}${name}.`));
}
