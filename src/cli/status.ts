/** `syncwarden status`: what a running supervisor says of its integrations. */
import { Command } from 'commander';
import { request } from 'undici';
import { z } from 'zod';
import { CodedError } from '../core/errors.ts';
import { type IntegrationView, integrationViewSchema, setAsideSchema } from '../http/api.ts';
import { terminal } from './terminal.ts';

const listSchema = z.object({ integrations: z.array(integrationViewSchema), setAside: z.array(setAsideSchema) });
const answerMsMax = 10_000;

export function statusCommand(done: (exitCode: number) => void): Command {
  return new Command('status')
    .description('show connection, synchronization, ladder and proof of each integration')
    .option('--url <url>', 'address of the supervisor', 'http://127.0.0.1:4780')
    .option('--json', 'print JSON lines')
    .action(async ({ url, json }: { url: string; json?: boolean }) => {
      const { integrations, setAside } = await fetchIntegrations(url);
      for (const view of integrations) {
        if (json) terminal.printJson({ kind: 'integration', ...view });
        else terminal.print(describe(view, Date.now()));
      }
      for (const one of setAside) {
        if (json) terminal.printJson({ kind: 'set-aside', ...one });
        else terminal.print(`${one.id}\n  set aside, not supervised: ${one.why}`);
      }
      // A difference is an answer, not an error: exit code 1, as for verify and diff.
      done(integrations.every(isWell) && setAside.length === 0 ? 0 : 1);
    });
}

async function fetchIntegrations(url: string): Promise<z.infer<typeof listSchema>> {
  const doing = `asking the supervisor at ${url}`;
  let body: unknown;
  try {
    const answer = await request(new URL('/api/v1/integrations', url), { signal: AbortSignal.timeout(answerMsMax) });
    body = await answer.body.json();
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    const todo = 'Start it with syncwarden run, or name its address with --url';
    throw new CodedError('SW_UNREACHABLE', { doing, expected: 'a running supervisor', found, todo, cause });
  }
  const parsed = listSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const todo = 'Check that the address is that of a supervisor of this version';
  const found = JSON.stringify(body).slice(0, 200);
  throw new CodedError('SW_REPLY_UNEXPECTED', { doing, expected: 'a list of integrations', found, todo });
}

function isWell({ connection, synchronization, ladder }: IntegrationView): boolean {
  return connection.status === 'connected' && synchronization.status === 'succeeded' && ladder.status === 'watching';
}

function describe(view: IntegrationView, now: number): string {
  const { connection, synchronization, ladder } = view;
  const proven = synchronization.lastProvenEqualAt;
  return [
    `${view.title} (${view.id})`,
    `  connection       ${connection.status}${because(connection.reason)}`,
    `  synchronization  ${synchronization.status}${because(synchronization.reason)}`,
    `  ladder           ${ladder.status}${because(ladder.quarantine && { ...ladder.quarantine, code: ladder.quarantine.reason })}`,
    `  proven equal     ${proven === null ? 'never' : `${Math.round((now - proven) / 1000)} s ago`}`,
    ...(synchronization.proof?.types ?? []).map(
      ({ type, source, target, equal }) =>
        `    ${type.padEnd(18)} ${source.count} in the source, ${target.count} in the target${equal ? '' : '  DIFFERENT'}`,
    ),
  ].join('\n');
}

/** The reason behind a status: its code for scripts and searches, its sentence for people. */
function because(reason: { readonly code: string; readonly message: string } | null): string {
  return reason ? ` (${reason.code}): ${reason.message}` : '';
}
