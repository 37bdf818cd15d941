/** The configuration file: one YAML document, environment variables filled in, every key known. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { fleetPolicySchema } from '../../machines/fleet/memory.ts';
import { policySchema } from '../../machines/policy.ts';
import { withBesideDefaults } from '../beside/defaults.ts';
import { besideOptionsSchema } from '../beside/options.ts';
import { besideProblems, besideRemedies } from '../beside/problems.ts';
import { securityCenterOptionsSchema } from '../connectors/security-center/options.ts';
import { sipassOptionsSchema } from '../connectors/sipass/options.ts';
import { CodedError } from '../core/errors.ts';
import { notificationsSchema } from '../notify/channel.ts';
import { relayOptionsSchema } from '../relay/relay-options.ts';
import { remedySchema } from '../remedies/create-remedy.ts';
import { fillIn } from './environment.ts';
import { withAbsolutePaths } from './relative-paths.ts';

const idSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, 'lower case letters, digits and hyphens, at most 32');

/** Part of the name of a component, where the remedy names none. */
const remedyNameSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?$/, 'lower case letters, digits and hyphens, at most 30');

const integrationShape = z.strictObject({
  id: idSchema,
  title: z.string().min(1).optional(),
  /** `plugin`: Syncwarden copies by itself. `beside`: Genetec's own plugin copies, and Syncwarden watches it. */
  mode: z.enum(['plugin', 'beside']).default('plugin'),
  /** Where Genetec's plugin is, and how it is watched; for `mode: beside`. */
  beside: besideOptionsSchema.prefault({}),
  /** The plugin host that carries the plugin of this integration. */
  server: idSchema.default('main'),
  source: z.strictObject({ kind: z.literal('sipass'), ...sipassOptionsSchema.shape }),
  /** Other ports at which the machine of the source answers while it is up: they tell a dead proxy from a dead machine. */
  sourceHostPorts: z.array(z.number().int().min(1).max(65_535)).default([]),
  target: z.strictObject({ kind: z.literal('security-center'), ...securityCenterOptionsSchema.shape }),
  /** Pairs of version ranges that go together; empty means that versions are not checked. */
  compatible: z.array(z.strictObject({ source: z.string(), target: z.string() })).default([]),
  /** The relay of events. */
  events: relayOptionsSchema.prefault({}),
  policy: policySchema.prefault({}),
  /** Remedies outside of Syncwarden's own processes, by the name that the ladder uses. */
  remedies: z.record(remedyNameSchema, remedySchema).default({}),
});

/** What is left out means something else beside Genetec's plugin. */
export const integrationSchema = z.preprocess(withBesideDefaults, integrationShape);

export const configSchema = z
  .strictObject({
    data: z.string().default('./data'),
    http: z
      .strictObject({
        host: z.string().default('127.0.0.1'),
        port: z.number().int().min(0).max(65_535).default(4780),
      })
      .prefault({}),
    /** How plugins are hosted: each server as a child process, or all inside this process. */
    hosting: z.enum(['child-process', 'in-process']).default('child-process'),
    log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info') }).prefault({}),
    /** Set by `syncwarden demo`: where the simulated site is controlled. */
    demo: z.strictObject({ controlUrl: z.url() }).optional(),
    /** Where components are locked: supervisors that share the folder never act on one at once. @default in `data` */
    componentLocks: z.string().optional(),
    /** How people are told. */
    notifications: notificationsSchema.prefault({}),
    /** What concerns all integrations: storms, the budget over all, the dry run. */
    fleet: fleetPolicySchema.prefault({}),
    integrations: z.array(integrationSchema).min(1),
  })
  .superRefine((config, context) => {
    const ids = config.integrations.map(({ id }) => id);
    for (const [index, integration] of config.integrations.entries()) {
      if (ids.indexOf(integration.id) !== index)
        context.addIssue({ code: 'custom', path: ['integrations', index, 'id'], message: 'is used twice' });
      for (const { path, message } of besideProblems(integration))
        context.addIssue({ code: 'custom', path: ['integrations', index, ...path], message });
      for (const rung of integration.policy.ladder.rungs) {
        const own = integration.mode === 'beside' ? besideRemedies : ownRemedies;
        if (own.has(rung.remedy) || rung.remedy in integration.remedies) continue;
        const path = ['integrations', index, 'remedies'];
        context.addIssue({ code: 'custom', path, message: `has no "${rung.remedy}", which the rung ${rung.id} needs` });
      }
    }
  });

/** Remedies that Syncwarden carries out itself. */
export const ownRemedies: ReadonlySet<string> = new Set(['synchronize', 'person', 'restart-plugin', 'restart-server']);

export type Config = z.infer<typeof configSchema>;
export type IntegrationConfig = Config['integrations'][number];

/**
 * Reads and checks a configuration file. Relative paths in it are relative to the file.
 *
 * @throws CodedError SW_CONFIG_UNREADABLE, SW_CONFIG_INVALID
 */
export async function readConfig(file: string, environment: NodeJS.ProcessEnv): Promise<Config> {
  const doing = `reading the configuration ${file}`;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    const todo = 'Name an existing file with --config';
    throw new CodedError('SW_CONFIG_UNREADABLE', { doing, expected: 'a readable file', found, todo, cause });
  }
  const directory = dirname(file);
  const config = withAbsolutePaths(parseConfig(text, doing, environment), directory);
  const data = resolve(directory, config.data);
  const { componentLocks } = config;
  return { ...config, data, ...(componentLocks && { componentLocks: resolve(directory, componentLocks) }) };
}

/** Checks the text of a configuration. `doing` opens the message of an error. */
export function parseConfig(text: string, doing: string, environment: NodeJS.ProcessEnv): Config {
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken) throw invalid(doing, 'valid YAML', broken.message.split('\n')[0] ?? broken.message);
  const parsed = configSchema.safeParse(fillIn(document.toJS(), environment, doing));
  if (parsed.success) return parsed.data;
  const found = parsed.error.issues
    .flatMap((issue) => describeIssue(issue))
    .slice(0, 5)
    .join('; ');
  throw invalid(doing, 'a valid configuration', found, parsed.error);
}

/** Of alternatives the one that misses least is most likely meant. */
function describeIssue(issue: z.core.$ZodIssue, above: readonly PropertyKey[] = []): readonly string[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const [meant = []] = [...issue.errors].sort((one, other) => one.length - other.length);
    return meant.flatMap((inner) => describeIssue(inner, path));
  }
  return [`${path.map(String).join('.') || 'the file'}: ${issue.message}`];
}

function invalid(doing: string, expected: string, found: string, cause?: unknown): CodedError {
  const todo = 'Correct the file; docs/configuration.md lists every key';
  return new CodedError('SW_CONFIG_INVALID', { doing, expected, found, todo, cause });
}
