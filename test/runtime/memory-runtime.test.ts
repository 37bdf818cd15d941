import { describeRuntime } from './runtime.contract.ts';
import { memoryMedium } from './support/memory-medium.ts';
import { VirtualWorld } from './support/virtual-world.ts';

describeRuntime('the embedded runtime on a store in memory', async () => new VirtualWorld(memoryMedium()));
