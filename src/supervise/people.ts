/** How people are told: what the ladders and the fleet have to say goes to the log, and as a notice to the channels. */
import { z } from 'zod';
import { reasonSchema } from '../../machines/events.ts';
import type { fleetMachine, integrationMachine } from '../../machines/index.ts';
import { type Notice, noticeKindSchema } from '../../machines/notifications/notice.ts';
import { notificationsMachine } from '../../machines/notifications.ts';
import { canonicalJson, toJson } from '../core/json.ts';
import { type Notifications, notificationPolicyOf } from '../notify/channel.ts';
import { heartbeatText } from '../notify/heartbeat-text.ts';
import type { ActionsFor } from '../runtime/index.ts';
import type { Log } from './log.ts';
import type { SupervisorRuntime } from './supervisor-runtime.ts';

/** The key of the instance that sends notifications: no integration can have it. */
export const notificationsKey = '~notifications';

/** What a ladder hands over; a page that an older version committed has only the first of these. */
const pageSchema = z.object({
  severity: z.enum(['info', 'warning', 'critical', 'resolved']),
  reason: reasonSchema,
  at: z.number().optional(),
  kind: noticeKindSchema.optional(),
  title: z.string().optional(),
  incident: z.string().nullable().default(null),
  next: z.string().nullable().default(null),
});

export type PeopleActions = Pick<ActionsFor<typeof integrationMachine>, 'page'> &
  Pick<ActionsFor<typeof fleetMachine>, 'tellStorm'>;

/** `opened` resolves when the notifications have been started. An action is carried out at least once: a notice has an id. */
export function createPeopleDoor(opened: Promise<SupervisorRuntime>, now: () => number, log: Log): PeopleActions {
  const raise = async (said: Notice) => {
    const notice = shortened(said);
    const { severity, integration, reason, title } = notice;
    log[severity === 'critical' ? 'error' : severity === 'warning' ? 'warn' : 'info']({ integration, reason }, title);
    await (await opened).send(notificationsKey, { type: 'notice.raised', notice });
  };
  return {
    page: ({ key, id, params }) => {
      const page = pageSchema.parse(params);
      const kind = page.kind ?? (page.severity === 'resolved' ? 'recovered' : 'quarantined');
      const title = page.title ?? (page.severity === 'resolved' ? `${key} is well again` : `${key} needs a person`);
      return raise({ ...page, kind, id, integration: key, title, at: page.at ?? now() });
    },
    tellStorm: async ({ id, params: { at, kind, among, message } }) => {
      await (await opened).send(notificationsKey, { type: kind === 'storm' ? 'storm.began' : 'storm.ended', at });
      await raise({
        id,
        at,
        kind,
        integration: null,
        severity: kind === 'storm' ? 'critical' : 'resolved',
        title: kind === 'storm' ? `A storm: ${among.length} integrations fail together` : 'The storm is over',
        reason: { code: kind, message: `${message} Among them: ${among.slice(0, 20).join(', ')}.` },
        incident: null,
        next: null,
      });
    },
  };
}

/** A notice has bounds; what is said at length can be read in the dashboard. */
function shortened(notice: Notice): Notice {
  const cut = (text: string, max: number) => (text.length > max ? `${text.slice(0, max - 3)}...` : text);
  const { title, reason, next } = notice;
  return {
    ...notice,
    title: cut(title, 300),
    reason: { code: cut(reason.code, 100), message: cut(reason.message, 2_000) },
    next: next === null ? null : cut(next, 500),
  };
}

/** Starts the instance that sends notifications, or tells it what has changed in the configuration. */
export async function startNotifications(runtime: SupervisorRuntime, config: Notifications): Promise<void> {
  const policy = notificationPolicyOf(config);
  const known = runtime.snapshot(notificationsKey);
  if (known === undefined) return await runtime.start(notificationsMachine, notificationsKey, { policy });
  const before = (known.context as unknown as { readonly policy: unknown }).policy; // the machine of that key
  if (canonicalJson(toJson(policy)) !== canonicalJson(toJson(before)))
    await runtime.send(notificationsKey, { type: 'policy.changed', policy });
}

/** What a heartbeat says: how many integrations are watched, and how many of them are proven equal. */
export function heartbeatOf(runtime: SupervisorRuntime, integrations: readonly string[]): string {
  const proven = integrations.filter((id) => {
    const value = runtime.snapshot(id)?.value as { readonly synchronization?: { readonly run?: unknown } } | undefined;
    return value?.synchronization?.run === 'succeeded';
  });
  return heartbeatText({ total: integrations.length, proven: proven.length });
}
