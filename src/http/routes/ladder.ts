/** What people say to the ladder of one integration: agreement, steps done, remedies by hand; and what it says of itself. */
import { z } from 'zod';
import { CodedError } from '../../core/errors.ts';
import { accepted, acceptedResponse } from '../accepted.ts';
import { type IntegrationView, problemSchema, type RungView } from '../api.ts';
import type { App, AppOptions } from '../app-options.ts';
import { explanationOf, isTimeZone } from '../explanation.ts';
import { approvalRequestSchema, explanationSchema, remedyRequestSchema, stepRequestSchema } from '../fleet-api.ts';
import { viewOf } from '../look-up.ts';
import { refuse, refuseWhileHeld } from '../refusals.ts';
import { requestTask } from '../request-task.ts';

const params = z.object({ id: z.string() });
const zoneQuery = z.object({
  /** Clocks on which times are told, as an IANA name. */
  timeZone: z
    .string()
    .max(60)
    .refine(isTimeZone, 'is no time zone; write an IANA name such as Europe/Zurich')
    .default('UTC'),
});
const base = '/api/v1/integrations/:id';

export function ladderRoutes(app: App, options: AppOptions): void {
  const { runtime, clock } = options;
  const explanation = {
    summary: 'Why the ladder does what it does',
    params,
    querystring: zoneQuery,
    response: { 200: explanationSchema, 400: problemSchema, 404: problemSchema },
  };
  app.get(`${base}/explanation`, { schema: explanation }, async (request) =>
    explanationOf(options, request.params.id, request.query.timeZone),
  );

  const approval = { summary: 'Agree to a rung, or refuse it', params, body: approvalRequestSchema };
  app.post(`${base}/approvals`, { schema: { ...approval, response: acceptedResponse } }, async (request, reply) => {
    reply.code(202);
    const { rung, approve, by } = request.body;
    const view = viewOf(options, request.params.id);
    if (approve && rungOf(view, rung).approval.status === 'given') return accepted; // said before: the same answer
    requireAsked(view, rung, 'approval');
    const type = approve ? ('approval.given' as const) : ('approval.refused' as const);
    await runtime.send(view.id, { type, at: clock.now(), rung, by });
    return accepted;
  });

  const step = { summary: 'Say whether what a rung asked of a person is done', params, body: stepRequestSchema };
  app.post(`${base}/steps`, { schema: { ...step, response: acceptedResponse } }, async (request, reply) => {
    reply.code(202);
    const { rung, done, by, note } = request.body;
    const view = viewOf(options, request.params.id);
    requireAsked(view, rung, 'steps');
    await runtime.send(view.id, { type: 'step.answered', at: clock.now(), rung, done, by, note });
    return accepted;
  });

  const remedy = { summary: 'Carry the remedy of a rung out now', params, body: remedyRequestSchema };
  app.post(`${base}/remedies`, { schema: { ...remedy, response: acceptedResponse } }, async (request, reply) => {
    reply.code(202);
    const { rung, requestedBy } = request.body;
    const view = viewOf(options, request.params.id);
    const { remedy: name, mode } = rungOf(view, rung);
    if (name === 'person')
      refuse(`carrying out the rung ${rung} of "${view.id}"`, 'a remedy', 'that a person does it', 'Follow its steps');
    if (name !== 'synchronize') return requestTask(options, view.id, { kind: 'remedy', rung }, requestedBy);
    refuseWhileHeld(view, 'synchronizing');
    await runtime.send(view.id, { type: 'synchronization.requested', at: clock.now(), mode, requestedBy });
    return accepted;
  });
}

function rungOf({ id, ladder }: IntegrationView, rung: string): RungView {
  const found = ladder.rungs.find((one) => one.id === rung);
  if (found) return found;
  throw new CodedError('SW_NOT_FOUND', {
    doing: `looking for a rung of "${id}"`,
    expected: `one of ${ladder.rungs.map((one) => one.id).join(', ')}`,
    found: rung,
    todo: 'Check the name',
  });
}

/** Refuses an answer that nobody waits for. */
function requireAsked(view: IntegrationView, rung: string, kind: 'approval' | 'steps'): void {
  rungOf(view, rung);
  const { asks, status } = view.ladder;
  if (asks?.kind === kind && asks.rung === rung) return;
  const wanted = kind === 'approval' ? 'that approval of it is asked for' : 'that a person is asked to do it';
  const found = asks === null ? `that nothing is asked: the ladder is ${status}` : `that ${asks.rung} is asked about`;
  refuse(`answering about the rung ${rung} of "${view.id}"`, wanted, found, 'See syncwarden explain');
}
