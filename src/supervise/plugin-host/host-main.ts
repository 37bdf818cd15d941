/** The plugin host: a child process that carries plugins, answers its supervisor over IPC, and dies with it. */
import { mkdir } from 'node:fs/promises';
import { systemClock } from '../../core/clock.ts';
import { assertNever, CodedError, invariant, toErrorData } from '../../core/errors.ts';
import { integrationSchema } from '../config.ts';
import { openPlugin } from './open-plugin.ts';
import { Outflow } from './outflow.ts';
import type { Plugin } from './plugin.ts';
import { type Message, type Order, orderSchema, partItemsMax, partsAheadMax } from './protocol.ts';

/** Pause between two heartbeats. */
const heartbeatMs = 500;
/** How long sessions may take to log out when the supervisor is gone. */
const farewellMs = 2_000;

const plugins = new Map<string, Plugin>();
const calls = new Map<number, AbortController>();
/** Of the calls that are answered by parts. */
const outflows = new Map<number, Outflow>();

function say(message: Message): void {
  if (process.connected) process.send?.(message);
}

function pluginOf(integration: string): Plugin {
  const plugin = plugins.get(integration);
  if (plugin) return plugin;
  throw new CodedError('SW_PLUGIN_STOPPED', {
    doing: `asking the plugin of "${integration}"`,
    expected: 'a running plugin',
    found: 'none in this host',
    todo: 'Restart the plugin',
  });
}

async function stop(integration: string): Promise<null> {
  const plugin = plugins.get(integration);
  plugins.delete(integration);
  await plugin?.close();
  return null;
}

async function carryOut(order: Exclude<Order, { kind: 'abort' | 'more' }>, signal: AbortSignal): Promise<unknown> {
  switch (order.kind) {
    case 'start': {
      await stop(order.integration);
      await mkdir(order.directory, { recursive: true });
      const plugin = await openPlugin(integrationSchema.parse(order.config), order.directory, systemClock);
      plugins.set(order.integration, plugin);
      return { startedAt: plugin.startedAt };
    }
    case 'stop':
      return stop(order.integration);
    case 'probe':
      return pluginOf(order.integration).probe(signal);
    case 'check':
      return pluginOf(order.integration).check(signal);
    case 'synchronize': {
      const { call, runId, mode, types, approveDeletes } = order;
      const report = (progress: Extract<Message, { kind: 'report' }>['report']) =>
        say({ kind: 'report', call, report: progress });
      return pluginOf(order.integration).synchronize({ runId, mode, types, approveDeletes, signal, report });
    }
    case 'verify':
      return pluginOf(order.integration).verify({ signal });
    case 'diff':
      return sendDifferences(order, signal);
    case 'dry-run':
      return pluginOf(order.integration).dryRun({ mode: order.mode, types: order.types, signal });
    case 'synchronize-entity':
      return pluginOf(order.integration).synchronizeEntity({ kind: order.of, key: order.key, signal });
    case 'list-rejected':
      return pluginOf(order.integration).listRejected({ after: order.after, limit: order.limit, signal });
    case 'retry-rejected':
      return pluginOf(order.integration).retryRejected({ refs: order.refs, signal });
    case 'drop-rejected':
      return pluginOf(order.integration).dropRejected({ refs: order.refs, signal });
    case 'rebuild-index':
      return pluginOf(order.integration).rebuildIndex({ signal });
    case 'take-over':
      return pluginOf(order.integration).takeOver({ by: order.by, signal });
    case 'events':
      return pluginOf(order.integration).events({ signal });
    default:
      return assertNever(order);
  }
}

/** Part by part, never further ahead than the supervisor lets it: what nobody reads is not computed. */
async function sendDifferences(
  { call, integration, types }: Extract<Order, { kind: 'diff' }>,
  signal: AbortSignal,
): Promise<null> {
  const outflow = new Outflow(partsAheadMax);
  outflows.set(call, outflow);
  try {
    for await (const batch of pluginOf(integration).diff({ types, signal }))
      for (let at = 0; at < batch.length; at += partItemsMax) {
        await outflow.turn(signal);
        say({ kind: 'part', call, part: batch.slice(at, at + partItemsMax) });
      }
    return null;
  } finally {
    outflows.delete(call);
  }
}

function take(raw: unknown): void {
  const order = orderSchema.parse(raw);
  if (order.kind === 'abort') {
    calls.get(order.call)?.abort(new Error('The supervisor gave the call up.'));
    return;
  }
  if (order.kind === 'more') {
    outflows.get(order.call)?.allow();
    return;
  }
  const controller = new AbortController();
  calls.set(order.call, controller);
  carryOut(order, controller.signal)
    .then(
      (value) => say({ kind: 'answer', call: order.call, value }),
      (error) => say({ kind: 'error', call: order.call, error: toErrorData(error) }),
    )
    .finally(() => calls.delete(order.call));
}

/** Without a supervisor nobody may write: stop at once what runs, log out, and go. */
function leave(): void {
  setTimeout(() => process.exit(0), farewellMs);
  for (const call of calls.values()) call.abort(new Error('The supervisor is gone.'));
  void Promise.allSettled([...plugins.keys()].map(stop)).then(() => process.exit(0));
}

invariant(process.send, 'the plugin host is started by the supervisor, with an IPC channel');
process.on('message', take);
process.on('disconnect', leave);
// A terminal's interrupt reaches the whole group; the supervisor decides when its hosts end.
process.on('SIGINT', () => {});
setInterval(() => say({ kind: 'heartbeat', at: Date.now() }), heartbeatMs);
say({ kind: 'heartbeat', at: Date.now() });
