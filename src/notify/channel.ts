/** The configuration of notifications: channels by name, what each is told, and how they are reached. */
import { z } from 'zod';
import {
  channelNameSchema,
  channelPolicySchema,
  deliveryRulesSchema,
  type NotificationPolicy,
  notificationPolicySchema,
} from '../../machines/notifications/policy.ts';
import { templateSchema } from './template.ts';

const port = z.number().int().min(1).max(65_535);
const secret = z.string().min(1, 'is empty: set the environment variable, or leave the key out');
/** An address without a user in it: errors may name the host, and no secret must come along. */
const url = z
  .url({ protocol: /^https?$/ })
  .refine((text) => !new URL(text).username && !new URL(text).password, 'must not hold a user name or password');

/** What every channel has beside the way to reach it. */
const common = {
  ...channelPolicySchema.shape,
  template: templateSchema.default({}),
  /** How long one delivery may take. */
  timeoutMs: z.number().int().min(100).max(50_000).default(20_000),
};

const webhookSchema = z.strictObject({
  kind: z.literal('webhook'),
  url,
  /** Signs every message: see `syncwarden-signature` in docs/notifications.md. */
  secret: secret.optional(),
  caFile: z.string().optional(),
  /** Sent along with every message; for a token of the receiver. */
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/, 'is no name of a header'), z.string()).default({}),
  ...common,
});

const emailSchema = z.strictObject({
  kind: z.literal('email'),
  host: z.string().min(1),
  port: port.default(587),
  /** TLS from the first byte, as on port 465. */
  secure: z.boolean().default(false),
  /** Otherwise TLS must be begun before anything is said; false: never, all in clear text. */
  starttls: z.boolean().default(true),
  username: z.string().min(1).optional(),
  password: secret.optional(),
  from: z.email(),
  to: z.array(z.email()).min(1).max(50),
  caFile: z.string().optional(),
  ...common,
});

const syslogSchema = z.strictObject({
  kind: z.literal('syslog'),
  host: z.string().min(1),
  port: port.default(514),
  transport: z.enum(['udp', 'tcp', 'tls']).default('udp'),
  /** 0 to 23, as in RFC 5424; 16 is local0. */
  facility: z.number().int().min(0).max(23).default(16),
  caFile: z.string().optional(),
  ...common,
});

const pagerdutySchema = z.strictObject({
  kind: z.literal('pagerduty'),
  routingKey: secret,
  url: url.default('https://events.pagerduty.com/v2/enqueue'),
  caFile: z.string().optional(),
  ...common,
  /** Every event of PagerDuty opens an incident: signs of life belong to a dead-man service, by a webhook. */
  heartbeatMs: z
    .null('PagerDuty would open an incident for every heartbeat: send it to a dead-man service by a webhook')
    .default(null),
});

export const channelSchema = z
  .discriminatedUnion('kind', [webhookSchema, emailSchema, syslogSchema, pagerdutySchema])
  .superRefine((channel, context) => {
    if (channel.kind !== 'email') return;
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if ((channel.username === undefined) !== (channel.password === undefined))
      refuse('password', 'username and password go together');
    if (channel.password !== undefined && !channel.secure && !channel.starttls)
      refuse('starttls', 'must be true, or secure: the password would travel in clear text');
  });
export type Channel = z.infer<typeof channelSchema>;
export type ChannelOf<Kind extends Channel['kind']> = Extract<Channel, { kind: Kind }>;

export const notificationsSchema = z.strictObject({
  channels: z.record(channelNameSchema, channelSchema).default({}),
  /** Names this supervisor to the receivers: unique among all that write to the same ones. */
  source: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,47}$/, 'letters, digits, dots, hyphens and underscores, at most 48')
    .default('syncwarden'),
  /** Where people find the dashboard; named in the messages. */
  dashboardUrl: url.optional(),
  ...deliveryRulesSchema.shape,
});
export type Notifications = z.infer<typeof notificationsSchema>;

/** What of the configuration the machine decides by: neither addresses nor secrets enter its records. */
export function notificationPolicyOf({
  channels,
  source: _source,
  dashboardUrl: _url,
  ...rules
}: Notifications): NotificationPolicy {
  const policies = Object.entries(channels).map(([name, { severityMin, integrations, quietHours, heartbeatMs }]) => [
    name,
    { severityMin, integrations, quietHours, heartbeatMs },
  ]);
  return notificationPolicySchema.parse({ ...rules, channels: Object.fromEntries(policies) });
}

/** Everything in a channel that no message, log or error may show. */
export function secretsOf(channel: Channel): readonly string[] {
  switch (channel.kind) {
    case 'webhook': {
      // Many receivers know their senders by the path alone. A token is a secret without the word before it, too.
      const { pathname, searchParams } = new URL(channel.url);
      const headers = Object.values(channel.headers).flatMap((value) => [value, ...value.split(' ')]);
      return [channel.secret, ...pathname.split('/'), ...searchParams.values(), ...headers].filter(isLong);
    }
    case 'email':
      return [channel.password].filter(isLong);
    case 'pagerduty':
      return [channel.routingKey].filter(isLong);
    case 'syslog':
      return [];
  }
}

/** A word of two letters is no secret, and would make holes in every sentence. */
const isLong = (text: string | undefined): text is string => text !== undefined && text.length >= 4;
