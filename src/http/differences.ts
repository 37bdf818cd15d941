/** Differences as they go out: as one list with a limit, or as JSON lines that say at their end that they are all. */
import { toErrorData } from '../core/errors.ts';
import { shown, shownAt, shownText } from './disclosure.ts';
import type { DifferenceView } from './plugin-api.ts';

type Parts = AsyncIterable<readonly DifferenceView[]>;

/** At most `limit` of them; the comparison ends when there are as many. */
export async function differencesUpTo(
  parts: Parts,
  limit: number,
): Promise<{ differences: DifferenceView[]; complete: boolean }> {
  const differences: DifferenceView[] = [];
  for await (const part of parts)
    for (const difference of part) {
      if (differences.length === limit) return { differences, complete: false };
      differences.push(shownDifference(difference));
    }
  return { differences, complete: true };
}

/** Resolves with the lines once the first part is there, or it is known that there is none; throws what fails before. */
export async function differenceLines(parts: Parts): Promise<AsyncGenerator<string>> {
  const iterator = parts[Symbol.asyncIterator]();
  return linesFrom(iterator, await iterator.next());
}

async function* linesFrom(
  iterator: AsyncIterator<readonly DifferenceView[]>,
  first: IteratorResult<readonly DifferenceView[]>,
): AsyncGenerator<string> {
  let count = 0;
  try {
    for (let next = first; !next.done; next = await iterator.next()) {
      count += next.value.length;
      yield next.value.map((one) => line({ kind: 'difference', ...shownDifference(one) })).join('');
    }
    yield line({ kind: 'end', count });
  } catch (error) {
    const { code, message } = toErrorData(error);
    yield line({ kind: 'error', code, message: shownText(message) });
  } finally {
    await iterator.return?.();
  }
}

const line = (value: object) => `${JSON.stringify(value)}\n`;

/** Values may hold what nobody should read over a shoulder: a secret is known by the name of its field. */
function shownDifference({ fields, reason, ...rest }: DifferenceView): DifferenceView {
  return {
    ...rest,
    ...(fields === undefined
      ? {}
      : {
          fields: fields.map(({ name, source, target }) => ({
            name,
            source: shownAt(name, source ?? null),
            target: shownAt(name, target ?? null),
          })),
        }),
    ...(reason === undefined ? {} : { reason: shown(reason) as { code: string; message: string } }), // keeps its shape
  };
}
