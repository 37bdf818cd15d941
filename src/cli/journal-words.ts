/** How entries, damage and reports of a journal read. */
import type { InstanceRecord } from '../core/record.ts';
import type { StepView } from '../http/api.ts';
import { activeStates } from '../http/state-value.ts';
import { stepView } from '../http/step-view.ts';
import { noteFromJson } from '../runtime/index.ts';
import type { JournalItem } from '../store/journal-reader.ts';
import type { PastEntry, Salvaged } from '../store/store.ts';
import type { CheckReport } from './journal-check.ts';

/** An entry as the timeline shows it, without secrets. */
export function entryView({ seq, at, key, before, record, note }: PastEntry): StepView {
  // Both were written by the runtime in exactly these shapes, and every frame has a checksum.
  const records = { before: before as InstanceRecord | null, record: record as InstanceRecord | null };
  const machine = (records.record ?? records.before)?.machine ?? '';
  return stepView({ seq, at, key, ...records, note: noteFromJson(note, machine) });
}

/** `1042 2026-03-14T03:12:00.000Z hq: probe.failed; now connection.status.warning; status: ... -> ...; execute ...` */
export function entryLine(entry: PastEntry): string {
  const { seq, at, integration, event, changes, effects, decisions } = entryView(entry);
  const entered = enteredStates(entry);
  const parts = [
    ...(entry.record === null ? ['removed'] : []),
    ...(entered.length > 0 ? [`now ${entered.join(', ')}`] : []),
    ...changes.map(({ path, before, after }) => `${path}: ${words(before)} -> ${words(after)}`),
    ...effects,
    ...decisions.map(({ what, because }) => `${what}, because ${because}`),
  ];
  return [`${seq} ${new Date(at).toISOString()} ${integration}: ${event.type}`, ...parts].join('; ');
}

/** The innermost states that the step has entered, without the name of the machine. */
function enteredStates({ before, record }: PastEntry): readonly string[] {
  const [was, is] = [before, record].map((one) => (one === null ? [] : activeStates(one as InstanceRecord))); // see above
  return (is ?? [])
    .filter((state) => !was?.includes(state) && !is?.some((other) => other.startsWith(`${state}.`)))
    .map((state) => state.slice(state.indexOf('.') + 1));
}

const words = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

/** What is wrong, and where. */
export function itemSentence(item: Exclude<JournalItem, { kind: 'entry' }>): string {
  const where = `${item.segment} at byte ${item.offset}`;
  switch (item.kind) {
    case 'gap':
      return `${where}: entries ${item.fromSeq} to ${item.toSeq} are missing before this`;
    case 'orphan':
      return `${where}: entry ${item.seq} of ${item.key} builds on one that is missing`;
    case 'damage':
      return `${where}: ${item.bytes} bytes are damaged: ${item.reason}`;
    case 'torn':
      return `${where}: ${item.bytes} bytes of an unfinished write, which opening cuts off`;
  }
}

export function reportLines(directory: string, report: CheckReport): readonly string[] {
  const { holder, checkpoints, segments, entries, instances, lastSeq, tornBytes, damage, wontOpen, damaged } = report;
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  return [
    holder === null
      ? 'owner        nobody'
      : `owner        process ${holder.pid} on ${holder.host} since ${holder.since}${holder.isAlive ? '' : ', which is dead'}`,
    ...checkpoints.map(({ path, unreadable, lastSeq: seq, savedAt, instances: count }) =>
      unreadable === null
        ? `checkpoint   ${path}: ${count} instances up to entry ${seq}, of ${new Date(savedAt).toISOString()}`
        : `checkpoint   ${path}: CANNOT BE READ: ${unreadable}`,
    ),
    `journal      ${segments.length} segments, ${bytes} bytes: ${entries} entries of ${instances} instances, the last is ${lastSeq}`,
    ...(tornBytes > 0 ? [`unfinished   ${tornBytes} bytes, which opening cuts off`] : []),
    ...(damaged.length > 0 ? [`put aside    ${damaged.join(', ')}`] : []),
    ...damage.map((item) => `DAMAGE       ${itemSentence(item)}`),
    ...(wontOpen === null ? [] : [`WILL NOT OPEN: ${wontOpen}`]),
    report.isSound
      ? 'Everything is sound.'
      : `Not sound. Restore a backup; or stop Syncwarden and run "syncwarden journal check --data ${directory} --salvage".`,
  ];
}

export function salvageLines(salvaged: Salvaged | undefined): readonly string[] {
  if (!salvaged) return ['Nothing had to be salvaged.'];
  const { entriesLost, rolledBack, unknownBefore, files } = salvaged;
  return [
    `Salvaged: ${entriesLost} entries are lost.`,
    ...rolledBack.map((key) => `  ${key} is back at an earlier record`),
    ...(unknownBefore === null ? [] : [`  nothing is known of what was not touched since entry ${unknownBefore}`]),
    ...files.map((file) => `  put aside: ${file}`),
  ];
}
