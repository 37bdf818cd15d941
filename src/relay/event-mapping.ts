/** Which source event becomes which event of the target, on which entity: data, and the pure function that applies it. */
import type { EventName, EventSubject, SourceEvent } from '../connectors/events.ts';

/** What one kind of source event becomes. */
export type EventRule = EventName & {
  /**
   * Kinds of entities on which it is raised: the first that the event names. Order is kept among the events of one
   * such entity. Default: {@link EventMapping.on}.
   */
  readonly on?: readonly string[];
};

/** A mapping of events, as data. */
export interface EventMapping {
  readonly id: string;
  /** By the source's name of the event, compared without case and outer blanks. What is not here is not relayed. */
  readonly events: { readonly [sourceKind: string]: EventRule };
  /** Entity type of the target by kind of the source; kinds that are not here have no entity in the target. */
  readonly types: { readonly [sourceKind: string]: string };
  /** Kinds on which events are raised, the preferred one first. */
  readonly on: readonly string[];
  /** Key of the target entity by that of the source. Pure. Default: the same. */
  readonly keyOf?: (key: string) => string;
  /** Text for people. Pure. Default: name and time of the event. */
  readonly text?: (event: SourceEvent) => string;
}

/** An entity of the target, as the entity index knows it. */
export interface TargetRef {
  readonly type: string;
  readonly key: string;
}

/** What is to be raised; its entities are named by key, because they may not exist yet. */
export interface MappedEvent {
  readonly name: EventName;
  /** The entity on which it is raised, first, and all others that must exist before. */
  readonly refs: readonly [TargetRef, ...TargetRef[]];
  readonly text: string;
}

/** Why an event is not relayed. */
export interface Unmapped {
  readonly unmapped: 'no rule' | 'no entity';
}

/** Pure: the event to raise, or why there is none. */
export function mapEvent(mapping: EventMapping, event: SourceEvent): MappedEvent | Unmapped {
  const rule = ruleOf(mapping, event.kind);
  if (rule === null) return { unmapped: 'no rule' };
  const known = event.entities.filter(({ kind }) => Object.hasOwn(mapping.types, kind));
  const rank = rule.on ?? mapping.on;
  const subject = rank.flatMap((kind) => known.filter((entity) => entity.kind === kind))[0];
  if (subject === undefined) return { unmapped: 'no entity' };
  const others = known.filter((entity) => entity !== subject);
  const name: EventName =
    rule.kind === 'native' ? { kind: 'native', type: rule.type } : { kind: 'custom', id: rule.id };
  const text = mapping.text?.(event) ?? `${event.kind} at ${new Date(event.at).toISOString()}`;
  return { name, refs: [refOf(mapping, subject), ...others.map((other) => refOf(mapping, other))], text };
}

function ruleOf({ events }: EventMapping, kind: string): EventRule | null {
  if (Object.hasOwn(events, kind)) return events[kind] ?? null;
  const plain = plainName(kind);
  return Object.entries(events).find(([name]) => plainName(name) === plain)?.[1] ?? null;
}

const plainName = (name: string) => name.trim().toLowerCase();

function refOf({ types, keyOf = (key) => key }: EventMapping, { kind, key }: EventSubject): TargetRef {
  return { type: types[kind] ?? kind, key: keyOf(key) };
}
