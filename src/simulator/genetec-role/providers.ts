/** What a site may offer for the remedies of kind webhook: each does one thing, once for each key, and tells when. */
import { z } from 'zod';
import type { Json } from '../../core/json.ts';
import type { PluginRole } from './plugin-role.ts';
import type { Reply, RoleRoute } from './role-app.ts';
import { type ComponentName, componentNames, type Services } from './services.ts';

/** The body that the webhook remedy sends; other members are welcome. */
const orderSchema = z.looseObject({ idempotencyKey: z.string().min(1).max(500) });

/** How many keys are remembered; the oldest goes first. */
const keysMax = 1_000;

export interface Providers {
  readonly routes: readonly RoleRoute[];
  /** What was asked for, oldest first. */
  readonly asked: () => readonly { readonly action: string; readonly idempotencyKey: string }[];
}

export function providers(role: PluginRole, services: Services): Providers {
  const done = new Map<string, { readonly action: string; readonly idempotencyKey: string; reply: Promise<Reply> }>();

  const once = (action: string, work: () => Promise<Json>): RoleRoute => [
    `POST /provider/${action}`,
    ({ body }) => {
      const { idempotencyKey } = orderSchema.parse(body);
      const key = `${action} ${idempotencyKey}`;
      const known = done.get(key);
      if (known) return known.reply;
      const reply = work().then((answer): Reply => ({ status: 200, body: answer }));
      // What failed may be asked for again under the same key.
      reply.catch(() => done.delete(key));
      const [oldest] = done.size >= keysMax ? done.keys() : [];
      if (oldest !== undefined) done.delete(oldest);
      done.set(key, { action, idempotencyKey, reply });
      return reply;
    },
  ];
  const restart = (name: ComponentName) =>
    once(`restart-${name}`, async () => {
      const component = services.components[name];
      await component.restart();
      return { startedAt: component.startedAt() };
    });
  const status = (name: string, startedAt: () => number | null): RoleRoute => [
    `GET /provider/status/${name}`,
    () => {
      const at = startedAt();
      return at === null ? { status: 503, body: { stopped: true } } : { status: 200, body: { startedAt: at } };
    },
  ];
  return {
    routes: [
      // Done when it has begun, as with the button: what comes of it is for the tab to tell.
      once('start-synchronization', async () => {
        const { id, startedAt } = role.startManual();
        return { id, startedAt };
      }),
      ...componentNames.map(restart),
      status('synchronization', () => role.desk.latest?.startedAt ?? null),
      ...componentNames.map((name) => status(name, services.components[name].startedAt)),
    ],
    asked: () => [...done.values()].map(({ action, idempotencyKey }) => ({ action, idempotencyKey })),
  };
}
