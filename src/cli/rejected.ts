/** `syncwarden rejected`: the records that the target refuses. */
import { Argument, type Command } from 'commander';
import { z } from 'zod';
import { CodedError } from '../core/errors.ts';
import { type RejectedView, rejectedListSchema } from '../http/plugin-api.ts';
import { type Client, integrationPath, whoAsks } from './client.ts';
import { clientOf, type RemoteOptions, type WaitingOptions, waitingCommand } from './remote.ts';
import { terminal } from './terminal.ts';
import { untilTask } from './wait.ts';

interface AllOptions extends WaitingOptions {
  readonly all?: boolean;
}

const countSchema = z.object({ count: z.number().int() });
/** Records of one page. */
const pageSize = 200;

export function rejectedCommand(done: (exitCode: number) => void): Command {
  return waitingCommand('rejected', 'list the records that the target refuses, try them again, or forget them', 3_600)
    .argument('<id>', 'integration')
    .addArgument(
      new Argument('[action]', 'list: exit code 1 when there are any; retry: now; drop: until a run meets it again')
        .choices(['list', 'retry', 'drop'])
        .default('list'),
    )
    .argument('[type]', 'entity type, for example credential')
    .argument('[key]', 'its key')
    .option('--all', 'retry all of them')
    .action(
      async (
        id: string,
        action: 'list' | 'retry' | 'drop',
        type: string | undefined,
        key: string | undefined,
        options: AllOptions,
      ) => {
        if (action === 'list') return done(await tellAll(id, options));
        return done(await ask(action, id, options.all && action === 'retry' ? 'all' : [refOf(type, key)], options));
      },
    );
}

function refOf(type: string | undefined, key: string | undefined): { readonly type: string; readonly key: string } {
  if (type !== undefined && key !== undefined) return { type, key };
  throw new CodedError('SW_USAGE', {
    doing: 'reading the command line',
    expected: 'the type and the key of a rejected record',
    found: 'none',
    todo: 'See syncwarden rejected list, or take all of them with retry --all',
  });
}

async function tellAll(id: string, options: RemoteOptions): Promise<number> {
  let count = 0;
  for await (const record of allOf(clientOf(options), id)) {
    count += 1;
    if (options.json) terminal.printJson({ kind: 'rejected', integration: id, ...record });
    else terminal.print(sentence(record));
  }
  if (!options.json) terminal.print(count === 0 ? 'Nothing is rejected.' : `${count} rejected.`);
  return count === 0 ? 0 : 1;
}

async function* allOf(client: Client, id: string): AsyncGenerator<RejectedView> {
  for (let after: string | null = ''; after !== null; ) {
    const from: string = after === '' ? '' : `&after=${encodeURIComponent(after)}`;
    const page: z.infer<typeof rejectedListSchema> = await client.get(
      `${integrationPath(id)}/rejected?limit=${pageSize}${from}`,
      rejectedListSchema,
    );
    yield* page.rejected;
    after = page.next;
  }
}

function sentence({ type, key, because, reason, tries, firstAt, nextTryAt }: RejectedView): string {
  const since = new Date(firstAt).toISOString();
  const next =
    nextTryAt === null ? 'tried again with the next run' : `tried again ${new Date(nextTryAt).toISOString()}`;
  return `${type} ${key}: ${because} (${reason.code}): ${reason.message} [${tries} tries since ${since}, ${next}]`;
}

async function ask(
  what: 'retry' | 'drop',
  id: string,
  refs: readonly { readonly type: string; readonly key: string }[] | 'all',
  options: WaitingOptions,
): Promise<number> {
  const client = clientOf(options);
  const task = await client.post(`${integrationPath(id)}/rejected/${what}`, { refs, by: whoAsks() });
  const { count } = countSchema.parse((await untilTask(client, id, task ?? '', options.timeout)).result);
  if (options.json) terminal.printJson({ kind: what === 'retry' ? 'retried' : 'dropped', integration: id, count });
  else
    terminal.print(
      `${count} ${what === 'retry' ? 'tried again; see which are left with rejected list' : 'forgotten'}.`,
    );
  return 0;
}
