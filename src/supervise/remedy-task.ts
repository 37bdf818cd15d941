/**
 * The task `remedy`: a person has a rung's remedy carried out now. It takes the same way as the ladder's own use, claim,
 * act, release, so that two never work on one component; but it uses up no budget, and nothing else stands against it.
 */

import type { Rung } from '../../machines/escalation/ladder-policy.ts';
import type { ClaimRequest } from '../../machines/fleet/memory.ts';
import type { Release, TaskAnswer, Verdict } from '../../machines/foundation.ts';
import type { Policy } from '../../machines/policy.ts';
import type { Clock } from '../core/clock.ts';
import { CodedError } from '../core/errors.ts';
import type { Remedy, RemedyUse } from '../remedies/remedy.ts';
import type { Reconciled, Work } from '../runtime/index.ts';
import { reconcileInterrupted } from './interrupted-remedy.ts';

/** How claims of persons reach the fleet. */
export interface ClaimsByPerson {
  claim(request: Omit<ClaimRequest, 'manual'>, signal: AbortSignal): Promise<Verdict>;
  release(claim: string, outcome: Release['outcome']): Promise<void>;
}

/** What a remedy of an integration is carried out with. */
export interface RemedyRoom {
  readonly policy: Policy;
  readonly remedies: ReadonlyMap<string, Remedy>;
  /** Null where there is no fleet: then nothing is shared. */
  readonly claims: ClaimsByPerson | null;
  readonly clock: Clock;
}

interface Asked {
  readonly rung: string;
  /** Of the task. */
  readonly id: string;
}

export async function runRemedy(room: RemedyRoom, { rung: name, id }: Asked, work: Work<unknown>): Promise<TaskAnswer> {
  const { rung, remedy } = find(room, name);
  const claim = claimOf(work, id);
  let outcome: Release['outcome'] = 'given-up';
  try {
    await claimFor(room, { rung, claim }, work);
    outcome = 'failed';
    const signal = AbortSignal.any([work.signal, AbortSignal.timeout(rung.timeoutMs)]);
    const message = await remedy.act({ ...remedyUse(work, name), signal });
    outcome = 'done';
    return answerOf(rung, message);
  } finally {
    await release(room, claim, outcome);
  }
}

/** After a restart: what was done, or cannot be done again, is given back. */
export async function reconcileRemedy(
  room: RemedyRoom,
  { rung: name, id }: Asked,
  work: Work<unknown>,
): Promise<Reconciled<TaskAnswer>> {
  const { rung, remedy } = find(room, name);
  const interrupted = { remedy, use: remedyUse(work, name), timeoutMs: rung.timeoutMs, now: room.clock.now() };
  const found = await reconcileInterrupted(interrupted);
  // Whoever asks again finds the claim of the last life by its name, if it is still held.
  if (found.kind === 'redo') return found;
  await release(room, claimOf(work, id), found.kind);
  return found.kind === 'failed' ? found : { kind: 'done', output: answerOf(rung, found.output) };
}

const answerOf = ({ id: rung }: Rung, message: string): TaskAnswer => ({ result: { rung, message }, proof: null });

const claimOf = ({ key }: Work<unknown>, task: string) => `${key}/task/${task}`;

async function claimFor(
  { claims, policy }: RemedyRoom,
  { rung, claim }: { readonly rung: Rung; readonly claim: string },
  { key: integration, startedAt, signal }: Work<unknown>,
): Promise<void> {
  if (claims === null) return;
  const request = { claim, integration, rung: rung.id, remedy: rung.remedy, holdMs: rung.timeoutMs, since: startedAt };
  const waiting = AbortSignal.any([signal, AbortSignal.timeout(policy.ladder.claimTimeoutMs)]);
  const verdict = await claims.claim(request, waiting);
  if (verdict.verdict === 'granted') return;
  throw new CodedError('SW_NOT_NOW', {
    doing: `carrying out the rung ${rung.id} of "${integration}"`,
    expected: 'the right to act',
    found: verdict.verdict === 'later' ? verdict.reason.message : verdict.message,
    todo: 'Ask again later',
  });
}

/** A claim that cannot be given back is taken back by the fleet in its time. */
async function release({ claims }: RemedyRoom, claim: string, outcome: Release['outcome']): Promise<void> {
  await claims?.release(claim, outcome).catch(() => {});
}

function find({ policy, remedies }: RemedyRoom, name: string): { readonly rung: Rung; readonly remedy: Remedy } {
  const rung = policy.ladder.rungs.find(({ id }) => id === name);
  const remedy = rung && remedies.get(rung.remedy);
  if (rung && remedy) return { rung, remedy };
  throw new CodedError('SW_REMEDY_FAILED', {
    doing: `carrying out the rung "${name}"`,
    expected: 'a rung of the policy with a configured remedy',
    found: rung ? `the remedy "${rung.remedy}", which is not configured` : 'no rung of that name',
    todo: 'Check the policy and "remedies" in the configuration',
  });
}

function remedyUse(
  { key: integration, idempotencyKey, fencingToken, startedAt, signal }: Work<unknown>,
  rung: string,
): RemedyUse {
  return { integration, rung, idempotencyKey, fencingToken, startedAt, signal };
}
