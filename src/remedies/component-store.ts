/**
 * Changes the record of a component, one writer at a time, in a folder that several processes share.
 *
 * Generation n of a record is the file `component-NAME.n.json`. A change of generation n is written as n + 1, which only
 * one process can create; the other sees it and decides anew. Older generations are removed by whoever wrote the newest,
 * which is never removed. A process that slept may so create a generation that was there before, among the old ones: it
 * looks once more, and a generation that is not the newest counts for nothing.
 */
import { join } from 'node:path';
import { CodedError } from '../core/errors.ts';
import type { ComponentFiles } from './component-files.ts';
import { type ComponentRecord, componentRecordSchema } from './component-record.ts';

export interface ComponentStoreOptions {
  readonly files: ComponentFiles;
  readonly directory: string;
  /** Anything that no other call answers, fit for a file name. */
  readonly newId: () => string;
}

/** What a change comes to: the next record, or null to leave it, and what the caller wants to know. */
export interface Change<T> {
  readonly record: ComponentRecord | null;
  readonly result: T;
}

export interface ComponentStore {
  /**
   * Decides on the newest record until the decision could be written.
   *
   * @throws CodedError SW_DATA_UNWRITABLE, SW_REMEDY_FAILED when the record cannot be read as one
   */
  change<T>(component: string, decide: (record: ComponentRecord) => Change<T>): Promise<T>;
}

/** How often others may be faster. */
const attemptsMax = 100;

export function createComponentStore({ files, directory, newId }: ComponentStoreOptions): ComponentStore {
  const generations = async (component: string) => {
    const pattern = /^component-(.+)\.(\d{12})\.json$/;
    const found = (await files.list(directory)).map((name) => pattern.exec(name));
    return found.flatMap((match) => (match?.[1] === component ? [Number(match[2])] : [])).sort((a, b) => b - a);
  };
  const pathOf = (component: string, generation: number) =>
    join(directory, `component-${component}.${String(generation).padStart(12, '0')}.json`);

  /** False when another process was faster. */
  const write = async (component: string, generation: number, record: ComponentRecord): Promise<boolean> => {
    const draft = join(directory, `component-${component}.${newId()}.draft`);
    const text = `${JSON.stringify(record, null, 2)}\n`;
    if (!(await files.createWhole(pathOf(component, generation), draft, text))) return false;
    const [newest = 0, ...older] = await generations(component);
    for (const old of older) await files.remove(pathOf(component, old));
    return newest === generation;
  };

  const changeOnce = async <T>(component: string, decide: (record: ComponentRecord) => Change<T>) => {
    const [newest = 0] = await generations(component);
    const path = pathOf(component, newest);
    const text = newest === 0 ? '' : await files.read(path);
    if (text === null) return null; // a newer one is there by now
    const before = newest === 0 ? { component, tokens: {}, holder: null } : parse(text, path);
    const { record, result } = decide(before);
    return record === null || (await write(component, newest + 1, record)) ? { result } : null;
  };

  return {
    async change(component, decide) {
      for (let attempt = 0; attempt < attemptsMax; attempt++) {
        const done = await changeOnce(component, decide).catch((cause: unknown) => {
          throw cause instanceof CodedError ? cause : unwritable(directory, cause);
        });
        if (done !== null) return done.result;
      }
      throw new CodedError('SW_NOT_NOW', {
        doing: `writing the record of the component "${component}" in ${directory}`,
        expected: 'a moment in which nobody else does',
        found: `that others were faster ${attemptsMax} times`,
        todo: 'Nothing: it will be tried again as the policy says',
      });
    },
  };
}

function parse(text: string, path: string): ComponentRecord {
  try {
    return componentRecordSchema.parse(JSON.parse(text));
  } catch (cause) {
    // Acting as if nobody had ever acted is what the record is there to prevent.
    throw new CodedError('SW_REMEDY_FAILED', {
      doing: `reading the record of a component ${path}`,
      expected: 'a record as Syncwarden writes it',
      found: 'something else',
      todo: 'Make sure that nobody acts on the component, then delete the file',
      cause,
    });
  }
}

function unwritable(directory: string, cause: unknown): CodedError {
  return new CodedError('SW_DATA_UNWRITABLE', {
    doing: `keeping records of components in ${directory}`,
    expected: 'a folder that this user may read and write, on a file system with hard links',
    found: cause instanceof Error ? cause.message : String(cause),
    todo: 'Give this user the right to write there, make room, or choose another folder',
    cause,
  });
}
