/** Defects put in on purpose, each at an interface: an oracle that does not notice one of them is worth nothing. */
import { assign } from 'xstate';
import type { IntegrationContext } from '../../../machines/context.ts';
import { currentRung } from '../../../machines/escalation/rungs.ts';
import { foundation, type Verdict } from '../../../machines/foundation.ts';
import { integrationMachine } from '../../../machines/index.ts';
import { isProgressing } from '../../../machines/synchronization/run.ts';
import type { Source } from '../../connectors/connector.ts';
import type { Json } from '../../core/json.ts';
import type { ExecutorsFor, Store } from '../../runtime/index.ts';
import type { DurableFile, FileSystem } from '../../store/durable-file.ts';
import type { Sabotage } from './room/machine-room.ts';
import type { Site } from './room/site.ts';

type Integration = typeof integrationMachine;

/** The machine with other implementations: the compiler knows only those of its regions' own setups. */
const variant = (implementations: object): Integration =>
  integrationMachine.provide(implementations as never) as Integration;

interface Guarded {
  readonly event: { readonly at: number };
  readonly context: IntegrationContext;
}
/** As the machine has it: a rung that is not due yet only looks again. */
const isDue = ({ context, event }: Guarded) => event.at >= context.escalation.readyAt;

interface Answered {
  readonly answer: Verdict;
}

/** Each makes a defect that is new for every seed. */
export const mutations: { readonly [name: string]: () => Sabotage } = {
  'forget-checkpoint': () => ({ store: forgetting() }),
  'forget-flush': () => ({ disk: unflushed }),
  'act-before-commit': () => ({ store: hasty }),
  'act-twice': () => ({ executors: redoing }),
  'ignore-hold': () => ({
    integration: variant({
      guards: {
        mustWait: (guarded: Guarded) => isDue(guarded) && isProgressing(guarded.context, guarded.event.at),
        isGrantedTooLate: ({ context, event }: Guarded, { answer }: Answered) =>
          answer.verdict === 'granted' && isProgressing(context, event.at),
      },
    }),
  }),
  'climb-while-progressing': () => ({
    integration: variant({
      guards: {
        mustWait: (guarded: Guarded) => isDue(guarded) && guarded.context.holds.length > 0,
        isGrantedTooLate: () => false,
      },
    }),
  }),
  'never-reset-backoff': () => ({ integration: variant({ actions: { resetAttempts: assign({}) } }) }),
  'yellow-as-failure': () => ({ integration: variant({ guards: { isSerious: () => true } }) }),
  'count-absence': () => ({ fleetTimers: { expiry: 'deadline' } }),
  'forget-use': () => ({ integration: variant({ actions: { noteUse: onlyAttempt } }) }),
  'delete-on-partial-list': () => ({ disguise: { source: believingLists } }),
};

/** After each start one instance stands where it was a step before. */
function forgetting(): (store: Store) => Store {
  const newest = new Map<string, Json | null>();
  const older = new Map<string, Json | null>();
  return (store) => {
    const records = new Map(store.recovered.records);
    const [key] = [...records.keys()].filter((one) => older.get(one));
    if (key !== undefined) records.set(key, older.get(key) ?? null);
    return {
      ...methodsOf(store),
      recovered: { ...store.recovered, records },
      append(entries) {
        for (const entry of entries) {
          older.set(entry.key, newest.get(entry.key) ?? null);
          newest.set(entry.key, entry.record);
        }
        return store.append(entries);
      },
    };
  };
}

/** Says that it is done before it is. */
function hasty(store: Store): Store {
  return {
    ...methodsOf(store),
    append(entries) {
      store.append(entries).catch(() => {});
      return Promise.resolve();
    },
  };
}

const methodsOf = (store: Store): Store => ({
  recovered: store.recovered,
  append: (entries) => store.append(entries),
  history: (query) => store.history(query),
  checkpoint: () => store.checkpoint(),
  close: () => store.close(),
});

/** A disk whose journal is never flushed. */
function unflushed(files: FileSystem): FileSystem {
  const lying = (file: DurableFile): DurableFile => ({
    write: (data, position) => file.write(data, position),
    truncate: (length) => file.truncate(length),
    sync: () => Promise.resolve(),
    close: () => file.close(),
  });
  return {
    makeDirectory: (path) => files.makeDirectory(path),
    list: (path) => files.list(path),
    read: (path) => files.read(path),
    sizeBytes: (path) => files.sizeBytes(path),
    open: async (path, mode) => {
      const file = await files.open(path, mode);
      return path.includes('/journal/') ? lying(file) : file;
    },
    rename: (from, to) => files.rename(from, to),
    remove: (path) => files.remove(path),
    syncDirectory: (path) => files.syncDirectory(path),
  };
}

function redoing(executors: ExecutorsFor<Integration>): ExecutorsFor<Integration> {
  const { remedy } = executors;
  if (typeof remedy === 'function') return executors;
  return { ...executors, remedy: { ...remedy, reconcile: () => Promise.resolve({ kind: 'redo' }) } };
}

/** The rung counts as tried; that it was used is forgotten. */
const onlyAttempt = foundation.assign(({ context }) => {
  const rung = currentRung(context);
  if (rung === null) return {};
  const { attempts } = context.escalation;
  return {
    escalation: { ...context.escalation, attempts: { ...attempts, [rung.id]: (attempts[rung.id] ?? 0) + 1 } },
  };
});

/** Whoever is not in a list that ended early is taken to be gone: nobody is asked about once more. */
function believingLists(source: Source, site: Site): Source {
  const shown = new Set<string>();
  return {
    ...source,
    async walk(kind, cursor, signal) {
      const page = await source.walk(kind, cursor, signal);
      if (cursor === null && kind === 'person') shown.clear();
      for (const { key } of page.records) shown.add(`${kind} ${key}`);
      return page;
    },
    get: (kind, key, signal) =>
      site.listFault !== null && kind === 'person' && !shown.has(`${kind} ${key}`)
        ? Promise.resolve(null)
        : source.get(kind, key, signal),
  };
}
