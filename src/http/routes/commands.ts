/** What people ask for: each becomes an outside event; 202 says that it is durable, not that it is done. */
import { z } from 'zod';
import type { OutsideEvent } from '../../../machines/events.ts';
import { CodedError } from '../../core/errors.ts';
import { type IntegrationView, problemSchema, synchronizationRequestSchema } from '../api.ts';
import type { App, AppOptions } from '../app-options.ts';
import { viewOf } from '../look-up.ts';
import { refuse, refuseWhileHeld } from '../refusals.ts';
import { requestTask } from '../request-task.ts';

/** `task` is the id of the task that was made of it. */
const accepted = z.object({ accepted: z.literal(true), task: z.string().optional() });
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
      const { id } = request.params;
      const { mode, dryRun, types = null, by } = request.body;
      requireTypes(viewOf(options, id), types);
      if (dryRun) return requestTask(options, id, { kind: 'dry-run', mode, types }, by);
      return carryOut(id, synchronize(request.body));
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
  ({ mode, types, approveDeletes, by }: z.infer<typeof synchronizationRequestSchema>): Command =>
  (view) => {
    refuseWhileHeld(view, 'synchronizing');
    const limited = types === undefined ? {} : { types };
    return { type: 'synchronization.requested', mode, requestedBy: by, ...limited, approveDeletes };
  };

/** A type that no proof knows would make a run of nothing. */
function requireTypes({ id, synchronization }: IntegrationView, types: readonly string[] | null): void {
  const known = synchronization.proof?.types.map(({ type }) => type) ?? null;
  const unknown = types?.find((type) => known !== null && !known.includes(type));
  if (known === null || unknown === undefined) return;
  throw new CodedError('SW_USAGE', {
    doing: `choosing entity types of "${id}"`,
    expected: `some of ${known.join(', ')}`,
    found: unknown.slice(0, 100),
    todo: 'Check the names',
  });
}

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
