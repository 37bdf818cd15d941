/** The options of the simulated plugin role and its proxy, and those of them that may change while it runs. */
import { z } from 'zod';
import { siteDataSchema } from './site-data.ts';

const port = z.int().min(0).max(65_535);
const httpAddress = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));
const durationMs = z.int().min(0).max(3_600_000);

/** What the back door may change. */
export const settingsSchema = z.strictObject({
  /** How fast the role writes: a synchronization takes the number of entities divided by it. */
  entitiesPerSecond: z.number().gt(0).max(1_000_000).default(5_000),
  /** How often the proxy looks for changes in SiPass. */
  pollMs: z.int().min(10).max(3_600_000).default(500),
  /** Whether the site has enabled the synchronization of credentials. */
  credentials: z.boolean().default(true),
  /** Whether plugin, proxy and SiPass go together; where not, every synchronization fails. */
  compatible: z.boolean().default(true),
  /** Whether a connection that comes back starts a full synchronization. */
  fullOnReconnect: z.boolean().default(false),
  /** Whether a role that is restarted, alone or with its server, starts one. */
  fullOnRoleRestart: z.boolean().default(false),
  /** What becomes of an entity whose object is gone: deleted at once, by the next full one, or kept. */
  deletes: z.enum(['live', 'full', 'never']).default('live'),
  /** How long each takes to come back after it was restarted. */
  roleRestartMs: durationMs.default(50),
  serverRestartMs: durationMs.default(200),
  proxyRestartMs: durationMs.default(200),
});

export type RoleSettings = z.output<typeof settingsSchema>;

export const genetecRoleOptionsSchema = z.strictObject({
  /** Address to listen on; nothing here has authentication, so keep to loopback. */
  host: z.string().min(1).default('127.0.0.1'),
  /** Port of the Synchronization tab's stand-in and of the providers; 0 takes a free one. */
  port: port.default(5650),
  /** Port of the back door; 0 takes a free one. */
  adminPort: port.default(5651),
  /** Port of the SiPass proxy service; 0 takes a free one. 5645 is the documented default. */
  proxyPort: port.default(5645),
  sipass: z.strictObject({
    url: httpAddress,
    username: z.string().min(1).default('syncwarden'),
    password: z.string().default('syncwarden'),
  }),
  /** Back door of the simulated Security Center: it stands in for the SDK over which a role writes. */
  directoryUrl: httpAddress,
  roleName: z.string().min(1).max(100).default('SiPass'),
  /** The server that hosts the role: normally an expansion server. */
  serverName: z.string().min(1).max(100).default('EXPANSION-1'),
  serverVersion: z.string().min(1).max(60).default('5.12.2.0'),
  /** Pause before the role, or the proxy, tries to connect once more. */
  reconnectMs: z.int().min(1).max(3_600_000).default(250),
  siteData: siteDataSchema.prefault({}),
  settings: settingsSchema.prefault({}),
});

export type GenetecRoleOptionsInput = z.input<typeof genetecRoleOptionsSchema>;
