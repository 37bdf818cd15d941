/** `syncwarden journal`: what lies in a data directory, beside a running supervisor or after it. */
import { open } from 'node:fs/promises';
import { Command } from 'commander';
import { systemClock } from '../core/clock.ts';
import { CodedError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { openingError } from '../store/durable-file.ts';
import { openEmbeddedStore } from '../store/embedded-store.ts';
import { type JournalItem, readJournal } from '../store/journal-reader.ts';
import type { PastEntry } from '../store/store.ts';
import { checkDirectory, lookInto } from './journal-check.ts';
import { entryLine, entryView, itemSentence, reportLines, salvageLines } from './journal-words.ts';
import { whole } from './options.ts';
import { terminal } from './terminal.ts';

interface Asked {
  readonly data: string;
  readonly key?: string;
  readonly after: number;
  readonly last?: number;
  readonly json?: boolean;
}

export function journalCommand(done: (exitCode: number) => void): Command {
  return new Command('journal')
    .description('read, check and export what a data directory holds')
    .addCommand(printCommand(done))
    .addCommand(checkCommand(done))
    .addCommand(exportCommand(done));
}

function printCommand(done: (exitCode: number) => void): Command {
  return new Command('print')
    .description('one line for each committed step, the oldest first; secrets are left out')
    .requiredOption('--data <dir>', 'data directory')
    .option('--key <key>', 'only this instance')
    .option('--after <seq>', 'only entries with a larger number', whole(0, Number.MAX_SAFE_INTEGER), 0)
    .option('--last <n>', 'only so many, the newest', whole(1, 1_000_000))
    .option('--json', 'print JSON lines')
    .action(async (asked: Asked) => {
      const tell = ({ entry }: { readonly entry: PastEntry }) =>
        asked.json ? terminal.printJson({ kind: 'step', ...entryView(entry) }) : terminal.print(entryLine(entry));
      const newest: { readonly entry: PastEntry }[] = [];
      let isSound = true;
      for await (const item of itemsOf(asked)) {
        if (item.kind !== 'entry') {
          isSound &&= item.kind === 'torn';
          terminal.say(itemSentence(item));
        } else if (asked.last === undefined) tell(item);
        else if (newest.push(item) > asked.last) newest.shift();
      }
      newest.forEach(tell);
      done(isSound ? 0 : 1);
    });
}

function checkCommand(done: (exitCode: number) => void): Command {
  return new Command('check')
    .description('read everything, compare every checksum, and say what is there')
    .requiredOption('--data <dir>', 'data directory')
    .option('--salvage', 'keep all that is sound, and put damaged files aside; nobody else may use the directory')
    .option('--json', 'print a JSON line')
    .action(async ({ data, salvage, json }: { data: string; salvage?: boolean; json?: boolean }) => {
      if (salvage) {
        const store = await openEmbeddedStore({ directory: data, clock: systemClock, salvage: true });
        await store.close();
        if (json) terminal.printJson({ kind: 'salvaged', ...(store.recovered.salvaged ?? { files: [] }) });
        else for (const line of salvageLines(store.recovered.salvaged)) terminal.print(line);
      }
      const report = await checkDirectory(data);
      if (json) terminal.printJson({ kind: 'journal', ...report });
      else for (const line of reportLines(data, report)) terminal.print(line);
      done(report.isSound ? 0 : 1);
    });
}

function exportCommand(done: (exitCode: number) => void): Command {
  return new Command('export')
    .description('everything as JSON lines: each entry with the whole record, then the newest record of each instance')
    .requiredOption('--data <dir>', 'data directory')
    .option('--key <key>', 'only this instance')
    .option('--after <seq>', 'only entries with a larger number', whole(0, Number.MAX_SAFE_INTEGER), 0)
    .option('--out <file>', 'file to create; without it, to the standard output')
    .action(async ({ out, ...asked }: Asked & { readonly out?: string }) => {
      const file = out === undefined ? null : await create(out);
      const write = async (value: object) => {
        if (file === null) terminal.printJson(value);
        else await file.write(`${JSON.stringify(value)}\n`);
      };
      let isSound = true;
      const newest = new Map<string, Json>();
      try {
        for await (const item of itemsOf(asked)) {
          await write(item);
          isSound &&= item.kind === 'entry' || item.kind === 'torn';
          if (item.kind !== 'entry') continue;
          if (item.entry.record === null) newest.delete(item.entry.key);
          else newest.set(item.entry.key, item.entry.record);
        }
        for (const [key, record] of newest) await write({ kind: 'instance', key, record });
      } finally {
        await file?.close();
      }
      done(isSound ? 0 : 1);
    });
}

async function* itemsOf({ data, key, after }: Pick<Asked, 'data' | 'key' | 'after'>): AsyncGenerator<JournalItem> {
  await lookInto(data);
  try {
    yield* readJournal({ directory: data, afterSeq: after, ...(key === undefined ? {} : { key }) });
  } catch (error) {
    throw openingError(error, data);
  }
}

async function create(path: string) {
  return open(path, 'wx').catch((cause: unknown) => {
    throw new CodedError('SW_USAGE', {
      doing: `creating ${path}`,
      expected: 'a file that does not exist yet, in a folder that does',
      found: cause instanceof Error ? cause.message : String(cause),
      todo: 'Name another file: nothing is overwritten',
      cause,
    });
  });
}
