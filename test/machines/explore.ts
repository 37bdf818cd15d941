/**
 * Explores a machine exhaustively through the product's own step: breadth first over state value, projected memory,
 * pending timers and running executions. XState's own path functions do not serve here: they refuse delays and
 * explode on parallel states.
 */
import type { AnyStateMachine } from 'xstate';
import { statesOf } from '../../src/core/edges.ts';
import type { Json } from '../../src/core/json.ts';
import { fullId } from '../../src/core/record.ts';
import type { Instance } from '../../src/core/snapshot.ts';
import { begin, type Stepped, step } from '../../src/core/step.ts';
import type { Stimulus } from '../../src/core/stimulus.ts';

/** Results to try for an execution, by the effect's name. */
export type Answers = { readonly [src: string]: (at: number) => readonly Answer[] };
export type Answer = { readonly output: Json } | { readonly error: Json };

export interface Explored {
  /** The configurations found, by fingerprint, with the ids of their active states. */
  readonly nodes: ReadonlyMap<string, Configuration>;
  readonly visited: ReadonlySet<string>;
  readonly unvisited: readonly string[];
}

export interface Configuration {
  readonly instance: Instance;
  readonly active: ReadonlySet<string>;
  readonly next: Set<string>;
}

export interface ExploreOptions {
  readonly machine: AnyStateMachine;
  readonly input: Json;
  /** Outside events to try in every configuration. */
  readonly events: (at: number) => readonly { readonly type: string; readonly at: number }[];
  readonly answers: Answers;
  /** What of the context makes two configurations different; must have few values. */
  readonly project: (context: Json) => Json;
  readonly configurationsMax: number;
}

export function explore(options: ExploreOptions): Explored {
  const { machine, input } = options;
  const start = begin(machine, { key: 'explored', input, at: 0 }).instance;
  const nodes = new Map<string, Configuration>();
  const queue = [remember(nodes, start, options.project)];
  for (let head = 0; head < queue.length; head++) {
    const id = queue[head] as string;
    const from = nodes.get(id) as Configuration;
    for (const stimulus of stimuli(from.instance, options)) {
      const stepped = step(machine, from.instance, stimulus);
      if (stepped.kind === 'dropped') continue;
      assertSound(stepped);
      const to = fingerprint(stepped.instance, options.project);
      if (!nodes.has(to)) queue.push(remember(nodes, stepped.instance, options.project));
      from.next.add(to);
    }
    if (nodes.size > options.configurationsMax)
      throw new Error(`more than ${options.configurationsMax} configurations`);
  }
  const visited = new Set([...nodes.values()].flatMap(({ active }) => [...active]));
  const unvisited = statesOf(machine).flatMap(({ id }) => (visited.has(id) ? [] : [id]));
  return { nodes, visited, unvisited };
}

/** Configurations from which none that satisfies `isGoal` can be reached: the traps. */
export function trapsOf(explored: Explored, isGoal: (active: ReadonlySet<string>) => boolean): readonly string[] {
  const before = new Map<string, string[]>();
  for (const [id, { next }] of explored.nodes) for (const to of next) before.set(to, [...(before.get(to) ?? []), id]);
  const good = new Set([...explored.nodes].flatMap(([id, { active }]) => (isGoal(active) ? [id] : [])));
  const queue = [...good];
  for (let head = 0; head < queue.length; head++)
    for (const id of before.get(queue[head] as string) ?? [])
      if (!good.has(id)) {
        good.add(id);
        queue.push(id);
      }
  return [...explored.nodes.keys()].filter((id) => !good.has(id));
}

/** What must hold in every configuration: timers are those of the active states, executions those of active invokes. */
function assertSound({ instance }: Stepped): void {
  const { record, snapshot } = instance;
  if (record.snapshot.status !== 'active')
    throw new Error(`the machine ended: ${JSON.stringify(record.snapshot.error ?? record.snapshot.status)}`);
  const nodes = snapshot?._nodes ?? [];
  const invokes = nodes.flatMap((node) => node.invoke.map((invoke) => invoke.id)).sort();
  const running = Object.keys(record.executions).sort();
  if (JSON.stringify(running) !== JSON.stringify(running.filter((child) => invokes.includes(child))))
    throw new Error(`executions ${running} run beside the active invokes ${invokes}`);
  for (const id of Object.keys(record.timers))
    if (!nodes.some((node) => node.transitions.has(id))) throw new Error(`the timer ${id} belongs to no active state`);
}

/** Everything that can happen to an instance as it stands. */
export function stimuli(instance: Instance, options: Pick<ExploreOptions, 'events' | 'answers'>): readonly Stimulus[] {
  const { record } = instance;
  const at = record.at;
  return [
    ...options.events(at).map((event): Stimulus => ({ kind: 'event', event })),
    // A timer may fire in any order: more than real time allows, never less.
    ...Object.values(record.timers).map(
      ({ token, dueAt }): Stimulus => ({ kind: 'timer', token, at: Math.max(at, dueAt) }),
    ),
    ...Object.values(record.executions).flatMap(({ token, src }) =>
      (options.answers[src]?.(at) ?? []).map(
        (answer): Stimulus =>
          'output' in answer
            ? { kind: 'done', execution: fullId(record, token), output: answer.output, at }
            : { kind: 'failed', execution: fullId(record, token), error: answer.error, at },
      ),
    ),
  ];
}

function remember(nodes: Map<string, Configuration>, instance: Instance, project: ExploreOptions['project']): string {
  const id = fingerprint(instance, project);
  nodes.set(id, { instance, active: new Set(instance.snapshot?._nodes.map((node) => node.id)), next: new Set() });
  return id;
}

function fingerprint({ record }: Instance, project: ExploreOptions['project']): string {
  return JSON.stringify([
    record.snapshot.value,
    project(record.snapshot.context),
    Object.keys(record.timers).sort(),
    Object.keys(record.executions).sort(),
  ]);
}
