import { describeRuntime } from './runtime.contract.ts';
import { diskMedium } from './support/disk-medium.ts';
import { VirtualWorld } from './support/virtual-world.ts';

describeRuntime('the embedded runtime on real files', async () => new VirtualWorld(await diskMedium()));

// Segments and checkpoints of a few hundred bytes: every test rotates, folds and drops.
const tiny = { segmentBytesMax: 2_000, checkpointBytes: 3_000, tailEntriesMax: 2 };

describeRuntime('the embedded runtime on real files that rotate all the time', async () => {
  return new VirtualWorld(await diskMedium(tiny));
});
