/** What people ask for: each becomes an outside event; 202 says that it is durable, not that it is done. */
import { z } from 'zod';
import type { OutsideEvent } from '../../../machines/events.ts';
import { CodedError } from '../../core/errors.ts';
import { type IntegrationView, problemSchema, synchronizationRequestSchema } from '../api.ts';
import type { App, AppOptions } from '../app-options.ts';
import { viewOf } from '../look-up.ts';

const accepted = z.object({ accepted: z.literal(true) });
const params = z.object({ id: z.string() });
const holdParams = params.extend({ name: z.string() });
const holdBody = z.strictObject({ name: z.string().min(1).max(100), reason: z.string().max(500).default('') });
const response = { 202: accepted, 400: problemSchema, 404: problemSchema, 409: problemSchema };
const base = '/api/v1/integrations/:id';
const requestedBy = 'operator';
/** Most holds on one integration. */
const holdsMax = 20;

/** An outside event without its time, which is added where it is sent. */
type Wish = OutsideEvent extends infer E ? (E extends OutsideEvent ? Omit<E, 'at'> : never) : never;

/** What a request asks for, judged by how the integration stands. */
type Command = (view: IntegrationView) => Wish;

export function commandRoutes(app: App, options: AppOptions): void {
  const carryOut = async (id: string, command: Command) => {
    const wish = command(viewOf(options, id));
    await options.runtime.send(id, { ...wish, at: options.clock.now() });
    return { accepted: true } as const;
  };
  const plain = (path: string, summary: string, command: Command) =>
    app.post(`${base}/${path}`, { schema: { summary, params, response } }, (request, reply) => {
      reply.code(202);
      return carryOut(request.params.id, command);
    });

  plain('refresh', 'Compare the counts now', () => ({ type: 'refresh.requested', requestedBy }));
  plain('cancel', 'Cancel the run that is under way', cancel);
  plain('release', 'End the quarantine', release);
  app.post(
    `${base}/synchronizations`,
    { schema: { summary: 'Start a synchronization', params, body: synchronizationRequestSchema, response } },
    (request, reply) => {
      reply.code(202);
      return carryOut(request.params.id, synchronize(request.body.mode));
    },
  );
  app.post(
    `${base}/holds`,
    { schema: { summary: 'Place a hold', params, body: holdBody, response } },
    (request, reply) => {
      reply.code(202);
      return carryOut(request.params.id, placeHold(request.body));
    },
  );
  app.delete(
    `${base}/holds/:name`,
    { schema: { summary: 'Release a hold', params: holdParams, response } },
    (request, reply) => {
      reply.code(202);
      return carryOut(request.params.id, releaseHold(request.params.name));
    },
  );
}

/** A run that is under way answers the request, or starts it at its end: only a hold speaks against it. */
const synchronize =
  (mode: 'full' | 'delta'): Command =>
  ({ id, holds }) => {
    const [hold] = holds;
    if (hold) refuse(`synchronizing "${id}"`, 'no hold', `the hold "${hold.name}"`, 'Release every hold first');
    return { type: 'synchronization.requested', mode, requestedBy };
  };

const cancel: Command = ({ id, synchronization }) => {
  if (synchronization.run === null)
    refuse(`cancelling the run of "${id}"`, 'a run', `none: it is ${synchronization.status}`, 'There is nothing to do');
  return { type: 'cancellation.requested', requestedBy };
};

const release: Command = ({ id, ladder }) => {
  if (ladder.status !== 'quarantined')
    refuse(`releasing "${id}"`, 'a quarantine', `none: the ladder is ${ladder.status}`, 'There is nothing to do');
  return { type: 'release.requested', requestedBy };
};

const placeHold =
  ({ name, reason }: z.infer<typeof holdBody>): Command =>
  ({ id, holds }) => {
    if (holds.length >= holdsMax && holds.every((hold) => hold.name !== name))
      refuse(`placing a hold on "${id}"`, `fewer than ${holdsMax} holds`, 'as many', 'Release one of them');
    return { type: 'hold.placed', name, reason };
  };

const releaseHold =
  (name: string): Command =>
  ({ id, holds }) => {
    if (holds.some((hold) => hold.name === name)) return { type: 'hold.released', name };
    const known = holds.map((hold) => `"${hold.name}"`).join(', ');
    throw new CodedError('SW_NOT_FOUND', {
      doing: `releasing a hold of "${id}"`,
      expected: known === '' ? 'that it is held' : `one of ${known}`,
      found: name.slice(0, 100),
      todo: 'Check the name',
    });
  };

/** What makes no sense as things stand now: answered with 409. */
function refuse(doing: string, expected: string, found: string, todo: string): never {
  throw new CodedError('SW_NOT_NOW', { doing, expected, found, todo });
}
