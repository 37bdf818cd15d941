/** What a plugin asks of the platform when it makes itself known, and when its state changes. */
import { z } from 'zod';

export const roleNameSchema = z.string().min(1).max(100);
const version = z.string().min(1).max(60);

export const pluginRoleSchema = z.strictObject({
  name: roleNameSchema,
  /** Tells which plugin it is. */
  subType: z.guid(),
  server: z.strictObject({ name: roleNameSchema, version }),
  /** Custom fields of cardholders that come with the role. */
  customFields: z.array(roleNameSchema).max(200).default([]),
});
export type PluginRoleDescription = z.output<typeof pluginRoleSchema>;

/** What is not named stays as it is. */
export const pluginRoleStateSchema = z.strictObject({
  runningState: z.enum(['Running', 'NotRunning', 'Warning']).optional(),
  isOnline: z.boolean().optional(),
  serverIsOnline: z.boolean().optional(),
  serverVersion: version.optional(),
  /** For how long this holds unless it is said again: a server that falls silent takes its role with it. @default for ever */
  leaseMs: z.int().min(1).max(3_600_000).optional(),
});
export type PluginRoleState = z.output<typeof pluginRoleStateSchema>;
