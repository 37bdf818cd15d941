import { describeTarget } from '../../../src/testing/index.ts';
import { cardholder, named, openBench } from './target-bench.ts';

describeTarget('the Security Center target', async () => {
  const { target, close } = await openBench({ target: { pageSize: 3 } });
  return {
    target,
    types: ['cardholder', 'cardholder-group'],
    entity: (type, key, text, refs = []) =>
      type === 'cardholder' ? cardholder(key, text, refs) : named(type, key, text),
    close,
  };
});

describeTarget('the Security Center target on the other known shapes of replies', async () => {
  const simulator = { errorPlace: 'rsp', single: 'array' } as const;
  const { target, server, close } = await openBench({ simulator, target: { pageSize: 4, concurrency: 1 } });
  server.faults.add({ kind: 'bom' });
  return {
    target,
    types: ['cardholder', 'cardholder-group'],
    entity: (type, key, text, refs = []) =>
      type === 'cardholder' ? cardholder(key, text, refs) : named(type, key, text),
    close,
  };
});
