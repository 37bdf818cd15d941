/** Patterns of outages: what goes wrong when, for how long, and for whom. Written by people, or built in. */
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { calendarProblem } from '../../../machines/schedule.ts';
import { hours, milliseconds } from '../../../machines/units.ts';
import { CodedError } from '../../core/errors.ts';
import { faultKinds } from './fault-kinds.ts';

const timeOfWeek = /^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?(?:[01]\d|2[0-3]):[0-5]\d$/;
const patternName = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'lower case letters, digits and hyphens, at most 40');

/** Longer outages are played as this long. */
const faultMs = milliseconds.max(hours(72));

const faultSchema = z.strictObject({
  kind: z.enum(faultKinds),
  /** Since the beginning of the pattern; `first-remedy`: as soon as a remedy begins. */
  startMs: z.union([faultMs, z.literal('first-remedy')]).default(0),
  /** Left out: until something or somebody heals it. */
  durationMs: faultMs.min(1).optional(),
  /** Ids of integrations, or `all`. Left out: the integration for which the pattern is played. */
  on: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
  /** For faults of one side. */
  side: z.enum(['source', 'target']).default('source'),
  /** Remedies that heal it beside those that do by nature, by the names that rungs use. */
  healedBy: z.array(z.string()).max(20).default([]),
});
export type PatternFault = z.infer<typeof faultSchema>;

const patternSchema = z.strictObject({
  name: patternName,
  /** For people; as long as its column. @default its name */
  title: z.string().min(1).max(40).optional(),
  /** When it begins, on the clocks of the time zone: windows hang on it. */
  at: z.string().regex(timeOfWeek, 'a time such as "02:30" or "Sat 02:30"').default('Mon 10:00'),
  faults: z.array(faultSchema).min(1).max(50),
});
export type Pattern = z.infer<typeof patternSchema>;

const outagesSchema = z.strictObject({
  /** On whose clocks patterns begin. @default that of the first window of the configuration, or UTC */
  timeZone: z.string().optional(),
  patterns: z.array(patternSchema).min(1).max(100),
});
export type Outages = z.infer<typeof outagesSchema>;

/** What is written in the file of a site: ids that it knows, and times on clocks that exist. */
const outagesOf = (ids: readonly string[]) =>
  outagesSchema.superRefine(({ timeZone, patterns }, context) => {
    const issue = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message });
    const problem = timeZone === undefined ? null : calendarProblem({ cron: '0 0 * * *', timeZone });
    if (problem) issue(['timeZone'], problem.why);
    const known = new Set(['all', ...ids]);
    for (const [at, { name, faults }] of patterns.entries()) {
      if (patterns.findIndex((other) => other.name === name) !== at) issue(['patterns', at, 'name'], 'is used twice');
      for (const [index, { on = [] }] of faults.entries())
        for (const id of [on].flat())
          if (!known.has(id))
            issue(['patterns', at, 'faults', index, 'on'], `"${id}" is none of ${[...known].join(', ')}`);
    }
  });

/**
 * Reads the text of a file of patterns. `file` is named in errors; `ids` are the integrations that it may name.
 *
 * @throws CodedError SW_OUTAGES_INVALID
 */
export function parseOutages(text: string, file: string, ids: readonly string[]): Outages {
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken) throw invalidOutages(file, 'valid YAML', broken.message.split('\n')[0] ?? broken.message);
  const parsed = outagesOf(ids).safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 5);
  const found = issues.map(({ path, message }) => `${path.map(String).join('.') || 'the file'}: ${message}`);
  throw invalidOutages(file, 'patterns of outages', found.join('; '), parsed.error);
}

/** That the file cannot be used. */
export function invalidOutages(file: string, expected: string, found: string, cause?: unknown): CodedError {
  const todo = 'Correct the file; docs/ladder.md lists every key, docs/examples/outages.yaml is one';
  return new CodedError('SW_OUTAGES_INVALID', { doing: `reading the outages ${file}`, expected, found, todo, cause });
}
