/** What would a policy do? Plays patterns of outages against it, and tells what becomes of each. */
import { canonicalJson } from '../../core/json.ts';
import type { Config, IntegrationConfig } from '../../supervise/config.ts';
import type { Outcome } from './diary.ts';
import type { Outages, Pattern } from './pattern.ts';
import { type IntegrationReport, reportOf } from './report.ts';
import type { RemedyOptionsOf } from './stand-ins.ts';
import { Trial } from './trial.ts';

export interface WhatifOptions {
  /** As {@link playable} gives it. */
  readonly config: Config;
  /** The remedies of the customer, of which nothing is called. */
  readonly remedyOptions: RemedyOptionsOf;
  readonly outages: Outages;
  /** The first of the seeds. */
  readonly seed: number;
  /** How many seeds each pattern is played with. */
  readonly seeds: number;
  /** How long a person takes who is asked for something, milliseconds. */
  readonly answerAfterMs: number;
  /** Hears of each pattern as soon as it has been played. */
  readonly tell: (played: PlayedPattern) => void;
}

export interface PlayedPattern {
  readonly name: string;
  readonly title: string;
  /** When it begins, and on whose clocks. */
  readonly at: string;
  readonly timeZone: string;
  /** The integration for which it was played. */
  readonly subject: string;
  /** Whoever it was about, or who felt it. */
  readonly integrations: readonly IntegrationReport[];
}

/** The worst end of all: the longest way to a proof, and what never came to one. */
export interface Worst {
  readonly slowest: { readonly pattern: string; readonly integration: string; readonly ms: number } | null;
  readonly neverProven: readonly { readonly pattern: string; readonly integration: string }[];
  /** Patterns in which a person was needed. */
  readonly withPerson: readonly string[];
}

/** Integrations whose policies are alike, the first of each: the others would do the same. */
export function subjectsOf({
  integrations,
}: Config): readonly { readonly id: string; readonly alike: readonly string[] }[] {
  const groups = new Map<string, string[]>();
  for (const one of integrations) {
    const key = likeness(one);
    groups.set(key, [...(groups.get(key) ?? []), one.id]);
  }
  return [...groups.values()].map(([id = '', ...alike]) => ({ id, alike }));
}

const likeness = ({ policy, compatible, sourceHostPorts }: IntegrationConfig): string =>
  canonicalJson({ policy, isChecked: compatible.length > 0, hasPorts: sourceHostPorts.length > 0 } as never); // parsed from YAML

/** Plays everything, one after the other. The same options give the same answer. */
export async function playAll(options: WhatifOptions): Promise<Worst> {
  const { config, outages, tell } = options;
  const timeZone = outages.timeZone ?? timeZoneOf(config);
  const played: PlayedPattern[] = [];
  for (const { id } of subjectsOf(config))
    for (const pattern of outages.patterns) {
      if (!isFor(pattern, id, config)) continue;
      const one = await playPattern(pattern, id, timeZone, options);
      played.push(one);
      tell(one);
    }
  return worstOf(played);
}

/** Where every fault says whom it is about, once is enough. */
function isFor({ faults }: Pattern, subject: string, config: Config): boolean {
  return faults.some(({ on }) => on === undefined) || subject === subjectsOf(config)[0]?.id;
}

async function playPattern(
  pattern: Pattern,
  subject: string,
  timeZone: string,
  { config, remedyOptions, seed: first, seeds, answerAfterMs }: WhatifOptions,
): Promise<PlayedPattern> {
  const outcomes: Outcome[] = [];
  const trial = { config, remedyOptions, pattern, subject, timeZone, answerAfterMs };
  for (let seed = first; seed < first + seeds; seed += 1)
    outcomes.push(...(await new Trial({ ...trial, seed }).play()));
  const { name, title = name, at } = pattern;
  const integrations = config.integrations.flatMap((integration) => {
    const own = outcomes.filter((outcome) => outcome.integration === integration.id);
    return own.length === 0 ? [] : [reportOf(integration, own)];
  });
  return { name, title, at, timeZone, subject, integrations };
}

function worstOf(played: readonly PlayedPattern[]): Worst {
  const rows = played.flatMap(({ name: pattern, integrations }) =>
    integrations.map(({ integration, proven, person }) => ({ pattern, integration, ms: proven.worstMs, person })),
  );
  const never = rows.filter(({ ms }) => ms === null);
  const known = rows.flatMap(({ ms, pattern, integration }) => (ms === null ? [] : [{ pattern, integration, ms }]));
  return {
    slowest: known.reduce<Worst['slowest']>((worst, one) => (one.ms > (worst?.ms ?? -1) ? one : worst), null),
    neverProven: never.map(({ pattern, integration }) => ({ pattern, integration })),
    withPerson: [...new Set(rows.filter(({ person }) => person.seeds > 0).map(({ pattern }) => pattern))],
  };
}

/** On whose clocks the people of the site live, as far as their configuration tells. */
function timeZoneOf({ integrations }: Config): string {
  const windows = integrations.flatMap(({ policy: { ladder } }) =>
    [ladder.windows, ...ladder.rungs.map((rung) => rung.windows)].flatMap(({ allow, deny }) => [...allow, ...deny]),
  );
  return windows[0]?.timeZone ?? 'UTC';
}
