/** What a person asks of a plugin in another process, as calls to its host. */
import type { HostCalls } from './host-calls.ts';
import type { Difference, OnDemand } from './on-demand.ts';

/** Longest wait for what is only looked up, milliseconds. */
const lookUpMsMax = 20_000;

/** `calls` answers those of the host as it is now: it may have been started again. */
export function askOnDemand(calls: () => HostCalls, integration: string): OnDemand {
  return {
    verify: ({ signal }) => calls().ask({ kind: 'verify', integration }, { signal }),
    diff: ({ types, signal }) => streamDifferences(calls(), { integration, types: mutable(types) }, signal),
    dryRun: ({ mode, types, signal }) =>
      calls().ask({ kind: 'dry-run', integration, mode, types: mutable(types) }, { signal }),
    synchronizeEntity: ({ kind: of, key, signal }) =>
      calls().ask({ kind: 'synchronize-entity', integration, of, key }, { signal }),
    listRejected: ({ after, limit, signal }) =>
      calls().ask({ kind: 'list-rejected', integration, after, limit }, { signal, msMax: lookUpMsMax }),
    retryRejected: ({ refs, signal }) =>
      calls().ask({ kind: 'retry-rejected', integration, refs: refs === 'all' ? refs : [...refs] }, { signal }),
    dropRejected: ({ refs, signal }) =>
      calls().ask({ kind: 'drop-rejected', integration, refs: [...refs] }, { signal, msMax: lookUpMsMax }),
    rebuildIndex: ({ signal }) => calls().ask({ kind: 'rebuild-index', integration }, { signal }),
    events: ({ signal }) => calls().ask({ kind: 'events', integration }, { signal, msMax: lookUpMsMax }),
    takeOver: ({ by, signal }) => calls().ask({ kind: 'take-over', integration, by }, { signal, msMax: lookUpMsMax }),
  };
}

export const mutable = (types: readonly string[] | null): string[] | null => types && [...types];

/** The parts as they come; leaving the loop ends the call. */
async function* streamDifferences(
  calls: HostCalls,
  about: { readonly integration: string; readonly types: string[] | null },
  signal: AbortSignal,
): AsyncGenerator<readonly Difference[]> {
  const left = new AbortController();
  const parts: { readonly part: readonly Difference[]; readonly more: () => void }[] = [];
  let wake: () => void = () => {};
  let isOver = false;
  const answer = calls
    .ask(
      { kind: 'diff', ...about },
      {
        signal: AbortSignal.any([signal, left.signal]),
        part: (part, more) => {
          parts.push({ part, more });
          wake();
        },
      },
    )
    .finally(() => {
      isOver = true;
      wake();
    });
  answer.catch(() => {}); // it is awaited below, unless the reader has left
  try {
    for (;;) {
      const next = parts.shift();
      if (next) {
        yield next.part;
        next.more();
      } else if (isOver) {
        await answer;
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    left.abort(new Error('Nobody reads the differences any more.'));
  }
}
