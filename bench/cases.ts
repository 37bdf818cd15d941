/** Every benchmark by name, with its cases in the order in which they are run. */
import { supervisorCost } from './fleet/supervisor-cost.ts';
import type { Case } from './harness/case.ts';
import { boot } from './runtime/boot.ts';
import { bytesWritten } from './runtime/bytes-written.ts';
import { idleMemory } from './runtime/idle-memory.ts';
import { layers } from './runtime/layers.ts';
import { manySenders, stalls } from './runtime/many-senders.ts';
import { oneSender } from './runtime/one-sender.ts';
import { peers } from './runtime/peers.ts';
import { compare } from './sync/compare.ts';
import { fullRun } from './sync/full-run.ts';
import { interruptedRun } from './sync/interrupted-run.ts';
import { memory } from './sync/memory.ts';
import { proof } from './sync/proof.ts';

export const benchmarks: { readonly [bench: string]: { readonly [name: string]: Case } } = {
  runtime: { manySenders, layers, oneSender, bytesWritten, idleMemory, boot, stalls, peers },
  sync: { fullRun, interruptedRun, proof, memory, compare },
  fleet: { supervisorCost },
};
